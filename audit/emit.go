package audit

import (
	"context"
	"errors"
	"time"

	"github.com/daxis-io/arco-audit/internal/delivery"
	"github.com/daxis-io/arco-audit/internal/journal"
	"github.com/daxis-io/arco-audit/internal/wire"
)

// Emit records e as decided in the request that ctx carries (WithRequest), and returns the record's id.
//
// A nil error means that the event is accepted. A critical one then survives the loss of everything that was
// not declared durable: it is synced to the journal in Config.Dir or, with Config.Volatile, delivered to every
// required route. Others are accepted when queued, and synced within Config.SyncEvery. ctx bounds the waiting, for a
// disk that hangs too; cancelling it never takes an event back. Errors:
//   - ErrUnknown: it may be recorded; fail the request. The id is valid.
//   - *redact.Violation (Config.Strict): it is recorded, and a secret was withheld from it.
//   - ErrFull, ErrTenantBusy, ErrClosed, ErrInvalid: nothing was written.
//
// A deny over Config.DenyLimit is counted in a DENIES_SUPPRESSED event, whose id Emit returns for it.
//
// The error of a deny's Emit changes nothing for the caller: deny all the same.
func (t *Trail) Emit(ctx context.Context, e Event) (ID, error) {
	if t == nil {
		return ID{}, invalid("trail: it is nil, open one with Open at start-up")
	}
	s := scopeOf(ctx)
	if s == nil {
		s = &noScope
	}
	if fault := e.fault(); fault != "" {
		return ID{}, t.refuse(&e, invalid(fault))
	}
	if e.system != nil || s.Actor.IsZero() {
		return ID{}, t.refuse(&e, invalid("actor: the context carries none, set Request.Actor with WithRequest, Anonymous() before authentication"))
	}
	if err := t.emitFault(); err != nil {
		return ID{}, t.refuse(&e, err)
	}
	now := time.Now()
	x := encoders.Get().(*encoder)
	var env wire.Envelope
	x.fill(&env, t, &e, s, now)
	if x.outcome == OutcomeDeny && !x.critical {
		if id, done, err := t.fold(x, &e, s, now); done { // before it is turned into bytes that nobody needs
			x.release()
			return id, err
		}
	}
	env.ID = newID(now)
	id := ID{env.ID}
	x.write(&env)
	after, ticket, err := t.add(ctx, x, &e, x.critical)
	if err != nil {
		x.release()
		return ID{}, t.refuse(&e, translate(err))
	}
	if x.critical || len(x.redactions) > 0 {
		return t.finish(ctx, x, id, after, ticket)
	}
	t.emitted.Add(1)
	t.hooks.emitted(x.env.Action, x.outcome)
	x.release()
	return id, nil
}

var noScope scope

// finish is the rest of Emit for an event that was written, and is critical or lacks something that was withheld.
func (t *Trail) finish(ctx context.Context, x *encoder, id ID, after Sequence, ticket journal.Ticket) (ID, error) {
	t.told(x)
	action, outcome, critical := x.env.Action, x.outcome, x.critical
	var withheld error
	if t.config.Strict {
		withheld = x.violation()
	}
	x.release() // before the wait: what waits must be small
	if critical {
		if err := t.settled(ctx, after, ticket); err != nil {
			err = unknown{err}
			t.hooks.refused(action, err)
			return id, err
		}
	}
	t.emitted.Add(1)
	t.hooks.emitted(action, outcome)
	return id, withheld
}

// settled waits until a critical event below after is accepted.
func (t *Trail) settled(ctx context.Context, after Sequence, ticket journal.Ticket) error {
	if t.disk != nil {
		if err := ticket.Wait(orBackground(ctx)); err != nil || t.synced {
			return err
		}
	}
	err := t.log.AwaitRequired(ctx, uint64(after))
	if refused := t.aside.take(after - 1); err == nil && refused > 0 && refused == t.required {
		err = errRefusedByAll
	}
	return err
}

// told reports what was withheld.
func (t *Trail) told(x *encoder) {
	for i := range x.redactions {
		t.withheld.Add(1)
		t.hooks.redacted(x.env.Action, x.redactions[i].Field, x.redactions[i].Kind)
	}
}

// refuse counts an event that was not written.
func (t *Trail) refuse(e *Event, err error) error {
	t.refused.Add(1)
	if errors.Is(err, ErrFull) || errors.Is(err, ErrTenantBusy) {
		t.turnedAway.count.Add(1)
	}
	name := e.action.String()
	if e.kind != nil {
		name = e.kind.allow
		if e.denied {
			name = e.kind.deny
		}
	}
	t.hooks.refused(name, err)
	return err
}

// translate names what the log refused with.
func translate(err error) error {
	switch {
	case errors.Is(err, delivery.ErrSealed), errors.Is(err, journal.ErrClosed):
		return ErrClosed
	case errors.Is(err, delivery.ErrBusy), errors.Is(err, journal.ErrTenantBusy):
		return ErrTenantBusy
	case errors.Is(err, delivery.ErrFull), errors.Is(err, journal.ErrFull):
		return ErrFull
	case errors.Is(err, ErrInvalid):
		return err
	}
	return full{err}
}

// reportPatience bounds how long one of the trail's own events waits for room in the journal.
const reportPatience = time.Second

// report emits one of the trail's own events. It does not wait until the event is accepted.
func (t *Trail) report(e Event) (Sequence, error) {
	after, _, err := t.submit(e)
	return after, err
}

func (t *Trail) submit(e Event) (Sequence, journal.Ticket, error) {
	now := time.Now()
	return t.submitAs(e, &t.service, newID(now), now)
}

// submitAs is submit under an id that was made before.
func (t *Trail) submitAs(e Event, s *scope, id [16]byte, now time.Time) (Sequence, journal.Ticket, error) {
	x := encoders.Get().(*encoder)
	defer x.release()
	x.encode(t, &e, s, id, now)
	if t.disk == nil {
		return t.add(context.Background(), x, &e, true)
	}
	ctx, cancel := context.WithTimeout(context.Background(), reportPatience)
	defer cancel()
	return t.add(ctx, x, &e, true)
}
