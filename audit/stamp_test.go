package audit_test

import (
	"context"
	"errors"
	"path"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/internal/faultfs"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// retains is how long forgetful keeps events.
const retains = time.Hour

// copyOf is what forgetful de-duplicates by.
type copyOf struct {
	id    audit.ID
	stamp time.Time
}

// forgetful takes no event whose time is longer ago than retains, without saying so.
type forgetful struct {
	mu     sync.Mutex
	fails  error // what Deliver returns
	takes  int   // calls after which it fails; 0 for no end
	hangs  bool  // Deliver takes the records and does not return
	copies map[copyOf]audit.Record
	lost   int
	calls  int
}

func (f *forgetful) Restamp(now, stamp time.Time) (time.Time, bool) {
	return now, now.Sub(stamp) > retains || stamp.After(now.Add(retains))
}

func (f *forgetful) Deliver(ctx context.Context, batch []audit.Record) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.calls++
	if f.fails != nil {
		return f.fails
	}
	if f.copies == nil {
		f.copies = map[copyOf]audit.Record{}
	}
	for _, r := range batch {
		if _, refused := f.Restamp(time.Now(), r.Stamp()); refused {
			f.lost++
			continue
		}
		f.copies[copyOf{r.ID(), r.Stamp()}] = r
	}
	if f.takes > 0 {
		if f.takes--; f.takes == 0 {
			f.fails = errors.New("gone again")
		}
	}
	if f.hangs {
		f.mu.Unlock()
		<-ctx.Done()
		f.mu.Lock()
		return ctx.Err()
	}
	return nil
}

func (f *forgetful) set(fails error, hangs bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.fails, f.hangs = fails, hangs
}

// setTakes makes n calls succeed and those after them fail, or all succeed when n is 0.
func (f *forgetful) setTakes(n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.fails, f.takes = nil, n
}

func (f *forgetful) called() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.calls
}

// stamps returns, for each event of a trail, under how many times it is there, and the different times.
func (f *forgetful) stamps(trail audit.TrailID) (copies map[audit.Sequence]int, times map[time.Time]int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	copies, times = map[audit.Sequence]int{}, map[time.Time]int{}
	for c, r := range f.copies {
		if r.Trail() == trail {
			copies[r.Sequence()]++
			times[c.stamp]++
		}
	}
	return copies, times
}

func once(n int) map[audit.Sequence]int {
	m := map[audit.Sequence]int{}
	for i := range n {
		m[audit.Sequence(i)] = 1
	}
	return m
}

// outage emits n events while the sink is down longer than it keeps events, and lets it work again.
func outage(t *testing.T, trail *audit.Trail, sink *forgetful, n int) {
	t.Helper()
	sink.set(audit.Down(errors.New("gone")), false)
	for i := range n {
		_, err := trail.Emit(anonymous(t.Context()), login())
		require.NoError(t, err, i)
	}
	time.Sleep(retains + time.Minute)
	sink.set(nil, false)
	require.NoError(t, trail.Flush(t.Context()))
}

func TestStampIsTheTimeOfTheEvent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sink, plain := &forgetful{}, &capture{}
		trail := open(t, config(audit.Route{Name: "a", Sink: sink, Required: true}, audit.Route{Name: "b", Sink: plain}))
		_, err := trail.Emit(anonymous(t.Context()), login())
		require.NoError(t, err)
		require.NoError(t, trail.Flush(t.Context()))
		for _, r := range sink.copies {
			assert.Equal(t, r.Time(), r.Stamp())
		}
		for _, r := range plain.list() {
			assert.Equal(t, r.Time(), r.Stamp())
		}
		assert.Len(t, sink.copies, 2)
	})
}

// An outage longer than the destination keeps events: all are there, under one new time, and say their own.
func TestRestampAfterOutage(t *testing.T) {
	for _, disk := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			sink, plain := &forgetful{}, &capture{}
			routes := []audit.Route{{Name: "a", Sink: sink, Required: true, Batch: audit.Batch{MaxEvents: 50}}, {Name: "b", Sink: plain}}
			fsys, c := faultfs.New(), config(routes...)
			var trail *audit.Trail
			if disk {
				trail = openOn(t, fsys, diskConfig(routes...))
			} else {
				trail = open(t, c)
			}
			outage(t, trail, sink, 2000)
			copies, times := sink.stamps(trail.ID())
			assert.Equal(t, once(2001), copies)
			assert.Zero(t, sink.lost)
			assert.LessOrEqual(t, len(times), 3, "that of TRAIL_OPENED, that of the batch that was tried meanwhile, and one for the rest")
			for c, r := range sink.copies {
				assert.True(t, r.Sequence() == 0 || c.stamp.Sub(r.Time()) > retains)
				assert.Equal(t, r.Time().Format("2006-01-02T15:04:05.000Z"), decode(t, r)["time"])
			}
			for _, r := range plain.list() {
				assert.Equal(t, r.Time(), r.Stamp(), "of another route")
			}
			if disk {
				assert.LessOrEqual(t, fileSize(t, fsys, path.Join("/audit", trail.ID().String(), "stamp-a")), len("ARCOSTP\n")+2*24+4)
			}
		})
	}
}

func fileSize(t *testing.T, fsys *faultfs.FS, name string) (size int) {
	t.Helper()
	require.NoError(t, fsys.Mutate(name, func(b []byte) []byte {
		size = len(b)
		return b
	}))
	return size
}

// What went out under a new time comes again under the same one after a power cut, in the process that adopts.
func TestRestampIsDecidedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sink := &forgetful{fails: errors.New("gone")}
		route := audit.Route{Name: "a", Sink: sink, Required: true, Deadline: time.Hour, Batch: audit.Batch{MaxEvents: 50}}
		fsys, c := faultfs.New(), diskConfig(route)
		c.StartOffline = true
		trail := openOn(t, fsys, c)
		for i := range 120 {
			_, err := trail.Emit(anonymous(t.Context()), vend(i))
			require.NoError(t, err)
		}
		time.Sleep(retains + time.Minute)
		sink.set(nil, true)
		time.Sleep(10 * time.Minute)
		_, times := sink.stamps(trail.ID())
		require.Len(t, times, 1)
		image := fsys.Crash(faultfs.LoseAll())
		leave(trail)

		sink.set(nil, false)
		after := openOn(t, image, c)
		time.Sleep(time.Minute)
		require.NoError(t, after.Flush(t.Context()))
		copies, later := sink.stamps(trail.ID())
		assert.Equal(t, once(122), copies, "with TRAIL_ADOPTED")
		assert.Zero(t, sink.lost)
		assert.Greater(t, len(later), 1, "the first batch and the rest")
		for first, n := range times {
			assert.Equal(t, n, later[first])
		}
	})
}

// A time that was decided and has become too old itself is decided again.
func TestRestampAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sink := &forgetful{}
		trail := openOn(t, faultfs.New(), diskConfig(audit.Route{Name: "a", Sink: sink, Required: true}))
		sink.set(errors.New("gone"), false)
		_, err := trail.Emit(anonymous(t.Context()), login())
		require.NoError(t, err)
		time.Sleep(5 * retains)
		outage(t, trail, sink, 1)
		copies, _ := sink.stamps(trail.ID())
		assert.Equal(t, once(3), copies)
		assert.Zero(t, sink.lost)
	})
}

// Nothing goes out under a time that is not kept.
func TestRestampNeedsTheDisk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sink := &forgetful{}
		fsys, c := faultfs.New(), diskConfig(audit.Route{Name: "a", Sink: sink, Required: true})
		var told []error
		var mu sync.Mutex
		c.Hooks = &audit.Hooks{Failed: func(_ string, err error) {
			mu.Lock()
			defer mu.Unlock()
			told = append(told, err)
		}}
		trail := openOn(t, fsys, c)
		sink.set(audit.Throttled(retains+time.Minute, errors.New("later")), false)
		_, err := trail.Emit(anonymous(t.Context()), login())
		require.NoError(t, err)
		time.Sleep(retains)
		fsys.Inject(faultfs.Rule{Kind: faultfs.KindSync, Pattern: "spare-stamp-*", Times: 3, Err: syscall.EIO})
		sink.set(nil, false)
		calls := sink.called()
		require.NoError(t, trail.Flush(t.Context()))
		assert.Equal(t, calls+1, sink.called())
		copies, _ := sink.stamps(trail.ID())
		assert.Equal(t, once(2), copies)
		mu.Lock()
		defer mu.Unlock()
		var disk int
		for _, err := range told {
			if strings.Contains(err.Error(), "does not take the time under which events go out: repair or enlarge the disk") {
				disk++
			}
		}
		assert.Equal(t, 3, disk)
	})
}

// choosy takes nothing of odd seconds of the first minute.
type choosy struct{ forgetful }

func (*choosy) Restamp(now, stamp time.Time) (time.Time, bool) {
	began := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC) // as every bubble of synctest does
	return now, stamp.Second()%2 == 1 && stamp.Sub(began) < time.Minute && now.Sub(began) > time.Minute
}

// Records between those that need another time go out, and come again, under their own.
func TestRestampSome(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sink := &choosy{forgetful{fails: audit.Throttled(3*time.Minute, errors.New("later"))}}
		fsys, c := faultfs.New(), diskConfig(audit.Route{Name: "a", Sink: sink, Required: true, Deadline: time.Hour, Batch: audit.Batch{Linger: 15 * time.Second}})
		c.StartOffline = true
		trail := openOn(t, fsys, c)
		for i := range 9 {
			time.Sleep(time.Second)
			_, err := trail.Emit(anonymous(t.Context()), vend(i))
			require.NoError(t, err)
		}
		time.Sleep(2 * time.Minute)
		sink.set(nil, true)
		time.Sleep(10 * time.Minute)
		image := fsys.Crash(faultfs.LoseAll())
		leave(trail)
		_, before := sink.stamps(trail.ID())
		require.Len(t, before, 6, "five of their own, and one for five")

		sink.set(nil, false)
		after := openOn(t, image, c)
		time.Sleep(time.Minute)
		require.NoError(t, after.Flush(t.Context()))
		copies, _ := sink.stamps(trail.ID())
		assert.Equal(t, once(11), copies, "with TRAIL_ADOPTED")
	})
}

// Decisions that cannot be read are made again, and Hooks say so.
func TestRestampDamaged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sink := &forgetful{fails: errors.New("gone")}
		c := diskConfig(audit.Route{Name: "a", Sink: sink, Required: true, Deadline: time.Hour})
		c.StartOffline = true
		var told sync.Map
		c.Hooks = &audit.Hooks{Failed: func(_ string, err error) { told.Store(err.Error(), true) }}
		fsys := faultfs.New()
		trail := openOn(t, fsys, c)
		_, err := trail.Emit(anonymous(t.Context()), vend(1))
		require.NoError(t, err)
		time.Sleep(retains + time.Minute)
		sink.set(nil, true)
		time.Sleep(10 * time.Minute)
		image := fsys.Crash(faultfs.LoseAll())
		leave(trail)
		require.NoError(t, image.Mutate(path.Join("/audit", trail.ID().String(), "stamp-a"), func(b []byte) []byte {
			b[12] ^= 1
			return b
		}))
		sink.set(nil, false)
		after := openOn(t, image, c)
		time.Sleep(time.Minute)
		require.NoError(t, after.Flush(t.Context()))
		copies, _ := sink.stamps(trail.ID())
		assert.Equal(t, map[audit.Sequence]int{0: 2, 1: 2, 2: 1}, copies, "nothing is lost")
		says := false
		told.Range(func(text, _ any) bool {
			says = says || strings.Contains(text.(string), "may stand twice")
			return true
		})
		assert.True(t, says)
	})
}

// What went out is remembered until the cursor that is behind it lasts, and no longer.
func TestRestampOutlivesTheCursor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sink := &forgetful{fails: errors.New("gone")}
		fsys, c := faultfs.New(), diskConfig(audit.Route{Name: "a", Sink: sink, Required: true, Batch: audit.Batch{MaxEvents: 50}})
		c.StartOffline = true
		trail := openOn(t, fsys, c)
		for i := range 220 {
			_, err := trail.Emit(anonymous(t.Context()), vend(i))
			require.NoError(t, err)
		}
		time.Sleep(retains + time.Minute)
		fsys.Inject(
			faultfs.Rule{Kind: faultfs.KindSync, Pattern: "cursor-*", Err: syscall.EIO},
			faultfs.Rule{Kind: faultfs.KindSync, Pattern: "spare-cursor-*", Err: syscall.EIO},
		)
		for range 3 { // batches, each long after the decision about the one before
			sink.setTakes(1)
			time.Sleep(10 * time.Minute)
		}
		sink.setTakes(0)
		time.Sleep(10 * time.Minute)
		before, times := sink.stamps(trail.ID())
		require.Equal(t, once(221), before)
		require.Greater(t, len(times), 2)
		image := fsys.Crash(faultfs.LoseAll())
		leave(trail)

		after := openOn(t, image, c)
		time.Sleep(time.Minute)
		require.NoError(t, after.Flush(t.Context()))
		copies, _ := sink.stamps(trail.ID())
		assert.Equal(t, once(222), copies, "with TRAIL_ADOPTED")
	})
}

func TestRestampsAreForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sink, fsys := &forgetful{}, faultfs.New()
		trail := openOn(t, fsys, diskConfig(audit.Route{Name: "a", Sink: sink, Required: true, Batch: audit.Batch{MaxEvents: 50}}))
		for range 10 {
			outage(t, trail, sink, 200)
			time.Sleep(time.Minute)
		}
		copies, _ := sink.stamps(trail.ID())
		assert.Equal(t, once(2001), copies)
		assert.LessOrEqual(t, fileSize(t, fsys, path.Join("/audit", trail.ID().String(), "stamp-a")), len("ARCOSTP\n")+3*24+4)
	})
}
