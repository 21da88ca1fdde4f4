package audit_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"
)

// simStore is where the trails of a simulation keep their events.
type simStore int

const (
	storeDisk         simStore = iota // survives a crash
	storeVolatileDisk                 // dies with the machine
	storeMemory                       // no journal
)

func (s simStore) String() string { return [...]string{"disk", "volatile disk", "memory"}[s] }

// simRoute is one route of a simulation.
type simRoute struct {
	required bool
	filtered bool // it wants vends only, and what nothing can filter
	events   int  // of a batch
	deadline time.Duration
	linger   time.Duration
	each     time.Duration // what its destination takes for a record, also when nothing is wrong
}

// simStep is one thing that happens.
type simStep struct {
	op    string
	n     int // events, operations or a choice
	route int
	mood  string
	take  time.Duration
	seed  uint64
}

func (s simStep) String() string {
	switch s.op {
	case "emit":
		return fmt.Sprintf("emit %d, each for %v, seed %d", s.n, s.take, s.seed)
	case "weather":
		return fmt.Sprintf("route %d: %s in %d of 8 calls, seed %d", s.route, s.mood, s.n, s.seed)
	case "disk":
		return fmt.Sprintf("disk: %s after %d", s.mood, s.n)
	case "crash":
		return fmt.Sprintf("crash after %d operations, seed %d", s.n, s.seed)
	case "calm":
		return s.op
	case "isolate":
		return fmt.Sprintf("isolate route %d", s.route)
	}
	return fmt.Sprintf("%s %v", s.op, s.take)
}

// simHistory is a simulation: all that happens in it but the choices of the scheduler.
type simHistory struct {
	store  simStore
	routes []simRoute
	large  bool // events of some 8 KiB, which fill what may be kept
	steps  []simStep
}

func (h simHistory) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "on %v, large events %v\n", h.store, h.large)
	for i, r := range h.routes {
		fmt.Fprintf(&b, "  route %d: %+v\n", i, r)
	}
	for i, s := range h.steps {
		fmt.Fprintf(&b, "  %2d %v\n", i, s)
	}
	return b.String()
}

var (
	simMoods = []string{"plain", "failed", "throttled", "throttled and failed", "down", "poison", "poison all", "slow", "hang",
		"ignore", "panic", "goexit", "reply lost", "reply late", "none named"}
	simDiskFaults = []string{"one sync fails", "syncs fail", "a write is short", "writes fail", "syncs hang", "full", "cursors fail",
		"directories fail", "no new files"}
	simOps = []string{"emit", "emit", "emit", "emit", "emit", "weather", "weather", "weather", "disk", "calm", "sleep", "sleep",
		"freeze", "crash", "crash", "close", "overlap", "flush", "isolate"}
)

func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

func newSimHistory(seed uint64) simHistory {
	r := rand.New(rand.NewPCG(seed, 6))
	h := simHistory{store: pick(r, []simStore{storeDisk, storeDisk, storeDisk, storeVolatileDisk, storeMemory}), large: r.IntN(8) == 0}
	for i := range 1 + r.IntN(4) {
		h.routes = append(h.routes, simRoute{
			required: i == 0 && r.IntN(8) > 0 || r.IntN(3) == 0, filtered: r.IntN(4) == 0, events: pick(r, []int{1, 3, 16, 256}),
			deadline: pick(r, []time.Duration{time.Second, 5 * time.Second, 30 * time.Second}),
			linger:   pick(r, []time.Duration{-1, 5 * time.Millisecond, 100 * time.Millisecond}),
		})
	}
	slow := rand.New(rand.NewPCG(seed, 10))
	for i := range h.routes { // 33 and 6 records by the shortest deadline, 1,000 and 200 by the longest
		h.routes[i].each = pick(slow, []time.Duration{0, 0, 0, 0, 30 * time.Millisecond, 150 * time.Millisecond})
		if h.large {
			h.routes[i].each = min(h.routes[i].each, 30*time.Millisecond)
		}
	}
	for range 4 + r.IntN(14) {
		h.steps = append(h.steps, newSimStep(r, &h))
	}
	return h
}

func newSimStep(r *rand.Rand, h *simHistory) simStep {
	s := simStep{op: pick(r, simOps), route: r.IntN(len(h.routes)), seed: r.Uint64() >> 40}
	switch s.op {
	case "emit":
		s.n, s.take = 1+r.IntN(24), pick(r, []time.Duration{10 * time.Millisecond, time.Second, 5 * time.Second})
		if h.large {
			s.n *= 12
		}
	case "weather":
		s.mood, s.n = pick(r, simMoods), pick(r, []int{1, 4, 8})
	case "disk":
		s.mood, s.n = pick(r, simDiskFaults), r.IntN(12)
	case "crash":
		s.n = pick(r, []int{0, r.IntN(40)})
	default:
		s.take = pick(r, []time.Duration{time.Millisecond, 60 * time.Millisecond, 3 * time.Second, time.Minute})
	}
	return s
}

// without returns the history without the steps from i to j.
func (h simHistory) without(i, j int) simHistory {
	h.steps = slices.Delete(slices.Clone(h.steps), i, min(j, len(h.steps)))
	return h
}

// smaller returns the histories that are h with something less, the largest cuts first.
func (h simHistory) smaller() []simHistory {
	var list []simHistory
	for size := len(h.steps) / 2; size > 0; size /= 2 {
		for i := 0; i < len(h.steps); i += size {
			list = append(list, h.without(i, i+size))
		}
	}
	for i, s := range h.steps {
		if s.n > 1 {
			half := h.without(0, 0)
			half.steps[i].n /= 2
			list = append(list, half)
		}
	}
	if last := len(h.routes) - 1; last > 0 && !slices.ContainsFunc(h.steps, func(s simStep) bool { return s.route == last }) {
		fewer := h
		fewer.routes = h.routes[:last]
		list = append(list, fewer)
	}
	return list
}
