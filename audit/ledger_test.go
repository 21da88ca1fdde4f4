package audit_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/internal/faultfs"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// foldConfig folds every deny of a tenant but the first.
func foldConfig(sink audit.Sink) audit.Config {
	c := diskConfig(audit.Route{Name: "a", Sink: sink, Required: true})
	c.StartOffline = true
	c.DenyLimit.PerTenant = audit.RateLimit{PerSecond: 0.001, Burst: 1}
	return c
}

// mortal is a sink as a process sees it that is killed: from then on nothing arrives.
type mortal struct {
	*capture
	dead atomic.Bool
}

func (m *mortal) Deliver(ctx context.Context, batch []audit.Record) error {
	if m.dead.Load() {
		return context.Canceled
	}
	return m.capture.Deliver(ctx, batch)
}

// promised is what Emit promised of denies: by the id that it returned, when.
type promised map[audit.ID][]time.Time

// deny emits a deny of a tenant.
func (p promised) deny(t *testing.T, trail *audit.Trail, tenant string) {
	id, err := trail.Emit(tenantContext(trail, tenant), ordersDeny)
	require.NoError(t, err)
	p[id] = append(p[id], time.Now())
}

// check compares with what a sink got: nothing is counted twice, and nothing is missing that was accepted before a time.
func (p promised) check(t *testing.T, sink *capture, before time.Time, when string) {
	t.Helper()
	got, copies := map[audit.ID]int{}, map[audit.ID]string{}
	for _, r := range sink.list() {
		id := r.ID()
		if first, met := copies[id]; met && first != r.JSON() {
			assert.Fail(t, "two copies of an event differ", "%s\n%s\n%s", when, first, r.JSON())
		}
		copies[id] = r.JSON()
		switch {
		case r.Outcome() == audit.OutcomeDeny:
			got[id] = 1
		case r.Action() == audit.ActionDeniesSuppressed:
			var e struct {
				Data struct{ Details summaryDetails }
			}
			require.NoError(t, json.Unmarshal([]byte(r.JSON()), &e))
			n, err := strconv.Atoi(e.Data.Details.Count)
			require.NoError(t, err)
			got[id] = n
		}
	}
	for id, n := range got {
		assert.LessOrEqual(t, n, len(p[id]), "%s: counted more often than accepted", when)
	}
	for id, times := range p {
		old := 0
		for _, at := range times {
			if at.Before(before) {
				old++
			}
		}
		assert.GreaterOrEqual(t, got[id], old, "%s: accepted and not counted", when)
	}
}

// A power cut loses of folded denies what it loses of other events that nobody waits for, and counts none twice, whenever
// it comes: while they are in the ledger alone, while their summary is under way, and after.
func TestFoldedDeniesSurviveAPowerCut(t *testing.T) {
	for _, loss := range []faultfs.Loss{faultfs.LoseAll(), faultfs.LoseNothing()} {
		for after := 20 * time.Millisecond; after < 6*time.Second; after += 171 * time.Millisecond {
			synctest.Test(t, func(t *testing.T) {
				fsys, sink, accepted := faultfs.New(), &capture{}, promised{}
				first := &mortal{capture: sink}
				trail := openOn(t, fsys, foldConfig(first))
				start := time.Now()
				for n := 0; time.Since(start) < after; n++ {
					accepted.deny(t, trail, fmt.Sprintf("tenant-%d", n%3))
					time.Sleep(7 * time.Millisecond)
				}
				died := time.Now()
				image := fsys.Crash(loss)
				first.dead.Store(true)
				leave(trail)

				next := openOn(t, image, foldConfig(sink))
				time.Sleep(time.Minute)
				require.NoError(t, next.Close(t.Context()))
				accepted.check(t, sink, died.Add(-60*time.Millisecond), fmt.Sprint("cut after ", after))
			})
		}
	}
}

// The adopter is killed at every moment while it counts: the one after it goes on, and counts none twice.
func TestFoldedDeniesSurviveAPowerCutOfTheAdopter(t *testing.T) {
	for operation := range 60 {
		synctest.Test(t, func(t *testing.T) {
			fsys, accepted := faultfs.New(), promised{}
			trail := openOn(t, fsys, foldConfig(&capture{}))
			for n := range 30 {
				accepted.deny(t, trail, fmt.Sprintf("tenant-%d", n%3))
			}
			time.Sleep(200 * time.Millisecond)
			died, image := time.Now(), fsys.Crash(faultfs.LoseAll())
			leave(trail)

			sink := &capture{}
			adopter := &mortal{capture: sink}
			var second *faultfs.FS
			var operations atomic.Int64
			image.Observe(func(faultfs.Op) {
				if operations.Add(1) == int64(3*operation) {
					adopter.dead.Store(true)
					second = image.Crash(faultfs.LoseAll())
				}
			})
			next := openOn(t, image, foldConfig(adopter))
			time.Sleep(time.Minute)
			image.Observe(nil)
			if second == nil {
				adopter.dead.Store(true)
				second = image.Crash(faultfs.LoseAll())
			}
			leave(next)
			last := openOn(t, second, foldConfig(sink))
			time.Sleep(time.Minute)
			require.NoError(t, last.Close(t.Context()))
			accepted.check(t, sink, died.Add(-60*time.Millisecond), fmt.Sprint("cut at operation ", operation))
		})
	}
}

// A summary stays in the ledger until its event is on the disk: here the disk hangs with it.
func TestLedgerKeepsASummaryThatIsNotSynced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fsys, sink, accepted, hang := faultfs.New(), &capture{}, promised{}, make(chan struct{})
		first := &mortal{capture: sink}
		trail := openOn(t, fsys, foldConfig(first))
		for range 10 {
			accepted.deny(t, trail, "acme")
		}
		time.Sleep(200 * time.Millisecond)
		fsys.Inject(faultfs.Rule{Kind: faultfs.KindSync, Pattern: "*.seg", Block: hang})
		time.Sleep(5 * time.Second)
		died, image := time.Now(), fsys.Crash(faultfs.LoseAll())
		first.dead.Store(true)
		close(hang)
		leave(trail)
		next := openOn(t, image, foldConfig(sink))
		time.Sleep(time.Minute)
		require.NoError(t, next.Close(t.Context()))
		accepted.check(t, sink, died.Add(-time.Second), "cut while the sync hung")
	})
}

// The event of a summary stays in the journal until the ledger is without it, however much is delivered meanwhile: who
// finds the summary in the ledger finds its event too.
func TestLedgerPinsTheEventsOfWhatItHolds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fsys, sink, accepted := faultfs.New(), &capture{}, promised{}
		first := &mortal{capture: sink}
		c := foldConfig(first)
		c.Keep.Age = time.Nanosecond
		trail := openOn(t, fsys, c)
		for range 10 {
			accepted.deny(t, trail, "acme")
		}
		time.Sleep(200 * time.Millisecond)
		fsys.Inject(faultfs.Rule{Kind: faultfs.KindSync, Pattern: "*note", Err: syscall.EIO})
		for n := range 4000 {
			_, err := trail.Emit(ofTenant(t.Context(), "acme"), vend(n))
			require.NoError(t, err)
			time.Sleep(time.Millisecond)
		}
		require.NoError(t, trail.Flush(t.Context()))
		time.Sleep(10 * time.Second)
		died, image := time.Now(), fsys.Crash(faultfs.LoseAll())
		first.dead.Store(true)
		leave(trail)
		c.Routes[0].Sink = sink
		next := openOn(t, image, c)
		time.Sleep(time.Minute)
		require.NoError(t, next.Close(t.Context()))
		accepted.check(t, sink, died, "cut after the event was delivered")
	})
}

// What cannot be kept is told, tried again, and keeps nobody waiting.
func TestLedgerOnADiskThatFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fsys, sink, accepted, hang := faultfs.New(), &capture{}, promised{}, make(chan struct{})
		first := &mortal{capture: sink}
		trail := openOn(t, fsys, foldConfig(first))
		fsys.Inject(faultfs.Rule{Kind: faultfs.KindSync, Pattern: "*note", Err: syscall.EIO})
		for range 10 {
			accepted.deny(t, trail, "acme")
		}
		time.Sleep(200 * time.Millisecond)
		fsys.Inject()
		for range 10 {
			accepted.deny(t, trail, "acme")
		}
		time.Sleep(200 * time.Millisecond)
		died, image := time.Now(), fsys.Crash(faultfs.LoseAll())
		first.dead.Store(true)

		fsys.Inject(faultfs.Rule{Kind: faultfs.KindSync, Pattern: "*note", Block: hang})
		start := time.Now()
		accepted.deny(t, trail, "acme")
		time.Sleep(time.Second)
		leave(trail)
		assert.Less(t, time.Since(start), 5*time.Second, "Close does not wait for a note that hangs")
		close(hang)

		next := openOn(t, image, foldConfig(sink))
		time.Sleep(time.Minute)
		require.NoError(t, next.Close(t.Context()))
		accepted.check(t, sink, died.Add(-60*time.Millisecond), "after the disk came back")
	})
}

// A note that cannot be read costs its counts, not the trail.
func TestLedgerDamaged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fsys, sink := faultfs.New(), &capture{}
		trail := openOn(t, fsys, foldConfig(&capture{}))
		for range 3 {
			_, err := trail.Emit(tenantContext(trail, "acme"), ordersDeny)
			require.NoError(t, err)
		}
		time.Sleep(200 * time.Millisecond)
		image := fsys.Crash(faultfs.LoseAll())
		leave(trail)
		require.NoError(t, image.Mutate("/audit/"+trail.ID().String()+"/note", func(b []byte) []byte { clear(b); return b }))
		c := foldConfig(sink)
		var told []string
		c.Hooks = &audit.Hooks{Failed: func(what string, err error) { told = append(told, what+": "+err.Error()) }}
		next := openOn(t, image, c)
		time.Sleep(time.Minute)
		require.NoError(t, next.Close(t.Context()))
		assert.Len(t, fromTrail(sink.of(audit.ActionTrailAdopted), trail.ID()), 1)
		assert.NotEmpty(t, told)
	})
}
