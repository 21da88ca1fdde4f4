//go:build delivery_planted

package delivery

import (
	"context"
	"os"
	"sync"
)

// planted tells whether the environment asks for this bug.
func planted(p plant) bool { return os.Getenv("DELIVERY_PLANT") == string(p) }

// shared has the batch that all routes of a log share, by the log's lock.
var shared sync.Map

// altered is a record that can be spoilt.
type altered interface{ Altered(bug string) any }

// sabotaged puts the bug into what hands batches over; lock is the log's.
func sabotaged[T any](c Config[T], lock *sync.Mutex) Config[T] {
	deliver, again := c.Deliver, false
	c.Deliver = func(ctx context.Context, b []T) (err error) {
		defer func() { again = err != nil }()
		switch {
		case planted(plantShareBatch):
			one, _ := shared.LoadOrStore(lock, make([]T, c.MaxEvents))
			b = one.([]T)[:copy(one.([]T), b)]
		case planted(plantLockDuringSync):
			lock.Lock()
			defer lock.Unlock()
		case again && (planted(plantForgetID) || planted(plantNewTime)):
			for i := range b {
				b[i] = any(b[i]).(altered).Altered(os.Getenv("DELIVERY_PLANT")).(T)
			}
		}
		return deliver(ctx, b)
	}
	return c
}
