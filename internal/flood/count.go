package flood

import (
	"strings"
	"time"
)

// counter returns the counter of d, or nil when there is no room for a new one. The lock is held.
func (l *Limiter) counter(scope Scope, d *Deny, now time.Time) *counter {
	key := counterKey{scope, d.Tenant, d.Action, d.Reason}
	if c := l.counters[key]; c != nil {
		return c
	}
	if l.live >= mostCounters {
		return nil
	}
	w := l.window(scope, d, now)
	// The texts may be parts of larger ones that must not be kept alive.
	key.tenant, key.action, key.reason = strings.Clone(d.Tenant), strings.Clone(d.Action), strings.Clone(d.Reason)
	c := &counter{counterKey: key, window: w}
	w.lines = append(w.lines, c)
	l.counters[key] = c
	l.live++
	return c
}

// window returns the open window for one more line.
func (l *Limiter) window(scope Scope, d *Deny, now time.Time) *window {
	key := windowKey{scope: scope}
	if scope == ScopeTenant {
		key.tenant = d.Tenant
	}
	w := l.open[key]
	if w != nil && len(w.lines) < mostLines {
		return w
	}
	if w != nil {
		l.detach(w)
	}
	key.tenant = strings.Clone(key.tenant)
	w = &window{windowKey: key, id: l.config.NewID(now), from: now, to: now}
	l.open[key] = w
	return w
}

// detach ends a window: it counts no more and waits to be written.
func (l *Limiter) detach(w *window) {
	delete(l.open, w.windowKey)
	for _, c := range w.lines {
		delete(l.counters, c.counterKey)
	}
	l.ready = append(l.ready, w)
}

// Flush writes the summaries that opened at least Config.Every before now, those that are full, and those whose
// write failed. It returns the first error of Config.Write, after which it stops.
func (l *Limiter) Flush(now time.Time) error {
	l.writing.Lock()
	defer l.writing.Unlock()
	return l.write(func(w *window) bool { return now.Sub(w.from) >= l.config.Every })
}

// Close makes every further Admit return Closed and writes all summaries. After an error it may be called
// again; Folded then says what is still counted here and nowhere else.
func (l *Limiter) Close() error {
	l.writing.Lock()
	defer l.writing.Unlock()
	l.mu.Lock()
	l.closed = true
	l.mu.Unlock()
	return l.write(func(*window) bool { return true })
}

// Folded returns how many folded denies are in no summary that was written.
func (l *Limiter) Folded() uint64 {
	l.writing.Lock()
	defer l.writing.Unlock()
	l.mu.Lock()
	defer l.mu.Unlock()
	n := uint64(0)
	for _, w := range l.open {
		n += w.total
	}
	for _, w := range l.ready {
		n += w.total
	}
	return n
}

// Pending returns the summaries of what is in none yet that was written, as they would be written now.
func (l *Limiter) Pending() []Summary {
	l.writing.Lock()
	defer l.writing.Unlock()
	l.mu.Lock()
	defer l.mu.Unlock()
	list := make([]Summary, 0, len(l.ready)+len(l.open))
	for _, w := range l.ready {
		list = append(list, w.summary())
	}
	for _, w := range l.open {
		list = append(list, w.summary())
	}
	return list
}

// write writes what is ready and the open windows that are due. l.writing is held.
func (l *Limiter) write(due func(*window) bool) error {
	l.mu.Lock()
	for _, w := range l.open {
		if due(w) {
			l.detach(w)
		}
	}
	batch := l.ready
	l.ready = nil
	l.mu.Unlock()
	for i, w := range batch {
		if err := l.config.Write(w.summary()); err != nil {
			left := batch[i:len(batch):len(batch)]
			if planted {
				left = batch
			}
			l.mu.Lock()
			l.stuck, l.ready = true, append(left, l.ready...)
			l.mu.Unlock()
			return err
		}
		l.mu.Lock()
		l.stuck = false
		l.live -= len(w.lines)
		l.mu.Unlock()
	}
	return nil
}
