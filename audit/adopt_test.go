package audit_test

import (
	"context"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/internal/faultfs"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// crashed emits n critical events to routes that take nothing, and returns what a power cut leaves of them.
func crashed(t *testing.T, n int, routes ...string) (*faultfs.FS, audit.TrailID) {
	t.Helper()
	fsys := faultfs.New()
	var list []audit.Route
	for _, name := range routes {
		list = append(list, audit.Route{Name: name, Sink: obeying})
	}
	c := diskConfig(list...)
	trail := openOn(t, fsys, c)
	for i := range n {
		_, err := trail.Emit(anonymous(t.Context()), vend(i))
		require.NoError(t, err)
	}
	image := fsys.Crash(faultfs.LoseAll())
	leave(trail)
	return image, trail.ID()
}

// filesOf returns the files of a trail.
func filesOf(fsys *faultfs.FS, id audit.TrailID) []string {
	var list []string
	for _, name := range fsys.Files() {
		if strings.HasPrefix(name, "/audit/"+id.String()+"/") {
			list = append(list, name)
		}
	}
	return list
}

func fromTrail(records []audit.Record, id audit.TrailID) []audit.Record {
	var list []audit.Record
	for _, r := range records {
		if r.Trail() == id {
			list = append(list, r)
		}
	}
	return list
}

func TestAdoption(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		image, dead := crashed(t, 300, "a", "b")
		sinks := []*capture{{}, {}}
		var told atomic.Int32
		c := diskConfig(audit.Route{Name: "a", Sink: sinks[0], Required: true}, audit.Route{Name: "b", Sink: sinks[1]})
		c.Hooks = &audit.Hooks{Adopted: func() { told.Add(1) }}
		trail := openOn(t, image, c)
		_, err := trail.Emit(anonymous(t.Context()), vend(1))
		require.NoError(t, err)
		time.Sleep(time.Minute)
		for _, sink := range sinks {
			old := fromTrail(sink.list(), dead)
			require.Len(t, old, 302)
			for i, r := range old {
				require.EqualValues(t, i, r.Sequence())
			}
			assert.Equal(t, audit.ActionTrailOpened, old[0].Action())
			last := decode(t, old[301])
			assert.Equal(t, "TRAIL_ADOPTED", last["action"])
			assert.Equal(t, dead.String(), last["trail"])
			assert.Equal(t, "trail/"+dead.String(), last["subject"])
			assert.Equal(t, trail.ID().String(), last.details()["adopter"])
			assert.Equal(t, audit.Sequence(301).String(), last.details()["nextSequence"])
			assert.Len(t, fromTrail(sink.list(), trail.ID()), 2)
		}
		opened := decode(t, fromTrail(sinks[0].list(), trail.ID())[0]).details()
		assert.Equal(t, dead.String()+":"+audit.Sequence(300).String(), opened["unclean"])
		assert.Equal(t, "synced", opened["acknowledgement"])
		assert.Equal(t, "ext4", opened["fileSystem"])
		assert.Empty(t, filesOf(image, dead), "what is delivered is removed")
		assert.EqualValues(t, 1, told.Load())
		assert.EqualValues(t, 1, trail.Health().Journal.Adopted)
		require.NoError(t, trail.Close(t.Context()))
	})
}

// One sink is called by one goroutine at a time, though it takes the records of two trails.
func TestAdoptionTakesTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		image, dead := crashed(t, 50, "a")
		var inside atomic.Int32
		sink := &capture{}
		trail := openOn(t, image, diskConfig(audit.Route{Name: "a", Required: true, Batch: audit.Batch{MaxEvents: 3},
			Sink: audit.SinkFunc(func(ctx context.Context, batch []audit.Record) error {
				assert.EqualValues(t, 1, inside.Add(1))
				time.Sleep(10 * time.Millisecond)
				inside.Add(-1)
				for _, r := range batch {
					assert.Equal(t, batch[0].Trail(), r.Trail())
				}
				return sink.Deliver(ctx, batch)
			})}))
		for i := range 100 {
			_, err := trail.Emit(anonymous(t.Context()), vend(i))
			require.NoError(t, err)
			time.Sleep(5 * time.Millisecond)
		}
		time.Sleep(time.Minute)
		assert.Len(t, fromTrail(sink.list(), dead), 52)
		assert.Len(t, fromTrail(sink.list(), trail.ID()), 101)
		require.NoError(t, trail.Close(t.Context()))
	})
}

func TestAdoptionByExactlyOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		image, dead := crashed(t, 100, "a")
		sink := &capture{}
		var trails []*audit.Trail
		var mu sync.Mutex
		var open sync.WaitGroup
		for range 4 {
			open.Go(func() {
				trail, err := audit.OpenOn(diskConfig(audit.Route{Name: "a", Sink: sink, Required: true}), image, ext4)
				mu.Lock()
				defer mu.Unlock()
				if assert.NoError(t, err) {
					trails = append(trails, trail)
				}
			})
		}
		open.Wait()
		time.Sleep(time.Minute)
		adopted := uint64(0)
		for _, trail := range trails {
			_, err := trail.Emit(anonymous(t.Context()), vend(1))
			require.NoError(t, err)
			adopted += trail.Health().Journal.Adopted
			assert.Empty(t, trail.Health().Journal.LastError)
			require.NoError(t, trail.Close(t.Context()))
			assert.Len(t, fromTrail(sink.list(), trail.ID()), 3, "each has a trail of its own")
		}
		assert.EqualValues(t, 1, adopted)
		assert.Len(t, fromTrail(sink.list(), dead), 102, "delivered once")
	})
}

func TestRemovedRoutePinsUntilItIsRetired(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		image, dead := crashed(t, 20, "a", "gone")
		sink := &capture{}
		var alarm atomic.Pointer[string]
		c := diskConfig(audit.Route{Name: "a", Sink: sink, Required: true})
		c.Hooks = &audit.Hooks{Pinned: func(route string) { alarm.Store(&route) }}
		trail := openOn(t, image, c)
		time.Sleep(time.Minute)
		assert.Equal(t, []string{"gone"}, trail.Health().Journal.Pinned)
		require.NotNil(t, alarm.Load())
		assert.Equal(t, "gone", *alarm.Load())
		assert.Len(t, fromTrail(sink.list(), dead), 22)
		assert.NotEmpty(t, filesOf(image, dead), "its events are kept")
		require.NoError(t, trail.Close(t.Context()))

		other := &capture{}
		c.Routes = append(c.Routes, audit.Route{Name: "gone", Sink: other})
		trail = openOn(t, image.Crash(faultfs.LoseAll()), c)
		time.Sleep(time.Minute)
		assert.Len(t, fromTrail(other.list(), dead), 22, "a route that comes back gets them")
		require.NoError(t, trail.Close(t.Context()))

		c.Routes, c.Retired = c.Routes[:1], []string{"gone"}
		trail = openOn(t, image, c)
		time.Sleep(time.Minute)
		assert.Empty(t, trail.Health().Journal.Pinned)
		assert.Empty(t, filesOf(image, dead))
		assert.Len(t, fromTrail(sink.list(), dead), 22, "nothing comes again")
		require.NoError(t, trail.Close(t.Context()))
	})
}

func TestNewRouteStartsWhereItSays(t *testing.T) {
	for name, tt := range map[string]struct {
		start audit.Start
		old   int
	}{"oldest": {audit.StartOldest, 12}, "now": {audit.StartNow, 1}} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				image, dead := crashed(t, 10, "a")
				sink := &capture{}
				trail := openOn(t, image, diskConfig(audit.Route{Name: "a", Sink: discard}, audit.Route{Name: "new", Sink: sink, Start: tt.start}))
				time.Sleep(time.Minute)
				assert.Len(t, fromTrail(sink.list(), dead), tt.old)
				assert.Len(t, fromTrail(sink.list(), trail.ID()), 1)
				require.NoError(t, trail.Close(t.Context()))
			})
		})
	}
}

func TestKeepAge(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fsys := faultfs.New()
		c := diskConfig(audit.Route{Name: "a", Sink: discard, Required: true})
		c.Keep.Age = time.Hour
		first := openOn(t, fsys, c)
		require.NoError(t, first.Close(t.Context()))
		sink := &capture{}
		c.Routes[0].Sink = sink
		second := openOn(t, fsys, c)
		time.Sleep(50 * time.Minute)
		assert.NotContains(t, decode(t, sink.list()[0]).details(), "unclean")
		assert.NotEmpty(t, filesOf(fsys, first.ID()))
		time.Sleep(11 * time.Minute)
		assert.Empty(t, filesOf(fsys, first.ID()))
		assert.Zero(t, second.Health().Journal.Adopted, "a trail that was closed is not taken over, only removed")
		require.NoError(t, second.Close(t.Context()))
	})
}

// While a sink is down its dead trails wait, and go to whoever comes when it is up.
func TestAdoptionWaitsForTheSink(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		image, dead := crashed(t, 20, "a", "b")
		var open atomic.Bool
		a, b := &capture{}, &capture{}
		c := diskConfig(audit.Route{Name: "a", Sink: a}, audit.Route{Name: "b", Sink: audit.SinkFunc(func(ctx context.Context, batch []audit.Record) error {
			if !open.Load() {
				return errors.New("no")
			}
			return b.Deliver(ctx, batch)
		})})
		trail := openOn(t, image, c)
		time.Sleep(5 * time.Minute)
		assert.Len(t, fromTrail(a.list(), dead), 21, "the other route has it, once")
		assert.Equal(t, 1, trail.Health().Journal.Unadopted)
		start := time.Now()
		require.Error(t, trail.Close(closing(t, time.Second)))
		assert.Less(t, time.Since(start), 5*time.Second)

		open.Store(true)
		next := openOn(t, image, c)
		time.Sleep(5 * time.Minute)
		assert.Len(t, fromTrail(a.list(), dead), 22)
		assert.Len(t, fromTrail(b.list(), dead), 22)
		assert.Zero(t, next.Health().Journal.Unadopted)
		assert.Empty(t, filesOf(image, dead))
		require.NoError(t, next.Close(t.Context()))
	})
}

func TestDamageIsReportedAndTheRestDelivered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		image, dead := crashed(t, 100, "a")
		damage(t, image, dead, "orders_50")
		sink := &capture{}
		var lost atomic.Uint64
		c := diskConfig(audit.Route{Name: "a", Sink: sink, Required: true}, audit.Route{Name: "new", Sink: discard})
		c.Hooks = &audit.Hooks{Gap: func(reason string, n uint64) {
			assert.Equal(t, "damaged", reason)
			lost.Add(n)
		}}
		trail := openOn(t, image, c)
		time.Sleep(time.Minute)
		old := fromTrail(sink.list(), dead)
		assert.Len(t, old, 101)
		assert.NotContains(t, sequences(old), audit.Sequence(51))
		gaps, copies := sink.of(audit.ActionGapFound), sink.of(audit.ActionEventQuarantined)
		require.Len(t, gaps, 1)
		require.Len(t, copies, 1)
		said := decode(t, gaps[0]).details()
		assert.Equal(t, dead.String(), said["trail"])
		assert.Equal(t, audit.Sequence(51).String(), said["fromSequence"])
		assert.Equal(t, audit.Sequence(51).String(), said["toSequence"])
		assert.Equal(t, "1", said["count"])
		assert.Equal(t, trail.ID(), gaps[0].Trail())
		assert.Contains(t, decode(t, copies[0]).details()["quarantine"], ".bad")
		assert.EqualValues(t, 1, lost.Load())
		assert.EqualValues(t, 1, trail.Health().Gaps)
		require.NoError(t, trail.Close(t.Context()))
	})
}

func sequences(records []audit.Record) []audit.Sequence {
	var list []audit.Sequence
	for _, r := range records {
		list = append(list, r.Sequence())
	}
	return list
}

// Trails of living processes, of newer versions and of strangers are left alone, and Open does not mind them.
func TestOpenLeavesOthersAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		image, newer := crashed(t, 10, "a")
		for _, name := range filesOf(image, newer) {
			if strings.HasSuffix(name, ".seg") {
				require.NoError(t, image.Mutate(name, func(b []byte) []byte {
					binary.LittleEndian.PutUint32(b[8:], 9)
					table := crc32.MakeTable(crc32.Castagnoli)
					binary.LittleEndian.PutUint32(b[60:], crc32.Checksum(b[:60], table)^crc32.Checksum([]byte(newer.String()), table))
					return b
				}))
			}
		}
		before := filesOf(image, newer)
		require.NoError(t, image.MkdirAll("/audit/lost+found"))
		sinks := []*capture{{}, {}}
		var trails []*audit.Trail
		for _, s := range sinks {
			trails = append(trails, openOn(t, image, diskConfig(audit.Route{Name: "a", Sink: s, Required: true})))
		}
		for range 100 {
			for _, trail := range trails {
				_, err := trail.Emit(anonymous(t.Context()), vend(1))
				require.NoError(t, err)
			}
			time.Sleep(time.Second)
		}
		for i, trail := range trails {
			assert.Zero(t, trail.Health().Journal.Adopted)
			assert.Zero(t, trail.Health().Journal.Unadopted)
			require.NoError(t, trail.Close(t.Context()))
			assert.Len(t, sinks[i].records, 102)
			assert.NotContains(t, decode(t, sinks[i].records[0]).details(), "unclean")
		}
		assert.Equal(t, before, filesOf(image, newer))
	})
}
