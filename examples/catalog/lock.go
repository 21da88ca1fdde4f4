package catalog

import (
	"context"
	"slices"
	"sync"
)

// locks are mutual exclusion by name. A change holds the names it touches from its last check through the
// acceptance of its event or intent to the move of the pointer, so no other change can make a recorded allow untrue.
type locks struct {
	mu   sync.Mutex
	held map[string]chan struct{} // closed on release
}

func newLocks() *locks { return &locks{held: map[string]chan struct{}{}} }

// acquire takes every name in sorted order, which rules out deadlock, and returns their release. It fails
// only when ctx ends first, and then holds nothing.
func (l *locks) acquire(ctx context.Context, names ...string) (release func(), err error) {
	names = slices.Clone(names)
	slices.Sort(names)
	names = slices.Compact(names)
	for i, name := range names {
		if err := l.one(ctx, name); err != nil {
			l.release(names[:i])
			return nil, err
		}
	}
	return func() { l.release(names) }, nil
}

func (l *locks) one(ctx context.Context, name string) error {
	for {
		l.mu.Lock()
		busy, taken := l.held[name]
		if !taken {
			l.held[name] = make(chan struct{})
			l.mu.Unlock()
			return nil
		}
		l.mu.Unlock()
		select {
		case <-busy:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (l *locks) release(names []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, name := range names {
		close(l.held[name])
		delete(l.held, name)
	}
}
