package flow

import (
	"encoding/json"
	"net/http"

	"github.com/daxis-io/arco-audit/audit"
)

// operation is what a worker reports.
type operation int

const (
	started operation = iota
	heartbeat
	completed
)

func (o operation) String() string { return [...]string{"started", "heartbeat", "completed"}[o] }

// about is the resource of a callback.
func (o operation) about(id string) audit.Resource {
	switch o {
	case started:
		return audit.NewResource("task/started", id)
	case heartbeat:
		return audit.NewResource("task/heartbeat", id)
	}
	return audit.NewResource("task/completed", id)
}

func (o operation) kind() audit.Kind {
	if o == heartbeat {
		return taskHeartbeat
	}
	return taskCallback
}

const maxBody = 64 << 10

func (f *Flow) callback(o operation) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { f.report(o, w, r) }
}

// report serves one operation: it takes the worker's word only for the task, and the attempt, that the token names.
//
//audit:decision TASK
func (f *Flow) report(o operation, w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("task_id")
	d := f.overHTTP(w, o.kind(), o.about(id), o.String())
	next, valid := target(o, w, r)
	f.store.mu.Lock()
	defer f.store.mu.Unlock()
	t := f.store.tasks[id]
	why := f.judge(o, t, id, claimsOf(r.Context()))
	if why == 0 && !valid {
		why = invalidRequest
	}
	if why != 0 {
		d.deny(r.Context(), why)
		refuse(w, r, why.status())
		return
	}
	if err := d.allow(r.Context(), o.kind().Allow(o.about(id), "accepted")); err != nil {
		refuse(w, r, http.StatusServiceUnavailable)
		return
	}
	f.meters.moved(r.Context(), t.state, next)
	t.state = next
	w.WriteHeader(http.StatusNoContent)
}

// target is the state that a callback asks for; only completed says more than its path.
func target(o operation, w http.ResponseWriter, r *http.Request) (next state, valid bool) {
	if o != completed {
		return running, true
	}
	var body struct {
		Result state `json:"result"`
	}
	err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody)).Decode(&body)
	return body.Result, err == nil && body.Result.ended()
}

// judge says why a callback is refused; 0 when it is not. What the token is for comes before what the task is like,
// so that a stranger learns nothing about a task.
func (f *Flow) judge(o operation, t *task, id string, c TaskClaims) reason {
	switch {
	case c.TaskID != id:
		return taskMismatch
	case t == nil:
		return taskNotFound
	case c.TenantID != t.tenant:
		return tenantMismatch
	case c.WorkspaceID != t.workspace:
		return workspaceMismatch
	case c.RunID != t.run:
		return runMismatch
	case c.Attempt != t.attempt:
		return attemptMismatch
	case t.state.ended():
		return taskFinished
	case f.store.runs[t.runKey].cancelled:
		return runCancelled
	case o == started && t.state != queued:
		return alreadyStarted
	case o != started && t.state != running:
		return notStarted
	}
	return 0
}
