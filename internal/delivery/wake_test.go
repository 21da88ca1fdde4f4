package delivery

import (
	"github.com/daxis-io/arco-audit/internal/owner"
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestSteadyRecordsWakeNobody: records that come one after another within Linger find a route that looks by itself.
func TestSteadyRecordsWakeNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := NewLog[int](1 << 20)
		r := idle(l, false)
		r.config.Linger, r.config.Deadline = 5*time.Millisecond, time.Second
		r.Start()
		woken := 0
		for range 100 {
			add(t, l, 100, "")
			if r.wanted.Load() <= l.next {
				woken++
			}
			<-time.After(2 * time.Millisecond)
		}
		assert.LessOrEqual(t, woken, 1)
		l.Seal()
		<-r.Stopped()
	})
}

// TestFewLooksARecord: a route looks by itself no more often than records came, and not at all when it must be quicker
// than that; then it sleeps for good.
func TestFewLooksARecord(t *testing.T) {
	tests := []struct {
		name   string
		full   int           // records, all at once
		linger time.Duration // of the route
		looks  int           // by itself, at most
	}{
		{"batches of one", 1, 5 * time.Millisecond, 5},
		{"batches of sixteen", 16, 5 * time.Millisecond, 20},
		{"large batches", 500, 5 * time.Millisecond, 105},
		{"a Linger too short for that", 16, time.Microsecond, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := NewLog[int](1 << 20)
				r := idle(l, false)
				r.config.MaxEvents, r.config.Linger, r.config.Deadline = tt.full, tt.linger, time.Second
				r.Start()
				<-time.After(time.Second)
				for range tt.full {
					add(t, l, 10, "")
				}
				looks := 0
				for range 1000 {
					<-time.After(time.Millisecond)
					synctest.Wait()
					if r.wanted.Load() != l.next+1 {
						looks++
					}
				}
				assert.LessOrEqual(t, looks, tt.looks)
				assert.Equal(t, l.next+1, r.wanted.Load(), "it sleeps until the next record")
				l.Seal()
				<-r.Stopped()
			})
		})
	}
}

// TestLogDecidesInRunsAsOneByOne: whether records are counted in runs or one by one, the same are taken, the same room
// counts as held, and for the same tenants.
func TestLogDecidesInRunsAsOneByOne(t *testing.T) {
	inRuns, refused := 0, map[error]int{}
	for seed := range uint64(100) {
		r := rand.New(rand.NewPCG(seed, 2))
		var logs [2]*Log[int]
		var routes [2][2]*Route[int]
		for i := range logs {
			logs[i] = NewLog[int](64 << 10)
			routes[i] = [2]*Route[int]{idle(logs[i], true), idle(logs[i], false)}
		}
		tenant := ""
		for range 500 {
			if r.IntN(4) == 0 {
				tenant = []string{"", "a", "b"}[r.IntN(3)]
			}
			size, do, at := 50+r.IntN(300), r.IntN(60), r.IntN(2)
			if int64(size)+recordOverhead <= logs[0].left && do > 7 {
				inRuns++
			}
			logs[1].mu.Lock()
			logs[1].endRun()
			logs[1].mu.Unlock()
			var errs [2]error
			for i, l := range logs {
				errs[i] = history(l, routes[i], do, at, size, tenant)
			}
			require.Equal(t, errs[1], errs[0], "seed %d", seed)
			refused[errs[0]]++
			require.Equal(t, counted(t, logs[1]), counted(t, logs[0]), "seed %d", seed)
		}
	}
	require.Greater(t, inRuns, 5000)
	for _, why := range []error{ErrFull, ErrBusy, ErrSealed} {
		require.NotZero(t, refused[why], why)
	}
}

// history is one step in the life of a log.
func history(l *Log[int], routes [2]*Route[int], do, at, size int, tenant string) (err error) {
	switch do {
	case 0, 1:
		routes[at].config.MaxEvents = 40
		return routes[at].fill()
	case 2:
		if l.next%64 == 0 {
			l.Shut()
		}
		return nil
	case 3:
		_, _, err = l.BeginIntent(size, 300, owner.Of(tenant))
	case 4:
		_, _, err = l.BeginEnd(size, 300)
	case 5, 6, 7:
		_, _, err = l.Begin(size, owner.None, true)
	default:
		_, _, err = l.Begin(size, owner.Of(tenant), false)
	}
	if err == nil {
		l.Commit(false)
	}
	return err
}

// counted does not lock, which would end a run: a run that goes on is counted here. What tenants hold is counted record by
// record, and must be what their shares say with what is not counted there yet.
func counted(t *testing.T, l *Log[int]) map[string]int64 {
	n := l.granted - l.left
	all := map[string]int64{"next": int64(l.next), "held": l.bytes + n, "total": l.total + n, "oldest": int64(l.oldest)}
	held, late := map[owner.ID]int64{}, map[owner.ID]int64{}
	for c := l.head; c != nil; c = c.next.Load() {
		for at, it := range c.items {
			seq := c.first + uint64(at)
			if it.owner == owner.None || seq < l.oldest || seq >= l.next {
				continue
			}
			held[it.owner] += it.size
			if seq >= l.shares.next {
				late[it.owner] += it.size
			}
		}
	}
	for id, bytes := range l.shares.of {
		late[id] += bytes
	}
	require.Equal(t, held, late)
	for _, tenant := range []string{"a", "b"} {
		all["of "+tenant] = held[owner.Of(tenant)]
	}
	return all
}
