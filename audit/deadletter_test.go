package audit_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/internal/faultfs"
	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// crafted is a critical event that refusing("crafted", ...) refuses.
func crafted() audit.Event {
	return audit.IcebergCommit(audit.NewTable([]string{"sales"}, "crafted", uuid.Nil), audit.Snapshot{})
}

// letter is a line of a dead-letter log.
type letter struct{ Reason, Record, Route, Time string }

// lettersOf reads the dead-letter log of a trail and route, and counts the lines that are none.
func lettersOf(t *testing.T, fsys *faultfs.FS, trail audit.TrailID, route string) (list []letter, torn int) {
	t.Helper()
	f, err := fsys.Open("/audit/dead-letters/" + trail.String() + "." + route + ".jsonl")
	if err != nil {
		return nil, 0
	}
	size, err := f.Size()
	require.NoError(t, err)
	text, err := io.ReadAll(io.NewSectionReader(f, 0, size))
	require.NoError(t, err)
	require.NoError(t, f.Close())
	for line := range strings.Lines(string(text)) {
		var l letter
		if json.Unmarshal([]byte(line), &l) != nil {
			torn++
			continue
		}
		list = append(list, l)
	}
	return list, torn
}

// atDelivery calls look with each record before take gets it.
func atDelivery(look func(audit.Record), take audit.Sink) audit.Sink {
	return audit.SinkFunc(func(ctx context.Context, b []audit.Record) error {
		for _, r := range b {
			look(r)
		}
		return take.Deliver(ctx, b)
	})
}

func TestDeadLetterIsDurableBeforeItsStub(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fsys, picky, token := faultfs.New(), &capture{}, fakeJWT()
		var kept []letter
		sink := atDelivery(func(r audit.Record) {
			if r.Action() == audit.ActionIcebergCommit && !strings.Contains(r.JSON(), "crafted") {
				kept, _ = lettersOf(t, fsys.Crash(faultfs.LoseAll()), r.Trail(), "picky")
			}
		}, picky)
		refused := refusing("crafted", sink)
		opened := openOn(t, fsys, diskConfig(audit.Route{Name: "picky", Required: true, Sink: audit.SinkFunc(func(ctx context.Context, b []audit.Record) error {
			if err := refused.Deliver(ctx, b); err != nil {
				return errors.Join(err, audit.Throttled(0, errors.New("saw "+token)))
			}
			return nil
		})}))
		id, err := opened.Emit(anonymous(t.Context()), crafted())
		require.NoError(t, err)
		require.NoError(t, opened.Flush(t.Context()))
		require.Len(t, kept, 1, "on the disk, and in its directory, when the stub comes")
		assert.Equal(t, "picky", kept[0].Route)
		assert.Contains(t, kept[0].Record, id.String())
		assert.Contains(t, kept[0].Record, "crafted")
		assert.Contains(t, kept[0].Reason, "bad name")
		assert.NotContains(t, kept[0].Reason, token)
		assert.Contains(t, kept[0].Reason, "[REDACTED:")
		_, err = time.Parse("2006-01-02T15:04:05.000Z", kept[0].Time)
		require.NoError(t, err)
		require.Len(t, picky.all(), 1)
		require.NoError(t, opened.Flush(t.Context()))
		report := picky.of(audit.ActionEventQuarantined)
		require.Len(t, report, 1)
		assert.Equal(t, "dead-letters/"+opened.ID().String()+".picky.jsonl", decode(t, report[0]).details()["quarantine"])
	})
}

func TestDeadLettersSurviveAdoption(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fsys := faultfs.New()
		down := audit.SinkFunc(func(context.Context, []audit.Record) error { return errors.New("down") })
		c := diskConfig(audit.Route{Name: "picky", Sink: down})
		first := openOn(t, fsys, c)
		_, err := first.Emit(anonymous(t.Context()), crafted())
		require.NoError(t, err)
		image := fsys.Crash(faultfs.LoseAll())
		leave(first)

		picky := &capture{}
		c.Routes[0].Sink = refusing("crafted", picky)
		second := openOn(t, image, c)
		<-time.After(time.Minute)
		letters, torn := lettersOf(t, image, first.ID(), "picky")
		require.Len(t, letters, 1)
		assert.Zero(t, torn)
		stubs := fromTrail(picky.all(), first.ID())
		require.Len(t, stubs, 1)
		assert.Empty(t, filesOf(image, first.ID()), "the trail is removed, its dead letters are not")

		require.NoError(t, second.Close(t.Context()))
		third := openOn(t, image.Crash(faultfs.LoseAll()), c)
		<-time.After(time.Minute)
		assert.Empty(t, third.Health().Journal.LastError, "the directory is no trail")
	})
}

func TestDeadLetterThatCannotBeWrittenHoldsItsRoute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fsys, picky, good := faultfs.New(), &capture{}, &capture{}
		var failures atomic.Int32
		c := diskConfig(audit.Route{Name: "picky", Sink: refusing("crafted", picky)}, audit.Route{Name: "good", Sink: good})
		c.Hooks = &audit.Hooks{Failed: func(route string, err error) {
			if strings.Contains(err.Error(), "dead letters of route picky") {
				failures.Add(1)
			}
		}}
		trail := openOn(t, fsys, c)
		for _, kind := range []faultfs.Kind{faultfs.KindCreate, faultfs.KindWrite, faultfs.KindSync, faultfs.KindLock} {
			pattern := "*.picky.jsonl"
			if kind == faultfs.KindLock {
				pattern = "lock"
			}
			stubs, before := len(picky.of(audit.ActionIcebergCommit)), failures.Load()
			fsys.Inject(faultfs.Rule{Kind: kind, Pattern: pattern, Err: syscall.EIO, Short: 100})
			_, err := trail.Emit(anonymous(t.Context()), crafted())
			require.NoError(t, err)
			_, err = trail.Emit(anonymous(t.Context()), vend(1))
			require.NoError(t, err)
			<-time.After(time.Minute)
			assert.Greater(t, failures.Load(), before, "%v", kind)
			assert.Len(t, picky.of(audit.ActionIcebergCommit), stubs, "no stub before it is kept: %v", kind)
			fsys.Inject()
			<-time.After(time.Minute)
			require.NoError(t, trail.Flush(t.Context()))
		}
		assert.Len(t, picky.of(audit.ActionIcebergCommit), 4)
		assert.Len(t, picky.of(audit.ActionEventQuarantined), 4)
		assert.Len(t, good.all(), 8)
		letters, torn := lettersOf(t, fsys, trail.ID(), "picky")
		assert.Positive(t, torn, "what was cut off is on a line of its own")
		kept := map[string]bool{}
		for _, l := range letters {
			assert.Contains(t, l.Record, "crafted")
			kept[l.Record] = true
		}
		assert.Len(t, kept, 4, "each of them whole")
	})
}

func TestDeadLettersWaitForAnotherProcess(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fsys, picky := faultfs.New(), &capture{}
		trail := openOn(t, fsys, diskConfig(audit.Route{Name: "picky", Sink: refusing("crafted", picky)}))
		require.NoError(t, fsys.MkdirAll("/audit/dead-letters"))
		lock, err := fsys.Lock("/audit/dead-letters/lock")
		require.NoError(t, err)
		_, err = trail.Emit(anonymous(t.Context()), crafted())
		require.NoError(t, err)
		<-time.After(500 * time.Millisecond)
		assert.Empty(t, picky.all())
		require.NoError(t, lock.Close())
		require.NoError(t, trail.Flush(t.Context()))
		assert.Len(t, picky.all(), 1)
		assert.EqualValues(t, 1, trail.Health().Routes[0].Failures, "the sink was asked once")
	})
}

// lines is a LastResort.
type lines struct {
	mu   sync.Mutex
	text strings.Builder
	err  error
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.err != nil {
		return 0, l.err
	}
	return l.text.Write(p)
}

func TestVolatileDeadLetters(t *testing.T) {
	for name, tt := range map[string]struct {
		last  *lines
		where string
	}{
		"last resort":            {&lines{}, "last_resort"},
		"last resort that fails": {&lines{err: errors.New("no")}, "nowhere"},
		"no last resort":         {nil, "nowhere"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				picky, good := &capture{}, &capture{}
				c := config(audit.Route{Name: "picky", Sink: refusing("crafted", picky), Required: true},
					audit.Route{Name: "good", Sink: good, Required: true})
				var failed atomic.Int32
				c.Hooks = &audit.Hooks{Failed: func(route string, _ error) {
					if route == "last-resort" {
						failed.Add(1)
					}
				}}
				if tt.last != nil {
					c.LastResort = tt.last
				}
				trail := open(t, c)
				_, err := trail.Emit(anonymous(t.Context()), crafted())
				require.NoError(t, err)
				require.NoError(t, trail.Flush(t.Context()))
				require.Len(t, picky.all(), 1)
				require.NoError(t, trail.Flush(t.Context()))
				reports := good.of(audit.ActionEventQuarantined)
				require.Len(t, reports, 1)
				assert.Equal(t, tt.where, decode(t, reports[0]).details()["quarantine"])
				switch {
				case tt.where == "last_resort":
					assert.Equal(t, good.all()[0].JSON()+"\n", tt.last.text.String())
				case tt.last != nil:
					assert.EqualValues(t, 1, failed.Load())
				}
				require.NoError(t, trail.Close(t.Context()))
			})
		})
	}
}

func TestRefusedStubsEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fsys, good := faultfs.New(), &capture{}
		var quarantined, stubs atomic.Int32
		c := diskConfig(audit.Route{Name: "never", Sink: audit.SinkFunc(func(context.Context, []audit.Record) error {
			return audit.Poison(errors.New("takes nothing"))
		})}, audit.Route{Name: "good", Sink: good})
		c.Hooks = &audit.Hooks{
			Quarantined: func(string, error) { quarantined.Add(1) },
			StubRefused: func(route string, _ error) { assert.Equal(t, "never", route); stubs.Add(1) },
		}
		trail := openOn(t, fsys, c)
		for n := range 20 {
			_, err := trail.Emit(anonymous(t.Context()), vend(n))
			require.NoError(t, err)
		}
		require.NoError(t, trail.Flush(t.Context()))
		<-time.After(time.Minute)
		require.NoError(t, trail.Flush(t.Context()))
		const events = 1 + 20 // with TRAIL_OPENED
		assert.Len(t, good.of(audit.ActionEventQuarantined), events, "no report of a report")
		h := trail.Health()
		assert.EqualValues(t, 2*events, h.Next)
		assert.EqualValues(t, 2*events, quarantined.Load())
		assert.EqualValues(t, 2*events, stubs.Load())
		assert.EqualValues(t, 2*events, h.Routes[0].Quarantined)
		assert.EqualValues(t, 2*events, h.Routes[0].Refused)
		assert.Zero(t, h.Routes[0].Delivered)
		letters, _ := lettersOf(t, fsys, trail.ID(), "never")
		assert.Len(t, letters, 2*events, "the reports too are kept")
	})
}
