package audit

import (
	"context"
	"errors"
	"time"

	"github.com/daxis-io/arco-audit/internal/delivery"
)

// Emit records e as decided in the request that ctx carries (WithRequest), and returns the record's id.
//
// A nil error means that the event is accepted. A critical one then survives the loss of everything that was
// not declared durable: with Config.Volatile it has been delivered to every required route. Others are
// accepted when queued. ctx bounds the waiting; cancelling it never takes an event back. Errors:
//   - ErrUnknown: it may be recorded; fail the request. The id is valid.
//   - *redact.Violation (Config.Strict): it is recorded, and a secret was withheld from it.
//   - ErrFull, ErrTenantBusy, ErrClosed, ErrInvalid: nothing was written.
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
	return t.emit(ctx, &e, s)
}

var noScope scope

// emit is Emit for an event that is known to be whole.
func (t *Trail) emit(ctx context.Context, e *Event, s *scope) (ID, error) {
	now := time.Now()
	id := newID(now)
	x := encoders.Get().(*encoder)
	defer x.release()
	x.encode(t, e, s, id, now)
	after, err := t.add(x, e, false)
	if err != nil {
		return ID{}, t.refuse(e, translate(err))
	}
	t.told(x)
	if x.critical {
		err := t.log.AwaitRequired(ctx, uint64(after))
		if refused := t.aside.take(after - 1); err == nil && refused > 0 && refused == t.required {
			err = errRefusedByAll
		}
		if err != nil {
			err = unknown{err}
			t.hooks.refused(x.env.Action, err)
			return ID{id}, err
		}
	}
	t.emitted.Add(1)
	t.hooks.emitted(x.env.Action, x.outcome)
	if t.config.Strict {
		return ID{id}, x.violation()
	}
	return ID{id}, nil
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

func translate(err error) error {
	switch {
	case errors.Is(err, delivery.ErrSealed):
		return ErrClosed
	case errors.Is(err, delivery.ErrBusy):
		return ErrTenantBusy
	case errors.Is(err, delivery.ErrFull):
		return ErrFull
	}
	return err
}

// report emits one of the trail's own events. It never waits.
func (t *Trail) report(e Event) (Sequence, error) {
	now := time.Now()
	id := newID(now)
	x := encoders.Get().(*encoder)
	defer x.release()
	x.encode(t, &e, &t.service, id, now)
	return t.add(x, &e, true)
}
