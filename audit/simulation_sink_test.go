package audit_test

import (
	"cmp"
	"context"
	"errors"
	"hash/fnv"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/daxis-io/arco-audit/audit"
)

var errSim = errors.New("simulated")

// simDestination is what one route leads to. It outlives the processes that deliver to it. The world's lock guards it.
type simDestination struct {
	w       *simWorld
	index   int
	rand    *rand.Rand
	mood    string
	often   int // of 8 calls
	release chan struct{}
	got     map[audit.ID]int
	list    []audit.Record      // once each
	refused map[audit.ID]string // the JSON of what was
	// suspected are records that were alone when the sink panicked.
	suspected map[audit.ID]string
	settled   map[simPlace]bool // what was taken or refused
}

// simPlace is where a record stands.
type simPlace struct {
	trail    audit.TrailID
	sequence audit.Sequence
}

// simSink is a destination as one process sees it.
type simSink struct {
	*simDestination
	life   *simLife
	busy   atomic.Bool
	closed atomic.Bool
	runs   map[audit.TrailID]*simRun
}

// simRun is what a process has handed over of one trail.
type simRun struct {
	next    audit.Sequence // above all that was handed over
	pending []audit.Sequence
}

// Deliver implements audit.Sink.
func (s *simSink) Deliver(ctx context.Context, batch []audit.Record) error {
	s.w.check(!s.busy.Swap(true), "route %d: Deliver is called concurrently", s.index)
	s.w.check(!s.closed.Load(), "route %d: Deliver is called after Close", s.index)
	defer s.busy.Store(false)
	defer clear(batch) // it is the sink's: no other route may see this
	mood, release, n := s.begin(batch)
	if each := s.w.history.routes[s.index].each; each > 0 && !s.wait(ctx, time.Duration(len(batch))*each) {
		return ctx.Err()
	}
	switch mood {
	case "dead":
		<-ctx.Done()
		return ctx.Err()
	case "slow":
		if !s.wait(ctx, time.Duration(n+1)*100*time.Millisecond) {
			return ctx.Err()
		}
		s.take(batch)
		return nil
	case "hang":
		<-ctx.Done()
		return ctx.Err()
	case "ignore":
		<-release
		return errSim
	case "reply late":
		s.take(batch)
		s.pend(batch)
		<-ctx.Done()
		return ctx.Err()
	case "panic":
		s.suspect(batch)
		panic("simulated")
	case "goexit":
		runtime.Goexit()
	}
	return s.answer(mood, batch, n)
}

// Close implements io.Closer.
func (s *simSink) Close() error {
	s.w.check(!s.closed.Swap(true), "route %d: Close is called twice", s.index)
	return nil
}

func (s *simSink) wait(ctx context.Context, d time.Duration) bool {
	select {
	case <-time.After(d):
		return true
	case <-ctx.Done():
		return false
	}
}

// answer takes what the mood leaves and says so.
func (s *simSink) answer(mood string, batch []audit.Record, n int) error {
	one := n % len(batch)
	some := []int{one}
	if one+2 < len(batch) {
		some = append(some, one+2)
	}
	switch mood {
	case "plain", "none named":
		return errSim
	case "throttled":
		return audit.Throttled(time.Duration(n)*time.Millisecond, errSim)
	case "down":
		return audit.Down(errSim)
	case "failed":
		s.take(batch, some...)
		return audit.Failed(errSim, some...)
	case "throttled and failed":
		s.take(batch, some...)
		return errors.Join(audit.Throttled(time.Second, errSim), audit.Failed(errSim, some...))
	case "reply lost":
		s.take(batch)
		s.pend(batch)
		return errSim
	case "poison", "poison all":
		return s.poison(mood, batch)
	}
	s.take(batch)
	return nil
}

// poison refuses some decisions, the same each time.
func (s *simSink) poison(mood string, batch []audit.Record) error {
	var bad []int
	for i, r := range batch {
		if s.bad(r) {
			bad = append(bad, i)
		}
	}
	switch {
	case len(bad) == 0:
		s.take(batch)
		return nil
	case mood == "poison":
		s.take(batch, bad...)
		s.refuse(batch, bad)
		return audit.Poison(errSim, bad...)
	case len(batch) == 1:
		s.refuse(batch, bad)
	}
	return audit.Poison(errSim)
}

func (s *simSink) bad(r audit.Record) bool {
	id := r.ID()
	h := fnv.New32()
	_, _ = h.Write([]byte(id.String()))
	s.w.mu.Lock()
	defer s.w.mu.Unlock()
	return r.Outcome() != audit.OutcomeSystem && h.Sum32()%5 == 0 && !s.standsInLocked(r)
}

func (s *simSink) refuse(batch []audit.Record, bad []int) {
	s.w.mu.Lock()
	defer s.w.mu.Unlock()
	if s.life.dead {
		return
	}
	run := s.runs[batch[0].Trail()]
	for _, i := range bad {
		s.refused[batch[i].ID()] = batch[i].JSON()
		s.settled[simPlace{batch[i].Trail(), batch[i].Sequence()}] = true
		run.settle(batch[i].Sequence())
	}
}

// suspect notes a record that was alone in a batch when the sink panicked: a stub may come in its place.
func (s *simSink) suspect(batch []audit.Record) {
	s.w.mu.Lock()
	defer s.w.mu.Unlock()
	if r := batch[0]; len(batch) == 1 && !s.life.dead && !isStub(r) {
		s.suspected[r.ID()] = r.JSON()
	}
}

func isStub(r audit.Record) bool { return strings.Contains(r.JSON(), `"decisionReason":"quarantined"`) }

// begin checks the order of what is handed over and draws what happens.
func (s *simSink) begin(batch []audit.Record) (mood string, release chan struct{}, n int) {
	s.w.mu.Lock()
	defer s.w.mu.Unlock()
	if s.life.dead {
		return "dead", nil, 0
	}
	if len(batch) == 0 || len(batch) > s.w.history.routes[s.index].events {
		s.w.failLocked("route %d: a batch of %d", s.index, len(batch))
		return "plain", nil, 0
	}
	s.orderLocked(batch)
	n = s.rand.IntN(1000)
	if s.mood == "" || s.rand.IntN(8) >= s.often {
		return "", nil, n
	}
	return s.mood, s.release, n
}

// orderLocked checks that a batch is either what is left of the one before, from its beginning and possibly with what
// follows on it, or follows on it.
func (s *simSink) orderLocked(batch []audit.Record) {
	trail := batch[0].Trail()
	run := s.runs[trail]
	if run == nil {
		run = &simRun{}
		s.runs[trail] = run
	}
	var sequences []audit.Sequence
	for i, r := range batch {
		if r.Trail() != trail || i > 0 && r.Sequence() <= batch[i-1].Sequence() {
			s.w.failLocked("route %d: a batch is out of order at %d: %v", s.index, i, r.Sequence())
		}
		if s.refused[r.ID()] == "" {
			sequences = append(sequences, r.Sequence())
		}
	}
	if len(sequences) == 0 {
		return
	}
	if trail != s.life.id { // another process may have had its turn with the trail of a dead one
		run.pending = slices.DeleteFunc(run.pending, func(p audit.Sequence) bool {
			return p < sequences[0] && s.settled[simPlace{trail, p}]
		})
	}
	again := len(sequences) <= len(run.pending) && slices.Equal(sequences, run.pending[:len(sequences)])
	left := len(run.pending)
	grown := len(sequences) > left && slices.Equal(sequences[:left], run.pending) && sequences[left] >= run.next // slow ones get parts
	// The trail of a dead process begins again at its cursor when it could not be delivered at once.
	adopted := trail != s.life.id && sequences[0] < run.next && (len(run.pending) == 0 || sequences[0] <= run.pending[0])
	switch {
	case again:
		return
	case !grown && !adopted:
		s.w.failLocked("route %d of life %d, trail %v: handed %d from %v, but next is %v and pending are %v", s.index, s.life.index,
			trail, len(sequences), sequences[0], run.next, run.pending)
	}
	run.pending = sequences
	run.next = sequences[len(sequences)-1] + 1
}

func (r *simRun) settle(s audit.Sequence) {
	r.pending = slices.DeleteFunc(r.pending, func(p audit.Sequence) bool { return p == s })
}

// take keeps all of a batch but some.
func (s *simSink) take(batch []audit.Record, but ...int) {
	s.w.mu.Lock()
	defer s.w.mu.Unlock()
	if s.life.dead {
		return
	}
	run := s.runs[batch[0].Trail()]
	for i, r := range batch {
		if slices.Contains(but, i) {
			continue
		}
		run.settle(r.Sequence())
		s.keepLocked(r)
	}
}

// standsInLocked says whether a record is in the place of one that was refused.
func (d *simDestination) standsInLocked(r audit.Record) bool {
	original := d.refused[r.ID()]
	return original != "" && original != r.JSON() || d.suspected[r.ID()] != "" && isStub(r)
}

func (d *simDestination) keepLocked(r audit.Record) {
	id := r.ID()
	d.settled[simPlace{r.Trail(), r.Sequence()}] = true
	if d.standsInLocked(r) {
		d.refused[id] = cmp.Or(d.refused[id], d.suspected[id])
		return
	}
	if d.got[id]++; d.got[id] == 1 {
		d.list = append(d.list, r)
	}
	known, met := d.w.bytes[id]
	if !met {
		d.w.bytes[id] = r.JSON()
	} else if known != r.JSON() {
		d.w.failLocked("route %d: event %v has other bytes", d.index, id)
	}
}

// pend says that the process knows nothing of a batch, whatever became of it.
func (s *simSink) pend(batch []audit.Record) {
	s.w.mu.Lock()
	defer s.w.mu.Unlock()
	var sequences []audit.Sequence
	for _, r := range batch {
		if s.refused[r.ID()] == "" {
			sequences = append(sequences, r.Sequence())
		}
	}
	run := s.runs[batch[0].Trail()]
	if len(sequences) > 0 && !s.life.dead {
		run.pending = append(sequences, run.pending...)
	}
}
