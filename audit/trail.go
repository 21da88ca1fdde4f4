package audit

import (
	"sync"
	"sync/atomic"

	"github.com/daxis-io/arco-audit/internal/delivery"
	"github.com/daxis-io/arco-audit/internal/wire"
	"github.com/daxis-io/arco-audit/redact"
)

// Trail takes the events of one process life and fans them out to its routes. It is safe for concurrent
// use. It has one goroutine per route and one more, from Open to Close.
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

	log    spool
	routes []*delivery.Route[Record]

	refused  atomic.Uint64
	emitted  atomic.Uint64
	withheld atomic.Uint64
	aside    refusals
	required int // routes

	closing  atomic.Bool   // Close was called
	stop     chan struct{} // ends the keeper
	kept     chan struct{} // the keeper has ended
	finished chan struct{} // Close has ended
	result   error
}

// spool is where accepted records wait for the routes: in memory today, on disk with a journal. Its contract
// is that of delivery.Log.
type spool = *delivery.Log[Record]

// ID returns the trail's id.
func (t *Trail) ID() TrailID { return t.id }

// add gives the encoded event its sequence and hands it to the routes. It returns the sequence after it.
func (t *Trail) add(x *encoder, e *Event, urgent bool) (Sequence, error) {
	if len(x.buf) > wire.MaxBytes {
		return 0, errTooLarge
	}
	seq, err := t.log.Begin(len(x.buf), x.env.Tenant, x.system)
	if err != nil {
		return 0, err
	}
	wire.PutSequence(x.buf[x.layout.Sequence:], seq)
	t.log.Commit(Record{
		json: x.keep(), trail: &t.id, kind: e.kind, sequence: Sequence(seq), millis: x.env.Millis,
		idAt: uint16(x.layout.ID), tenantAt: uint16(x.layout.TenantAt), tenant: uint16(x.layout.Tenant),
		action: e.action, outcome: x.outcome,
	}, urgent)
	return Sequence(seq) + 1, nil
}

// mostKinds bounds what is kept of a service's own kinds: a program that makes one for every event, against the
// rule, is slow but does not grow.
const mostKinds = 1024

// kindOutcome is one of the two actions of a service's own kind.
type kindOutcome struct {
	kind    *kindInfo
	outcome Outcome
}

// static encodes what all events of one action of this trail share.
func (t *Trail) static(action, category string, outcome Outcome, severity string) *wire.Static {
	return wire.NewStatic(&wire.Envelope{
		Source: t.source, Trail: t.trailText, PolicyVersion: t.config.PolicyVersion,
		Action: action, Category: category, Outcome: outcome.String(), Severity: severity,
	})
}

func (t *Trail) kindStatic(k kindOutcome) *wire.Static {
	if s, ok := t.kindStatics.Load(k); ok {
		return s.(*wire.Static)
	}
	name, severity := k.kind.allow, severityNotice
	if k.outcome == OutcomeDeny {
		name, severity = k.kind.deny, severityWarning
	}
	s := t.static(name, k.kind.category, k.outcome, severity)
	if t.kinds.Add(1) <= mostKinds {
		t.kindStatics.Store(k, s)
	}
	return s
}

// pseudonymise replaces the e-mail addresses in a cleaned text.
func (t *Trail) pseudonymise(s, tenant string) string {
	return replaceMail(s, func(address string) string { return t.keys.Pseudonym(tenant, address) })
}
