package sinktest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/daxis-io/arco-audit/audit"
)

// store is a destination that can fail and hang. The broken sinks below write to it.
type store struct {
	mu     sync.Mutex
	held   []string
	left   int
	broken bool
	stall  chan struct{}
}

// put takes one event as the destination does.
func (s *store) put(ctx context.Context, json string) error {
	s.mu.Lock()
	stall := s.stall
	s.mu.Unlock()
	if stall != nil {
		select {
		case <-stall:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.broken && s.left == 0 {
		return errors.New("store: broken")
	}
	s.left--
	s.held = append(s.held, json)
	return nil
}

// harness puts a sink before a store.
type harness struct {
	*store
	sink audit.Sink
}

func (h *harness) Sink() audit.Sink { return h.sink }

func (h *harness) Received() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.held)
}

func (h *harness) Break(after int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.broken, h.left = true, after
}

func (h *harness) Repair() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.broken = false
}

func (h *harness) Stall() func() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.stall = make(chan struct{})
	return func() { close(h.stall) }
}

// deliver is the Deliver of a sink that keeps the rules.
func (s *store) deliver(ctx context.Context, batch []audit.Record) error {
	for i, r := range batch {
		if err := s.put(ctx, r.JSON()); err != nil {
			var rest []int
			for ; i < len(batch); i++ {
				rest = append(rest, i)
			}
			return audit.Failed(err, rest...)
		}
	}
	return nil
}

// closer gives a Deliver a Close.
type closer struct {
	audit.SinkFunc
	close func() error
}

func (c closer) Close() error { return c.close() }

type deliverFunc = func(ctx context.Context, batch []audit.Record) error

// brokenSinks are sinks that break one rule each, and the case that must catch it.
var brokenSinks = []struct {
	name   string
	caught string
	make   func(s *store) audit.Sink
}{
	{"drops the last event of a batch", "arrival", bySink(func(s *store) deliverFunc {
		return func(ctx context.Context, batch []audit.Record) error {
			return s.deliver(ctx, batch[:max(0, len(batch)-1)])
		}
	})},
	{"delivers backwards", "arrival", bySink(func(s *store) deliverFunc {
		return func(ctx context.Context, batch []audit.Record) error {
			back := slices.Clone(batch)
			slices.Reverse(back)
			return s.deliver(ctx, back)
		}
	})},
	{"pretty-prints", "arrival", bySink(func(s *store) deliverFunc {
		return func(ctx context.Context, batch []audit.Record) error {
			for _, r := range batch {
				_ = s.put(ctx, strings.ReplaceAll(r.JSON(), ",", ", "))
			}
			return nil
		}
	})},
	{"keeps the first event back until a second comes", "one-at-a-time", bySink(func(s *store) deliverFunc {
		return func(ctx context.Context, batch []audit.Record) error {
			if len(batch) == 1 {
				return nil
			}
			return s.deliver(ctx, batch)
		}
	})},
	{"refuses an empty batch", "empty-batch", bySink(func(s *store) deliverFunc {
		return func(ctx context.Context, batch []audit.Record) error {
			if len(batch) == 0 {
				return errors.New("nothing to do")
			}
			return s.deliver(ctx, batch)
		}
	})},
	{"writes a marker for an empty batch", "empty-batch", bySink(func(s *store) deliverFunc {
		return func(ctx context.Context, batch []audit.Record) error {
			if len(batch) == 0 {
				return s.put(ctx, "[]")
			}
			return s.deliver(ctx, batch)
		}
	})},
	{"cuts at 32 KiB", "large-events", bySink(func(s *store) deliverFunc {
		return func(ctx context.Context, batch []audit.Record) error {
			for _, r := range batch {
				_ = s.put(ctx, r.JSON()[:min(len(r.JSON()), 32<<10)])
			}
			return nil
		}
	})},
	{"unescapes", "hostile-text", bySink(func(s *store) deliverFunc {
		return func(ctx context.Context, batch []audit.Record) error {
			for _, r := range batch {
				for line := range strings.SplitSeq(strings.ReplaceAll(r.JSON(), "%0A", "\n"), "\n") {
					_ = s.put(ctx, line)
				}
			}
			return nil
		}
	})},
	{"buffers", "acknowledgement", func(s *store) audit.Sink {
		var buffer []audit.Record
		return closer{
			func(ctx context.Context, batch []audit.Record) error {
				buffer = append(buffer, batch...)
				if len(buffer) < 20 {
					return nil
				}
				full := buffer
				buffer = nil
				return s.deliver(ctx, full)
			},
			func() error { return s.deliver(context.Background(), buffer) },
		}
	}},
	{"stamps copies", "redelivery", func(s *store) audit.Sink {
		seen := map[audit.ID]bool{}
		return audit.SinkFunc(func(ctx context.Context, batch []audit.Record) error {
			for _, r := range batch {
				json := r.JSON()
				if seen[r.ID()] {
					json = strings.Replace(json, `"time":"2`, `"time":"3`, 1)
				}
				seen[r.ID()] = true
				_ = s.put(ctx, json)
			}
			return nil
		})
	}},
	{"keeps the slice", "batch-ownership", func(s *store) audit.Sink { return &keeper{store: s} }},
	{"sorts the slice", "batch-ownership", bySink(func(s *store) deliverFunc {
		return func(ctx context.Context, batch []audit.Record) error {
			err := s.deliver(ctx, batch)
			slices.Reverse(batch)
			return err
		}
	})},
	{"takes an ended context for success", "ended-context", bySink(func(s *store) deliverFunc {
		return func(ctx context.Context, batch []audit.Record) error {
			if ctx.Err() != nil {
				return nil
			}
			return s.deliver(ctx, batch)
		}
	})},
	{"keeps its first context", "context-per-call", func(s *store) audit.Sink {
		var first context.Context
		return audit.SinkFunc(func(ctx context.Context, batch []audit.Record) error {
			if first == nil {
				first = ctx
			}
			if first.Err() != nil {
				return first.Err()
			}
			return s.deliver(ctx, batch)
		})
	}},
	{"ignores its context", "stalled-destination", bySink(func(s *store) deliverFunc {
		return func(ctx context.Context, batch []audit.Record) error {
			return s.deliver(context.WithoutCancel(ctx), batch)
		}
	})},
	{"takes a stall for success", "stalled-destination", bySink(func(s *store) deliverFunc {
		return func(ctx context.Context, batch []audit.Record) error {
			if err := s.deliver(ctx, batch); !errors.Is(err, context.DeadlineExceeded) {
				return err
			}
			return nil
		}
	})},
	{"swallows errors", "failure-is-reported", bySink(func(s *store) deliverFunc {
		return func(ctx context.Context, batch []audit.Record) error {
			_ = s.deliver(ctx, batch)
			return nil
		}
	})},
	{"names only the first failure", "nothing-lost", bySink(func(s *store) deliverFunc {
		return func(ctx context.Context, batch []audit.Record) error {
			for i, r := range batch {
				if err := s.put(ctx, r.JSON()); err != nil {
					return audit.Failed(err, i)
				}
			}
			return nil
		}
	})},
	{"counts from one", "nothing-lost", bySink(func(s *store) deliverFunc {
		return func(ctx context.Context, batch []audit.Record) error {
			var late []int
			for i, r := range batch {
				if s.put(ctx, r.JSON()) != nil && i+1 < len(batch) {
					late = append(late, i+1)
				}
			}
			if late == nil {
				return nil
			}
			return audit.Failed(errors.New("late"), late...)
		}
	})},
	{"gives up on what fails once", "transient-is-not-poison", bySink(func(s *store) deliverFunc {
		return func(ctx context.Context, batch []audit.Record) error {
			for i, r := range batch {
				if err := s.put(ctx, r.JSON()); err != nil {
					return audit.Poison(err, i)
				}
			}
			return nil
		}
	})},
	{"takes one batch in its life", "on-a-trail", func(s *store) audit.Sink {
		var calls int
		return audit.SinkFunc(func(ctx context.Context, batch []audit.Record) error {
			if calls++; calls > 3 {
				return nil
			}
			return s.deliver(ctx, batch)
		})
	}},
	{"closes twice with an error", "close", func(s *store) audit.Sink {
		var closed bool
		return closer{s.deliver, func() error {
			if closed {
				return io.ErrClosedPipe
			}
			closed = true
			return nil
		}}
	}},
	{"refuses the present", "restamp", func(s *store) audit.Sink {
		return restamper{s.deliver, func(now, _ time.Time) (time.Time, bool) { return now, true }}
	}},
	{"gives times that it refuses", "restamp", func(s *store) audit.Sink {
		return restamper{s.deliver, func(now, stamp time.Time) (time.Time, bool) {
			return now.Add(-time.Hour), now.Sub(stamp) >= time.Hour
		}}
	}},
	{"gives another time when asked again", "restamp", func(s *store) audit.Sink {
		calls := 0
		return restamper{s.deliver, func(now, stamp time.Time) (time.Time, bool) {
			calls++
			return now.Add(time.Duration(calls) * time.Second), now.Sub(stamp) > time.Hour
		}}
	}},
	{"panics when closed twice", "close", func(s *store) audit.Sink {
		gone := make(chan struct{})
		return closer{s.deliver, func() error { close(gone); return nil }}
	}},
	{"empties the destination when closed", "close", func(s *store) audit.Sink {
		return closer{s.deliver, func() error { s.held = nil; return nil }}
	}},
}

// restamper is a sink with another view of times.
type restamper struct {
	audit.SinkFunc
	restamp func(now, stamp time.Time) (time.Time, bool)
}

func (r restamper) Restamp(now, stamp time.Time) (time.Time, bool) { return r.restamp(now, stamp) }

// keeper keeps the slices of all batches and writes them all whenever there is a new one.
type keeper struct {
	store *store
	kept  [][]audit.Record
}

func (k *keeper) Deliver(_ context.Context, batch []audit.Record) error {
	k.kept = append(k.kept, batch)
	k.store.mu.Lock()
	defer k.store.mu.Unlock()
	k.store.held = nil
	for _, r := range slices.Concat(k.kept...) {
		k.store.held = append(k.store.held, r.JSON())
	}
	return nil
}

func bySink(f func(*store) deliverFunc) func(*store) audit.Sink {
	return func(s *store) audit.Sink { return audit.SinkFunc(f(s)) }
}

// verdict is a testing.TB that remembers instead of failing.
type verdict struct {
	testing.TB
	mu     sync.Mutex
	faults []string
}

func (v *verdict) Errorf(format string, args ...any) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.faults = append(v.faults, fmt.Sprintf(format, args...))
}

func (v *verdict) Fatalf(format string, args ...any) {
	v.Errorf(format, args...)
	runtime.Goexit()
}

// judge runs one case against a sink.
func judge(t *testing.T, c testCase, newSink func(*store) audit.Sink, patience time.Duration) []string {
	s := &store{}
	v := &verdict{TB: t}
	done := make(chan struct{})
	go func() {
		defer close(done)
		c.check(v, &harness{store: s, sink: newSink(s)}, patience)
	}()
	<-done
	return v.faults
}

func caseNamed(t *testing.T, name string) testCase {
	i := slices.IndexFunc(cases, func(c testCase) bool { return c.name == name })
	require.GreaterOrEqual(t, i, 0, "no case is named %s", name)
	return cases[i]
}

func TestCasesCatchBrokenSinks(t *testing.T) {
	for _, b := range brokenSinks {
		t.Run(b.name, func(t *testing.T) {
			c := caseNamed(t, b.caught)
			faults := judge(t, c, b.make, time.Second)
			require.NotEmpty(t, faults, "the case %s does not catch a sink that %s", b.caught, b.name)
			assert.Contains(t, faults[0], "rule: "+c.rule)
			t.Log(faults[0])
		})
	}
}

func TestEveryCaseCatchesSomething(t *testing.T) {
	for _, c := range cases {
		assert.True(t, slices.ContainsFunc(brokenSinks, func(b struct {
			name   string
			caught string
			make   func(s *store) audit.Sink
		}) bool {
			return b.caught == c.name
		}), "no broken sink shows that the case %s bites", c.name)
	}
}

func TestCasesPassGoodSink(t *testing.T) {
	good := func(s *store) audit.Sink { return audit.SinkFunc(s.deliver) }
	once := func(s *store) audit.Sink { // removes copies
		seen := map[audit.ID]bool{}
		return audit.SinkFunc(func(ctx context.Context, batch []audit.Record) error {
			for i, r := range batch {
				if seen[r.ID()] {
					continue
				}
				if err := s.put(ctx, r.JSON()); err != nil {
					return fmt.Errorf("event %d: %w", i, err)
				}
				seen[r.ID()] = true
			}
			return nil
		})
	}
	dated := func(s *store) audit.Sink { // knows a retention
		return restamper{s.deliver, func(now, stamp time.Time) (time.Time, bool) { return now, now.Sub(stamp).Abs() > time.Hour }}
	}
	for name, newSink := range map[string]func(*store) audit.Sink{"writes copies": good, "removes copies": once, "restamps": dated} {
		for _, c := range cases {
			t.Run(name+"/"+c.name, func(t *testing.T) { assert.Empty(t, judge(t, c, newSink, defaultPatience)) })
		}
	}
}

func TestRunRefusesNilSink(t *testing.T) {
	faults := judge(t, cases[0], func(*store) audit.Sink { return nil }, time.Second)
	require.Len(t, faults, 1)
	assert.Contains(t, faults[0], "nil")
}
