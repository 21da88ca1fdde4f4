package audit_test

import (
	"context"
	"flag"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/internal/faultfs"
)

var (
	simSeeds = flag.Int("audit.seeds", 0, "histories that TestSimulation runs; 1,000, with -race 250, a tenth under -short")
	simFirst = flag.Uint64("audit.seed", 0, "first seed of TestSimulation")
)

// simTries and simPatience bound the search for a smaller history once one has failed.
const (
	simTries    = 200
	simPatience = 10 * time.Second
)

// TestSimulation runs whole trails over a modelled disk and modelled destinations: callers, faults, crashes and restarts
// come from a seed, then the faults end, and what was promised must hold. The seed does not decide what the scheduler
// does. A history that fails is shrunk and printed.
func TestSimulation(t *testing.T) {
	seeds := simCount()
	var next atomic.Uint64
	for worker := range 4 {
		t.Run(fmt.Sprint("worker ", worker), func(t *testing.T) {
			t.Parallel()
			for n := next.Add(1) - 1; n < seeds && !t.Failed(); n = next.Add(1) - 1 {
				simulate(t, *simFirst+n)
			}
		})
	}
}

func simCount() uint64 {
	n := uint64(1000)
	if audit.RaceDetector {
		n = 250
	}
	switch {
	case *simSeeds > 0:
		return uint64(*simSeeds)
	case testing.Short():
		return n / 10
	}
	return n
}

func simulate(t *testing.T, seed uint64) {
	t.Helper()
	h := newSimHistory(seed)
	wrong := h.run(t, seed)
	if len(wrong) == 0 {
		return
	}
	t.Errorf("seed %d (-audit.seed %d -audit.seeds 1):\n%s", seed, seed, strings.Join(wrong, "\n"))
	until := time.Now().Add(simPatience)
	for tries := simTries; tries > 0; {
		before := tries
		for _, smaller := range h.smaller() {
			if tries--; tries < 0 || time.Now().After(until) {
				break
			}
			if found := smaller.run(t, seed); len(found) > 0 {
				h, wrong = smaller, found
				break
			}
			before--
		}
		if before == tries {
			break // none of the smaller ones fails
		}
	}
	t.Logf("seed %d shrunk to\n%v%s", seed, h, strings.Join(wrong, "\n"))
}

// run runs the history and returns what does not hold.
func (h simHistory) run(t *testing.T, seed uint64) (wrong []string) {
	w := (*simWorld)(nil)
	defer func() {
		if p := recover(); p != nil { // goroutines were left
			wrong = append(wrong, fmt.Sprint(p))
		}
	}()
	synctest.Test(t, func(*testing.T) {
		w = newSimWorld(h, seed)
		w.start()
		for _, s := range h.steps {
			w.step(s)
		}
		w.settle()
		w.judge()
	})
	return w.violations
}

func (w *simWorld) step(s simStep) {
	life := w.now()
	if life == nil {
		return
	}
	switch s.op {
	case "emit":
		w.emit(s)
	case "weather":
		w.mu.Lock()
		d := w.destinations[s.route]
		d.mood, d.often = s.mood, s.n
		w.mu.Unlock()
	case "disk":
		w.breakDisk(s.mood, s.n)
	case "calm":
		w.calm()
	case "sleep":
		time.Sleep(s.take)
	case "freeze":
		w.freeze(s)
	case "crash":
		w.crashSoon(s)
	case "close":
		w.end(life, s.take)
	case "overlap":
		w.start()
		time.Sleep(s.take)
		w.end(life, time.Second)
	case "flush":
		ctx, cancel := context.WithTimeout(context.Background(), s.take)
		defer cancel()
		_ = life.trail.Flush(ctx) // whatever it says, nothing may be lost
	case "isolate":
		w.isolate(life, s)
	}
	w.bounded()
}

// freeze has nothing answer for a while: neither the disk nor any destination.
func (w *simWorld) freeze(s simStep) {
	w.breakDisk("syncs hang", 0)
	w.mu.Lock()
	var before []string
	for _, d := range w.destinations {
		before = append(before, d.mood)
		d.mood, d.often = "ignore", 8
	}
	w.mu.Unlock()
	w.emit(simStep{n: 2, take: 10 * time.Millisecond, seed: s.seed})
	time.Sleep(s.take)
	w.mu.Lock()
	for i, d := range w.destinations {
		d.mood = before[i]
	}
	w.mu.Unlock()
	w.release()
}

// crashSoon crashes after some operations of the disk, while callers emit.
func (w *simWorld) crashSoon(s simStep) {
	if s.n > 0 && w.history.store != storeMemory {
		var left atomic.Int64
		left.Store(int64(s.n))
		w.disk.Observe(func(faultfs.Op) {
			if left.Add(-1) == 0 {
				w.crash(s.seed)
			}
		})
		w.emit(simStep{n: 4, take: time.Second, seed: s.seed})
	}
	w.crash(s.seed)
	w.disk.Observe(nil)
}

// end closes a process.
func (w *simWorld) end(l *simLife, patience time.Duration) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	start := time.Now()
	err := l.trail.Close(ctx)
	w.check(time.Since(start) <= patience+8*time.Second, "Close returned %v after its context ended", time.Since(start)-patience)
	w.mu.Lock()
	l.closed, l.left = true, err
	w.mu.Unlock()
}

// isolate hangs one destination and checks that the others get what is emitted.
func (w *simWorld) isolate(l *simLife, s simStep) {
	w.calm()
	time.Sleep(2 * time.Minute) // after the longest pause of a route
	w.mu.Lock()
	w.destinations[s.route].mood, w.destinations[s.route].often = "ignore", 8
	known := len(w.emissions)
	w.mu.Unlock()
	w.emit(simStep{n: 3, take: time.Second, seed: s.seed})
	time.Sleep(time.Second)
	w.mu.Lock()
	for id, e := range w.emissions {
		if e.life != l || e.class != simCritical || len(e.accepted) == 0 || time.Since(e.accepted[len(e.accepted)-1]) > time.Minute {
			continue
		}
		for _, d := range w.destinations {
			if d.index != s.route && w.history.routes[d.index].each == 0 && d.got[id] == 0 && d.refused[id] == "" && w.history.store == storeDisk && w.history.routes[d.index].wants(audit.ActionCredVendAllow, audit.OutcomeAllow) {
				w.failLocked("route %d waits for route %d, which hangs; %d emissions before", d.index, s.route, known)
			}
		}
	}
	w.mu.Unlock()
	w.calm()
}

// bounded checks that no process holds more than it may.
func (w *simWorld) bounded() {
	if l := w.alive(); l != nil {
		h := l.trail.Health()
		w.check(h.Held <= h.Limit+(1<<20), "%d bytes are held of %d", h.Held, h.Limit)
	}
}

// settleWithin is how long after the end of all faults everything must be delivered: a trail that could not be taken
// over is looked at again after ten minutes.
const settleWithin = 25 * time.Minute

// settle ends all faults, waits until everything is delivered, and closes.
func (w *simWorld) settle() {
	w.now()
	w.calm()
	l := w.now()
	if l == nil {
		return
	}
	time.Sleep(2 * time.Minute)
	ctx, cancel := context.WithTimeout(context.Background(), settleWithin)
	defer cancel()
	id, err := l.trail.Emit(ofTenant(ctx, "acme"), vend(0))
	w.note(l, id, err, simCritical, "")
	w.check(err == nil, "Emit fails although nothing else does: %v", err)
	time.Sleep(settleWithin)
	ctx, cancel = context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	err = l.trail.Flush(ctx)
	w.check(err == nil, "Flush fails although nothing else does: %v", err)
	if j := l.trail.Health().Journal; j != nil {
		w.check(j.Unadopted == 0, "%d trails of dead processes are left: %s", j.Unadopted, j.LastError)
	}
	w.end(l, time.Minute)
	w.check(l.left == nil, "Close fails although nothing else does: %v", l.left)
}
