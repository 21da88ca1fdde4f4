package audit_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// witness keeps records and a copy of the bytes that each had when it came.
type witness struct {
	capture
	copies []string
}

func (w *witness) Deliver(ctx context.Context, b []audit.Record) error {
	for _, r := range b {
		w.copies = append(w.copies, strings.Clone(r.JSON()))
	}
	return w.capture.Deliver(ctx, b)
}

// moody does something else at each call but the first; what it takes goes to its witness.
type moody struct{ witness }

func (m *moody) Deliver(ctx context.Context, b []audit.Record) error {
	mood := 9
	if len(m.copies) > 0 {
		mood = rand.IntN(16)
	}
	switch mood {
	case 0:
		panic("mood")
	case 1:
		runtime.Goexit()
	case 2:
		return errors.New("mood")
	case 3:
		from := rand.IntN(len(b))
		var rest []int
		for i := from; i < len(b); i++ {
			rest = append(rest, i)
		}
		_ = m.witness.Deliver(ctx, b[:from])
		return audit.Failed(errors.New("mood"), rest...)
	}
	return m.witness.Deliver(ctx, b)
}

// TestEverythingAtOnce: emitters of many tenants, large and small events, flushes, health checks and a close
// under way, with routes of every mood. What Emit accepted as critical is at the required routes,
// in sequence, once where nothing failed, and no record ever changes.
func TestEverythingAtOnce(t *testing.T) {
	for range 5 {
		calm, mood, slow := &witness{}, &moody{}, &witness{}
		c := config(
			audit.Route{Name: "calm", Sink: calm, Required: true},
			audit.Route{Name: "moody", Sink: mood, Required: true, Batch: audit.Batch{MaxEvents: 200}},
			audit.Route{Name: "hangs", Sink: obeying, Deadline: time.Hour},
			audit.Route{Name: "slow", Sink: slow, Batch: audit.Batch{MaxEvents: 3}})
		c.Keep.Bytes = 4 << 20
		trail, err := audit.Open(c)
		require.NoError(t, err)
		var accepted sync.Map
		var wg sync.WaitGroup
		stop := make(chan struct{})
		for i := range 8 {
			wg.Go(func() { emitUntil(t, stop, trail, i, &accepted) })
		}
		wg.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				short, cancel := context.WithTimeout(t.Context(), time.Millisecond)
				_ = trail.Flush(short)
				cancel()
				_ = trail.Health()
			}
		})
		<-time.After(150 * time.Millisecond)
		over, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		done := make(chan error, 1)
		go func() { done <- trail.Close(over) }()
		for !trail.Health().Closed {
			runtime.Gosched()
		}
		for _, r := range []int{0, 1} {
			for trail.Health().Routes[r].Lag > 0 && over.Err() == nil {
				<-time.After(time.Millisecond)
			}
		}
		cancel()
		<-done
		close(stop)
		wg.Wait()
		for _, w := range []*witness{calm, &mood.witness} {
			checkWitness(t, w, &accepted)
		}
		for i, r := range slow.records {
			require.Equal(t, slow.copies[i], r.JSON())
		}
	}
}

func emitUntil(t *testing.T, stop chan struct{}, trail *audit.Trail, i int, accepted *sync.Map) {
	for n := 0; ; n++ {
		select {
		case <-stop:
			return
		default:
		}
		ctx := audit.WithRequest(t.Context(), audit.Request{
			ID: audit.NewRequestID(strings.Repeat("x", rand.IntN(128))), Actor: audit.Anonymous(), Tenant: audit.NewTenant(fmt.Sprint("t", rand.IntN(1000)))})
		e := deny
		if rand.IntN(3) == 0 {
			e = audit.CatalogMutate(audit.CreateTable(audit.NewTable([]string{strings.Repeat("\"", rand.IntN(200)), "a"}, fmt.Sprint("t", i, "-", n), uuid.Nil)))
		}
		short, cancel := context.WithTimeout(ctx, time.Duration(rand.IntN(100))*time.Millisecond)
		id, err := trail.Emit(short, e)
		cancel()
		switch {
		case err == nil:
			if e.Action() == audit.ActionCatalogMutate {
				accepted.Store(id, true)
			}
		case errors.Is(err, audit.ErrClosed):
			return
		default:
			assert.True(t, errors.Is(err, audit.ErrUnknown) || errors.Is(err, audit.ErrFull) || errors.Is(err, audit.ErrTenantBusy), "%v", err)
		}
	}
}

func checkWitness(t *testing.T, w *witness, accepted *sync.Map) {
	t.Helper()
	seen := map[audit.ID]bool{}
	for i, r := range w.records {
		require.Equal(t, w.copies[i], r.JSON(), "a record changed")
		require.EqualValues(t, i, r.Sequence(), "in sequence, none missing, none twice")
		require.Contains(t, r.JSON(), `"sequence":"`+r.Sequence().String()+`"`)
		seen[r.ID()] = true
	}
	accepted.Range(func(id, _ any) bool {
		if !seen[id.(audit.ID)] {
			t.Errorf("accepted event %v was lost", id)
			return false
		}
		return true
	})
}
