package audit

import (
	"cmp"
	"context"
	"slices"
	"sync"
)

// openIntents are the intents of a trail that have no durable end yet.
type openIntents struct {
	mu        sync.Mutex
	all       map[*openIntent]struct{}
	forgotten []*openIntent
}

// intentState is where in the trail an intent begins and ends.
type intentState struct {
	begun Sequence // 0 until it is known: then everything is kept
	end   Sequence // the sequence after its end; 0 without
}

func newOpenIntents() *openIntents {
	return &openIntents{all: map[*openIntent]struct{}{}}
}

func (l *openIntents) add(o *openIntent) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all[o] = struct{}{}
}

func (l *openIntents) begun(o *openIntent, at Sequence) {
	l.mu.Lock()
	defer l.mu.Unlock()
	o.state.begun = at
}

// end notes where the intent ends; it counts until that is on the disk.
func (l *openIntents) end(o *openIntent, after Sequence) {
	l.mu.Lock()
	defer l.mu.Unlock()
	o.state.end = after
	if o.trail.disk == nil {
		delete(l.all, o)
	}
}

func (l *openIntents) drop(o *openIntent) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.all, o)
}

func (l *openIntents) count() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.all)
}

// forget is called by the collector when nothing refers to the Pending any more. The keeper does the
// rest within a second.
func (l *openIntents) forget(o *openIntent) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if _, open := l.all[o]; !open || o.state.end > 0 {
		return
	}
	l.forgotten = append(l.forgotten, o)
}

// takeForgotten returns the forgotten intents, and forgets that they were.
func (l *openIntents) takeForgotten() []*openIntent {
	l.mu.Lock()
	defer l.mu.Unlock()
	list := l.forgotten
	l.forgotten = nil
	return list
}

// floor is the sequence from which on the journal must keep everything: where the oldest intent began that has no
// end below synced.
func (l *openIntents) floor(synced Sequence) Sequence {
	l.mu.Lock()
	defer l.mu.Unlock()
	floor := synced
	for o := range l.all {
		if end := o.state.end; end > 0 && end <= synced {
			delete(l.all, o)
			continue
		}
		floor = min(floor, o.state.begun)
	}
	return floor
}

// left returns the intents that have not ended, oldest first.
func (l *openIntents) left() []*openIntent {
	l.mu.Lock()
	defer l.mu.Unlock()
	var list []*openIntent
	for o := range l.all {
		if o.state.end == 0 {
			list = append(list, o)
		}
	}
	slices.SortFunc(list, func(a, b *openIntent) int { return cmp.Compare(a.state.begun, b.state.begun) })
	return list
}

// abandonForgotten ends what the collector found; what cannot be written is tried again.
func (t *Trail) abandonForgotten() {
	ctx, cancel := context.WithTimeout(context.Background(), reportPatience)
	defer cancel()
	list := t.intents.takeForgotten()
	for i, o := range list {
		if err := o.abandon(ctx, abandonedForgotten); err != nil {
			t.hooks.failed("intents", err)
			t.intents.mu.Lock()
			t.intents.forgotten = append(t.intents.forgotten, list[i:]...)
			t.intents.mu.Unlock()
			return
		}
	}
}

// abandonOpen ends, at Close, every intent that is open. What cannot be written is the adopter's.
func (t *Trail) abandonOpen() {
	t.abandonForgotten()
	ctx, cancel := context.WithTimeout(context.Background(), reportPatience)
	defer cancel()
	for _, o := range t.intents.left() {
		if err := o.abandon(ctx, abandonedClosed); err != nil {
			t.hooks.failed("intents", err)
			return
		}
	}
}
