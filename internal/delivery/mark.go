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
	waiters []waiter // a binary heap by until
	over    bool     // the mark will not move any more
	free    []chan struct{}
}

type waiter struct {
	until uint64
	done  chan struct{}
}

// freeChannels bounds how many channels a mark keeps for reuse. The list is the mark's own, since a channel
// that was made in a synctest bubble cannot be used in another.
const freeChannels = 1024

// set moves the mark up to at.
func (m *mark) set(at uint64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if at <= m.at.Load() {
		return
	}
	m.at.Store(at)
	for len(m.waiters) > 0 && m.waiters[0].until <= at {
		m.waiters[0].done <- struct{}{} // one place, one sender: never blocks
		m.pop()
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
	done := m.channel()
	m.push(waiter{until, done})
	m.mu.Unlock()
	select {
	case <-done:
	case <-ctx.Done():
		if m.drop(done) {
			return context.Cause(ctx)
		}
		<-done // the mark passed at the same time
	}
	m.mu.Lock()
	if len(m.free) < freeChannels {
		m.free = append(m.free, done)
	}
	m.mu.Unlock()
	return m.verdict(until)
}

// channel returns a channel with one place. The lock is held.
func (m *mark) channel() chan struct{} {
	last := len(m.free) - 1
	if last < 0 {
		return make(chan struct{}, 1)
	}
	done := m.free[last]
	m.free = m.free[:last]
	return done
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
		w.done <- struct{}{}
	}
	m.waiters = nil
}

// drop takes a waiter out and reports whether it was still there.
func (m *mark) drop(done chan struct{}) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	for i := range m.waiters {
		if m.waiters[i].done != done {
			continue
		}
		last := len(m.waiters) - 1
		m.waiters[i] = m.waiters[last]
		m.waiters[last] = waiter{}
		m.waiters = m.waiters[:last]
		if i < last {
			m.down(i)
			m.up(i)
		}
		return true
	}
	return false
}

func (m *mark) push(w waiter) {
	m.waiters = append(m.waiters, w)
	m.up(len(m.waiters) - 1)
}

func (m *mark) pop() {
	last := len(m.waiters) - 1
	m.waiters[0] = m.waiters[last]
	m.waiters[last] = waiter{}
	m.waiters = m.waiters[:last]
	m.down(0)
}

func (m *mark) up(i int) {
	for i > 0 {
		parent := (i - 1) / 2
		if m.waiters[parent].until <= m.waiters[i].until {
			return
		}
		m.waiters[parent], m.waiters[i] = m.waiters[i], m.waiters[parent]
		i = parent
	}
}

func (m *mark) down(i int) {
	for {
		least := i
		for child := 2*i + 1; child <= 2*i+2 && child < len(m.waiters); child++ {
			if m.waiters[child].until < m.waiters[least].until {
				least = child
			}
		}
		if least == i {
			return
		}
		m.waiters[least], m.waiters[i] = m.waiters[i], m.waiters[least]
		i = least
	}
}
