package flow

import "sync"

// state of a task.
type state string

const (
	queued    state = "queued"
	running   state = "running"
	succeeded state = "succeeded"
	failed    state = "failed"
)

func (s state) ended() bool { return s == succeeded || s == failed }

// runKey names a run.
type runKey struct{ tenant, workspace, run string }

// taskKey names one attempt of a task.
type taskKey struct {
	runKey
	id      string
	attempt int
}

// task is guarded by the store's lock.
type task struct {
	taskKey
	state state
}

// run is guarded by the store's lock.
type run struct {
	cancelled bool
	tasks     []*task
}

// store holds tasks and runs. One lock spans a decision, its event and its change, so that two callbacks of one task
// cannot both be allowed.
type store struct {
	mu    sync.Mutex
	tasks map[string]*task
	runs  map[runKey]*run
}

func newStore() *store { return &store{tasks: map[string]*task{}, runs: map[runKey]*run{}} }

// put adds a task or another attempt of it.
func (s *store) put(k taskKey) {
	t := s.tasks[k.id]
	if t == nil {
		t = &task{}
		s.tasks[k.id] = t
		r := s.runs[k.runKey]
		if r == nil {
			r = &run{}
			s.runs[k.runKey] = r
		}
		r.tasks = append(r.tasks, t)
	}
	*t = task{taskKey: k, state: queued}
}
