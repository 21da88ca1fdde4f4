package audit

import (
	"context"
	"errors"
	"fmt"
	"io"
	"reflect"
	"sync/atomic"
	"time"
)

// closeGrace is how long Close waits, once its context has ended, for routes whose sinks honour theirs.
const closeGrace = 100 * time.Millisecond

var errClosing = errors.New("audit: trail closed before delivery")

// Flush waits until every route has delivered what was emitted before the call, or ctx ends; then it returns
// *UndeliveredError.
func (t *Trail) Flush(ctx context.Context) error {
	ctx = orBackground(ctx)
	upTo := t.next()
	if err := t.sync(ctx, upTo); err != nil {
		return t.undelivered(ctx, upTo, func(*Route) bool { return true })
	}
	for _, r := range t.routes {
		if err := r.Await(ctx, uint64(upTo)); err != nil {
			return t.undelivered(ctx, upTo, func(*Route) bool { return true })
		}
	}
	return nil
}

// sync waits until everything below upTo is on the disk, if there is one.
func (t *Trail) sync(ctx context.Context, upTo Sequence) error {
	if t.disk == nil || upTo == 0 {
		return nil
	}
	return t.disk.journal.Wait(ctx, uint64(upTo)-1)
}

// Close ends the trail: no event is taken any more, TRAIL_CLOSED is written, and the routes deliver what
// there is until ctx ends. It returns *UndeliveredError when something is left then: with Config.Dir it stays in
// the journal, and the next process delivers it; with Config.Volatile it goes to Config.LastResort or is lost with
// the process. Denies that were folded and that no event could count any more are in it too. An error of the disk is
// joined to it. A sink that ignores its context is left hanging. Further calls
// wait for the first, as long as their own ctx allows, and return what it returned.
func (t *Trail) Close(ctx context.Context) error {
	ctx = orBackground(ctx)
	if t.closing.CompareAndSwap(false, true) {
		defer close(t.finished)
		t.result = t.shut(ctx)
		return t.result
	}
	select {
	case <-t.finished:
		return t.result
	case <-ctx.Done():
	}
	select {
	case <-t.finished:
		return t.result
	default:
		return t.undelivered(ctx, t.next(), func(*Route) bool { return true })
	}
}

// closers returns how the sink of each route is closed, nil for one that is not. A sink that several routes use
// is closed once, when the last of them has ended.
func closers(routes []Route) []func() error {
	list := make([]func() error, len(routes))
	users := map[Sink]*atomic.Int32{}
	for i := range routes {
		sink := routes[i].Sink
		closer, ok := sink.(io.Closer)
		if !ok {
			continue
		}
		list[i] = closer.Close
		if reflect.ValueOf(sink).Kind() != reflect.Pointer {
			continue
		}
		if users[sink] == nil {
			users[sink] = new(atomic.Int32)
		}
		left := users[sink]
		left.Add(1)
		list[i] = func() error {
			if left.Add(-1) > 0 {
				return nil
			}
			return closer.Close()
		}
	}
	return list
}

func (t *Trail) shut(ctx context.Context) error {
	t.stopIntake(ctx)
	close(t.stop)
	<-t.kept
	uncounted := t.finishDenies(ctx)
	if t.ledger != nil {
		t.ledger.halt(ctx)
	}
	t.abandonOpen()
	_, _ = t.report(t.closed())
	t.drain(ctx)
	if t.reportAgain() { // what routes met on the way
		t.drain(ctx)
	}
	t.log.Seal()
	err := withUncounted(t.stopRoutes(ctx), uncounted)
	if t.disk == nil {
		return err
	}
	if diskErr := end(ctx, t.disk.journal.Close); diskErr != nil {
		err = errors.Join(err, fmt.Errorf("audit: what was accepted without waiting may not be on the disk: %w", masked{diskErr}))
	}
	t.log.Abandon() // what a critical event waits for is decided
	return err
}

// withUncounted adds to what Close returns how many denies no event counts.
func withUncounted(err error, n uint64) error {
	if n == 0 {
		return err
	}
	left, ok := errors.AsType[*UndeliveredError](err)
	if !ok {
		left = &UndeliveredError{}
	}
	left.Uncounted = n
	return left
}

// stopIntake ends all but the trail's own events, and the delivery of dead trails.
func (t *Trail) stopIntake(ctx context.Context) {
	if t.disk == nil {
		t.memory.Shut()
		return
	}
	t.disk.journal.Shut()
	t.disk.adopter.halt(ctx)
}

// stopRoutes waits for the routes, and ends those that are not done when ctx is.
func (t *Trail) stopRoutes(ctx context.Context) error {
	upTo := t.next()
	late := false
	for _, r := range t.routes {
		select {
		case <-r.Stopped():
		case <-ctx.Done():
			late = true
		}
	}
	if !late {
		return nil
	}
	for _, r := range t.routes {
		r.Stop(errClosing)
	}
	grace := time.NewTimer(closeGrace)
	defer grace.Stop()
	for _, r := range t.routes {
		select {
		case <-r.Stopped():
			continue
		case <-grace.C:
		}
		break
	}
	err := t.undelivered(ctx, upTo, func(*Route) bool { return true })
	if left, ok := errors.AsType[*UndeliveredError](err); ok {
		t.lastResort(left)
	}
	t.log.Abandon()
	return err
}

// drain waits until every route has delivered everything, what they report about their destinations meanwhile
// included, or ctx ends.
func (t *Trail) drain(ctx context.Context) {
	for upTo, before := t.next(), Sequence(0); upTo != before; upTo, before = t.next(), upTo {
		for _, r := range t.routes {
			if r.Await(ctx, uint64(upTo)) != nil {
				return
			}
		}
	}
}

// undelivered reports what the routes that count had not settled of the events below upTo; nil when nothing.
func (t *Trail) undelivered(ctx context.Context, upTo Sequence, counts func(*Route) bool) error {
	e := &UndeliveredError{Dir: t.config.Dir, cause: context.Cause(ctx)}
	for i, r := range t.routes {
		s := r.Status()
		if s.Acked >= uint64(upTo) || !counts(&t.config.Routes[i]) {
			continue
		}
		u := Undelivered{Route: s.Name, Required: s.Required, Events: uint64(upTo) - s.Acked, From: Sequence(s.Acked)}
		if s.Last != nil {
			u.Last = masked{s.Last}.Error()
		}
		e.Routes = append(e.Routes, u)
	}
	if len(e.Routes) == 0 {
		return nil
	}
	return e
}
