package audit

import (
	"context"
	"sync"
	"sync/atomic"

	"github.com/daxis-io/arco-audit/internal/delivery"
	"github.com/daxis-io/arco-audit/internal/flood"
	"github.com/daxis-io/arco-audit/internal/journal"
	"github.com/daxis-io/arco-audit/internal/owner"
	"github.com/daxis-io/arco-audit/internal/sequence"
	"github.com/daxis-io/arco-audit/internal/wire"
	"github.com/daxis-io/arco-audit/redact"
)

// Trail takes the events of one process life and fans them out to its routes. It is safe for concurrent
// use. From Open to Close it has one goroutine per route and one more; with Config.Dir four more, and while the
// trail of a dead process is drained two and one per route.
type Trail struct {
	config      Config
	keys        redact.Keys
	id          TrailID
	trailText   string
	source      string
	originMode  OriginMode
	raised      [actionCount]bool // Config.Critical
	hooks       *Hooks
	fault       faultSource
	service     scope // who emits the trail's own events
	statics     [actionCount]*wire.Static
	kindStatics sync.Map // kindOutcome to *wire.Static
	kinds       atomic.Int32
	known       kindTable

	memory *delivery.Log[Record] // where records are without Config.Dir, else nil
	places sequence.Counter      // writes memory's sequences into records; guarded by its lock
	disk   *disk                 // where records are with Config.Dir, else nil
	log    fanOut                // either of them, as the routes see it
	synced bool                  // a critical event is accepted once it is on the disk, not once it is delivered
	routes []*delivery.Route[Record]

	gaps       atomic.Uint64
	refused    atomic.Uint64
	emitted    atomic.Uint64
	withheld   atomic.Uint64
	turnedAway turnedAway
	unreported unreported
	aside      refusals
	dead       deadLetters
	intents    *openIntents
	denies     *flood.Limiter
	ledger     *ledger // of what denies folded; nil without Config.Dir
	required   int     // routes

	closing  atomic.Bool   // Close was called
	stop     chan struct{} // ends the keeper
	kept     chan struct{} // the keeper has ended
	finished chan struct{} // Close has ended
	result   error
}

// fanOut is how far records can be read and were delivered.
type fanOut interface {
	Next() uint64
	AwaitRequired(ctx context.Context, seq uint64) error
	Seal()
	Abandon()
}

// ID returns the trail's id.
func (t *Trail) ID() TrailID { return t.id }

// add gives the encoded event its sequence and hands it to the routes. It returns the sequence after it; with a journal
// and urgent, the ticket says when it is synced. On an error nothing was written.
func (t *Trail) add(ctx context.Context, x *encoder, e *Event, urgent bool) (Sequence, journal.Ticket, error) {
	if len(x.buf) > wire.MaxBytes {
		return 0, journal.Ticket{}, errTooLarge
	}
	if t.disk != nil {
		return t.disk.add(ctx, x, e, urgent, &t.known)
	}
	seq, record, err := t.room(x)
	if err != nil {
		return 0, journal.Ticket{}, err
	}
	t.places.Put(x.buf[x.layout.Sequence:], seq)
	// Field by field: a composite literal would be made elsewhere and copied.
	record.json, record.trail, record.kind = x.keep(), &t.id, e.kind
	record.sequence, record.millis = Sequence(seq), x.env.Millis
	record.idAt, record.tenantAt, record.tenant = uint16(x.layout.ID), uint16(x.layout.TenantAt), uint16(x.layout.Tenant)
	record.action, record.outcome = e.action, x.outcome
	t.memory.Commit(urgent && x.system)
	return Sequence(seq) + 1, journal.Ticket{}, nil
}

// room asks the log in memory for the event's place and sequence.
func (t *Trail) room(x *encoder) (uint64, *Record, error) {
	switch {
	case x.room > 0 && x.kind == journal.KindIntent:
		return t.memory.BeginIntent(len(x.buf), x.room, x.env.Tenant)
	case x.room > 0:
		return t.memory.BeginEnd(len(x.buf), x.room)
	case x.system:
		return t.memory.Begin(len(x.buf), owner.None, true) // what the trail says about a tenant is not the tenant's
	}
	return t.memory.Begin(len(x.buf), x.env.Tenant, false)
}

// next returns the sequence of the next event.
func (t *Trail) next() Sequence {
	if t.disk != nil {
		return Sequence(t.disk.journal.Next())
	}
	return Sequence(t.memory.Next())
}

// static encodes what all events of one action of this trail share.
func (t *Trail) static(action, category string, outcome Outcome, severity string) *wire.Static {
	return wire.NewStatic(&wire.Envelope{
		Source: t.source, Trail: t.trailText, PolicyVersion: t.config.PolicyVersion,
		Action: action, Category: category, Outcome: outcome.String(), Severity: severity,
	})
}

// pseudonymise replaces the e-mail addresses in a cleaned text.
func (t *Trail) pseudonymise(s, tenant string) string {
	return replaceMail(s, func(address string) string { return t.keys.Pseudonym(tenant, address) })
}
