package delivery_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/daxis-io/arco-audit/internal/delivery"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// shelf is a reader over the sequence itself; holes are missing, and script decides about each read.
type shelf struct {
	mu      sync.Mutex
	next    uint64
	end     func() uint64
	holes   map[uint64]uint64 // from, to
	script  func(read int) error
	reads   int
	settled []uint64
}

func (s *shelf) Read(_ context.Context, into []delivery.Entry[number]) (int, uint64, error) {
	s.reads++
	if s.script != nil {
		if err := s.script(s.reads); err != nil {
			return 0, s.next, err
		}
	}
	if to, hole := s.holes[s.next]; hole {
		s.next = to
		return 0, s.next, nil
	}
	n := 0
	for ; n < len(into) && s.next < s.end(); n++ {
		if _, hole := s.holes[s.next]; hole {
			break
		}
		into[n] = delivery.Entry[number]{Record: number(s.next), Sequence: s.next}
		s.next++
	}
	return n, s.next, nil
}

func (s *shelf) Settled(next uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settled = append(s.settled, next)
}

func (s *shelf) last() uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.settled) == 0 {
		return 0
	}
	return s.settled[len(s.settled)-1]
}

func TestFeedDeliversBehindThePublishedMarkOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := delivery.NewFeed[number](5)
		d := &destination{}
		s := &shelf{next: 2, end: f.Next}
		r := f.AddRoute(base("a", d.deliver), 2, s)
		r.Start()
		require.NoError(t, r.Await(t.Context(), 5))
		assert.Equal(t, []number{2, 3, 4}, d.received())
		f.Publish(40)
		f.Publish(30) // never back
		require.NoError(t, r.Await(t.Context(), 40))
		assert.Len(t, d.received(), 38)
		assert.EqualValues(t, 40, s.last())
		f.Seal()
		<-r.Stopped()
	})
}

func TestFeedCursorIsTheContiguousPrefix(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := delivery.NewFeed[number](10)
		refuse := true
		d := &destination{script: func(_ int, batch []number) error {
			if i := slices.Index(batch, 4); i >= 0 && refuse {
				return &delivery.Fault{Err: errors.New("no"), Indices: []int{i}}
			}
			return nil
		}}
		s := &shelf{end: f.Next}
		c := base("a", d.deliver)
		c.Linger = -1
		r := f.AddRoute(c, 0, s)
		r.Start()
		synctest.Wait()
		assert.Len(t, d.received(), 9)
		assert.EqualValues(t, 4, s.last(), "the cursor stands before the record that failed")
		d.mu.Lock()
		refuse = false
		d.mu.Unlock()
		require.NoError(t, r.Await(t.Context(), 10))
		assert.EqualValues(t, 10, s.last())
		f.Seal()
		<-r.Stopped()
	})
}

func TestFeedHolesAndFilters(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := delivery.NewFeed[number](1000)
		d := &destination{}
		c := base("a", d.deliver)
		c.Wants = func(n number) bool { return n%100 == 1 }
		s := &shelf{end: f.Next, holes: map[uint64]uint64{0: 50, 150: 350, 990: 1000}}
		r := f.AddRoute(c, 0, s)
		r.Start()
		require.NoError(t, r.Await(t.Context(), 1000))
		assert.Equal(t, []number{101, 401, 501, 601, 701, 801, 901}, d.received())
		assert.EqualValues(t, 1000, s.last())
		f.Seal()
		<-r.Stopped()
	})
}

func TestFeedThatCannotBeReadIsTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := delivery.NewFeed[number](20)
		d := &destination{}
		s := &shelf{end: f.Next, script: func(read int) error {
			if read < 5 {
				return errors.New("input/output error")
			}
			return nil
		}}
		c := base("a", d.deliver)
		c.Linger = -1
		r := f.AddRoute(c, 0, s)
		r.Start()
		synctest.Wait()
		status := r.Status()
		assert.EqualValues(t, 1, status.Failures)
		require.ErrorContains(t, status.Last, "input/output")
		require.NoError(t, r.Await(t.Context(), 20))
		assert.Equal(t, upTo(20), d.received())
		assert.EqualValues(t, 4, r.Status().Failures)
		f.Seal()
		<-r.Stopped()
	})
}

func TestFeedRespectsTheBytesOfABatch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := delivery.NewFeed[number](10)
		d := &destination{}
		c := base("a", d.deliver)
		c.MaxBytes = 300
		r := f.AddRoute(c, 0, &shelf{end: f.Next})
		r.Start()
		require.NoError(t, r.Await(t.Context(), 10))
		for _, batch := range d.calls {
			assert.LessOrEqual(t, len(batch), 3)
		}
		assert.Equal(t, upTo(10), d.received())
		f.Seal()
		<-r.Stopped()
	})
}

func TestFeedStartsRequiredMarkAtTheCursors(t *testing.T) {
	f := delivery.NewFeed[number](7)
	c := base("a", (&destination{}).deliver)
	c.Required = true
	f.AddRoute(c, 7, &shelf{next: 7, end: f.Next})
	require.NoError(t, f.AwaitRequired(t.Context(), 7))
}

// What a route of a log has not delivered: the pending ones of its batch, and all that follow.
func TestUndeliveredOfALog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := delivery.NewLog[number](1 << 20)
		d := &destination{script: func(_ int, batch []number) error {
			var failed []int
			for i, n := range batch {
				if n == 3 || n > 5 {
					failed = append(failed, i)
				}
			}
			return &delivery.Fault{Err: errors.New("no"), Indices: failed}
		}}
		c := base("a", d.deliver)
		c.MaxEvents = 8
		c.Time = func(n number) int64 { return int64(n) + 1000 }
		r := l.AddRoute(c)
		put(t, l, 0, 10)
		r.Start()
		synctest.Wait()
		assert.EqualValues(t, 1003, r.Status().Oldest)
		l.Seal()
		var left []number
		r.Undelivered(func(e delivery.Entry[number]) {
			assert.EqualValues(t, e.Sequence, e.Record)
			left = append(left, e.Record)
		})
		assert.Equal(t, []number{3, 6, 7, 8, 9}, left)
		r.Stop(errors.New("over"))
		<-r.Stopped()
	})
}
