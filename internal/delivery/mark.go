package delivery

import (
	"context"
	"sync"
	"sync/atomic"
)

// mark is a position that only grows, and those who wait for it. Everybody who waits for less than the
// position is woken once, and nobody else.
type mark struct {
	at      atomic.Uint64
	mu      sync.Mutex
	waiters []*waiter // a binary heap by until
	over    bool      // the mark will not move any more
	free    []*waiter
}

type waiter struct {
	until uint64
	index int           // in the heap, -1 when not in it
	done  chan struct{} // has one place
}

// freeWaiters bounds how many waiters a mark keeps for reuse. The list is the mark's own, since a channel
// that was made in a synctest bubble cannot be used in another.
const freeWaiters = 1024

// set moves the mark up to at.
func (m *mark) set(at uint64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if at <= m.at.Load() {
		return
	}
	m.at.Store(at)
	for len(m.waiters) > 0 && m.waiters[0].until <= at {
		m.remove(m.waiters[0]).done <- struct{}{} // one place, one sender: never blocks
	}
}

// wait returns nil once the mark is at until or beyond, or the context's error.
func (m *mark) wait(ctx context.Context, until uint64) error {
	if m.at.Load() >= until {
		return nil
	}
	m.mu.Lock()
	if m.at.Load() >= until || m.over {
		m.mu.Unlock()
		return m.verdict(until)
	}
	w := m.waiter(until)
	m.mu.Unlock()
	select {
	case <-w.done:
	case <-ctx.Done():
		if m.drop(w) {
			return context.Cause(ctx)
		}
		<-w.done // the mark passed at the same time
	}
	m.mu.Lock()
	if len(m.free) < freeWaiters {
		m.free = append(m.free, w)
	}
	m.mu.Unlock()
	return m.verdict(until)
}

// waiter adds a waiter to the heap. The lock is held.
func (m *mark) waiter(until uint64) *waiter {
	var w *waiter
	if last := len(m.free) - 1; last >= 0 {
		w, m.free = m.free[last], m.free[:last]
	} else {
		w = &waiter{done: make(chan struct{}, 1)}
	}
	w.until = until
	m.waiters = append(m.waiters, w)
	m.place(w, len(m.waiters)-1)
	m.up(w)
	return w
}

func (m *mark) verdict(until uint64) error {
	if m.at.Load() >= until {
		return nil
	}
	return ErrAbandoned
}

// abandon wakes all waiters for good.
func (m *mark) abandon() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.over = true
	for _, w := range m.waiters {
		w.index = -1
		w.done <- struct{}{}
	}
	m.waiters = nil
}

// drop takes a waiter out and reports whether it was still there.
func (m *mark) drop(w *waiter) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if w.index < 0 {
		return false
	}
	m.remove(w)
	return true
}

// remove takes a waiter out of the heap and returns it.
func (m *mark) remove(w *waiter) *waiter {
	last := len(m.waiters) - 1
	moved := m.waiters[last]
	m.waiters[last] = nil
	m.waiters = m.waiters[:last]
	if moved != w {
		m.place(moved, w.index)
		m.down(moved)
		m.up(moved)
	}
	w.index = -1
	return w
}

func (m *mark) place(w *waiter, i int) {
	m.waiters[i] = w
	w.index = i
}

func (m *mark) up(w *waiter) {
	for w.index > 0 {
		parent := m.waiters[(w.index-1)/2]
		if parent.until <= w.until {
			return
		}
		i := w.index
		m.place(w, parent.index)
		m.place(parent, i)
	}
}

func (m *mark) down(w *waiter) {
	for {
		least := w
		for i := 2*w.index + 1; i <= 2*w.index+2 && i < len(m.waiters); i++ {
			if m.waiters[i].until < least.until {
				least = m.waiters[i]
			}
		}
		if least == w {
			return
		}
		i := w.index
		m.place(w, least.index)
		m.place(least, i)
	}
}
