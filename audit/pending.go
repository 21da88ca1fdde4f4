package audit

import (
	"context"
	"runtime"
	"time"

	"github.com/daxis-io/arco-audit/internal/journal"
)

// intentMargin is by how much the event that ends an intent may be longer than the one that began it, which has the
// same request and resource: details of a commit with every counter, a destination, a plan, redactions.
const intentMargin = 3 << 10

// Pending is an intent that was begun and has not ended. Exactly one event ends it. It is safe for concurrent use.
type Pending struct{ open *openIntent }

// openIntent is what the trail knows of a Pending. It must not refer to it: that nobody else does is what tells that an
// intent was forgotten.
type openIntent struct {
	trail  *Trail
	intent Intent
	scope  scope // the request of Begin, and the id of DECISION_BEGUN
	room   int   // that is held for the end

	turn  chan struct{} // holds one token while somebody begins or ends the intent; guards the next
	ended string        // how: "" not yet
	state intentState   // guarded by the trail's openIntents
}

// endEmitted is how an intent ended that an event ended; else it is the reason of DECISION_ABANDONED.
const endEmitted = "emitted"

// Begin records that i is about to happen in the request that ctx carries, before it does, and holds room for the
// event that ends it, so that this one is never refused for want of room. A nil error means that DECISION_BEGUN is
// accepted as Emit accepts a critical event; errors are those of Emit, and with all but *redact.Violation there
// is no Pending and nothing may be done. End it with Pending.Emit on every path, and defer Pending.Abandon for panics: an
// intent that nothing ends becomes DECISION_ABANDONED with outcome unknown, also after a crash when Config.Dir outlives it.
// While it is open, the journal keeps everything from it on: end it within its request.
func (t *Trail) Begin(ctx context.Context, i Intent) (*Pending, error) {
	if t == nil {
		return nil, invalid("trail: it is nil, open one with Open at start-up")
	}
	e := t.begun(&i)
	s := scopeOf(ctx)
	if s == nil {
		s = &noScope
	}
	if fault := i.event.fault(); fault != "" {
		return nil, t.refuse(&e, invalid("intent: "+fault))
	}
	if s.Actor.IsZero() {
		return nil, t.refuse(&e, invalid("actor: the context carries none, set Request.Actor with WithRequest, Anonymous() before authentication"))
	}
	if err := t.emitFault(); err != nil {
		return nil, t.refuse(&e, err)
	}
	o := &openIntent{trail: t, intent: i, scope: *s, turn: make(chan struct{}, 1)}
	o.scope.Context = nil // a context may lead to the Pending
	written, err := o.begin(ctx, &e)
	if err != nil {
		return nil, t.refuse(&e, err)
	}
	if err := t.settled(ctx, written.after, written.ticket); err != nil {
		o.abandonSoon(abandonedNotBegun)
		err = unknown{err}
		t.hooks.refused(written.action, err)
		return nil, err
	}
	p := &Pending{o}
	runtime.AddCleanup(p, t.intents.forget, o)
	return p, written.withheld
}

// Emit ends the intent with e and returns e's id, as Trail.Emit does. e must be an allow or a deny of what was begun,
// of the same resource, and is always accepted like a critical event; it carries the intent's id in details.intentId. It is
// recorded for the request of Begin; ctx only bounds the waiting. After an error that says that nothing was written, the
// intent is open still; a second end is ErrInvalid.
func (p *Pending) Emit(ctx context.Context, e Event) (ID, error) {
	if p == nil || p.open == nil {
		return ID{}, invalid("intent: it is nil, make it with Begin")
	}
	defer runtime.KeepAlive(p)
	o := p.open
	t := o.trail
	fault := e.fault()
	if fault == "" {
		fault = o.intent.mismatch(&e)
	}
	if fault != "" {
		return ID{}, t.refuse(&e, invalid(fault))
	}
	if err := t.emitFault(); err != nil {
		return ID{}, t.refuse(&e, err)
	}
	written, err := o.emit(ctx, &e)
	if err != nil {
		return ID{}, t.refuse(&e, err)
	}
	if err := t.settled(ctx, written.after, written.ticket); err != nil {
		err = unknown{err}
		t.hooks.refused(written.action, err)
		return written.id, err
	}
	t.intents.drop(o)
	t.emitted.Add(1)
	t.hooks.emitted(written.action, written.outcome)
	return written.id, written.withheld
}

// Abandon ends an intent that no event has ended, with DECISION_ABANDONED; after Emit it does nothing. Defer it itself,
// right after Begin: then it sees a panic, records that as the reason, and lets it go on.
func (p *Pending) Abandon() {
	cause := recover()
	if p != nil && p.open != nil {
		why := abandonedForgotten
		if cause != nil {
			why = abandonedPanicked
		}
		p.open.abandonSoon(why)
	}
	runtime.KeepAlive(p)
	if cause != nil {
		panic(cause)
	}
}

// emission is what is known of an event between being written and being accepted.
type emission struct {
	id       ID
	after    Sequence
	ticket   journal.Ticket
	action   string
	outcome  Outcome
	withheld error
}

// begin writes DECISION_BEGUN, and so gives the intent its id.
func (o *openIntent) begin(ctx context.Context, e *Event) (emission, error) {
	o.turn <- struct{}{}
	defer o.yield()
	o.trail.intents.add(o)
	written, err := o.write(ctx, e, &o.scope, journal.KindIntent)
	if err != nil {
		o.ended = abandonedNotBegun
		o.trail.intents.drop(o)
		return emission{}, translate(err)
	}
	o.scope.intent = written.id.b
	o.trail.intents.begun(o, written.after-1)
	return written, nil
}

// emit writes the event that ends the intent.
func (o *openIntent) emit(ctx context.Context, e *Event) (emission, error) {
	if err := o.take(ctx); err != nil {
		return emission{}, translate(err)
	}
	defer o.yield()
	switch o.ended {
	case "":
	case abandonedClosed:
		return emission{}, ErrClosed
	default:
		return emission{}, invalid("intent: it has ended before, begin one for each decision")
	}
	written, err := o.write(ctx, e, &o.scope, journal.KindEnd)
	if err != nil {
		return emission{}, translate(err)
	}
	o.ended = endEmitted
	o.trail.intents.end(o, written.after)
	return written, nil
}

// abandon writes DECISION_ABANDONED unless the intent has ended. It does not wait until that is accepted.
func (o *openIntent) abandon(ctx context.Context, why string) error {
	if err := o.take(ctx); err != nil {
		return err
	}
	defer o.yield()
	if o.ended != "" {
		return nil
	}
	e := o.trail.abandoned(&o.intent, o.scope.intent, why)
	s := o.trail.service
	s.Tenant = o.scope.Tenant
	written, err := o.write(ctx, &e, &s, journal.KindEnd)
	if err != nil {
		return err
	}
	o.ended = why
	o.trail.intents.end(o, written.after)
	return nil
}

// abandonSoon abandons the intent if that is soon done; else the collector, Close or an adopter does it.
func (o *openIntent) abandonSoon(why string) {
	ctx, cancel := context.WithTimeout(context.Background(), reportPatience)
	defer cancel()
	if err := o.abandon(ctx, why); err != nil {
		o.trail.hooks.failed("intents", err)
	}
}

// write encodes and adds an event that holds room or gives it back.
func (o *openIntent) write(ctx context.Context, e *Event, s *scope, kind journal.Kind) (emission, error) {
	t, now := o.trail, time.Now()
	id := newID(now)
	x := encoders.Get().(*encoder)
	defer x.release()
	x.encode(t, e, s, id, now)
	if kind == journal.KindIntent {
		o.room = len(x.buf) + intentMargin
	}
	x.kind, x.room = kind, o.room
	after, ticket, err := t.add(ctx, x, e, true)
	if err != nil {
		return emission{}, err
	}
	t.told(x)
	written := emission{id: ID{id}, after: after, ticket: ticket, action: x.env.Action, outcome: x.outcome}
	if t.config.Strict {
		written.withheld = x.violation()
	}
	return written, nil
}

// take waits until nobody else begins or ends the intent.
func (o *openIntent) take(ctx context.Context) error {
	select {
	case o.turn <- struct{}{}:
		return nil
	default:
	}
	ctx = orBackground(ctx)
	select {
	case o.turn <- struct{}{}:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (o *openIntent) yield() { <-o.turn }
