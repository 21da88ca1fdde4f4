package audit

import (
	"github.com/google/uuid"

	"github.com/daxis-io/arco-audit/internal/wire"
)

// Intent is a decision that is about to be carried out, for Trail.Begin: what cannot be undone is recorded before it
// happens. Intents come from the constructors below, which are pure and total. The zero Intent is refused by Begin.
type Intent struct{ event Event }

// Committing is the intent to commit to t. An IcebergCommit or IcebergCommitDeny of t ends it.
func Committing(t Table) Intent { return Intent{IcebergCommit(t, Snapshot{})} }

// Minting is the intent to sign count URLs for d. A URLMintAllow of at most as many, or a URLMintDeny, for d ends it.
func Minting(d Domain, count int) Intent { return Intent{URLMintAllow(d, count, 0)} }

// Vending is the intent to vend credentials for t. A CredVendAllow or CredVendDeny of t ends it.
func Vending(t Table) Intent { return Intent{CredVendAllow(t, Grant{})} }

// Changing is the intent to make a change of the catalog. A CatalogMutate or CatalogMutateDeny of c ends it.
func Changing(c CatalogChange) Intent { return Intent{CatalogMutate(c)} }

// Operating is the intent to do op on r in the control store. A ControlStoreMutate or ControlStoreDeny of both
// ends it.
func Operating(r Resource, op ControlStoreOperation) Intent { return Intent{ControlStoreMutate(r, op)} }

// Intent returns the intent to allow r. An Allow or Deny of the kind for r ends it.
func (k Kind) Intent(r Resource) Intent {
	return Intent{Event{action: ActionOther, kind: k.info, resource: r}}
}

// WithTransaction returns the intent as number index (from 0) of the of intents of one multi-table commit. What ends
// it must say the same.
func (i Intent) WithTransaction(id uuid.UUID, index, of int) Intent {
	i.event = i.event.WithTransaction(id, index, of)
	return i
}

// mismatch says why e cannot end the intent, "" when it can.
func (i *Intent) mismatch(e *Event) string {
	in := &i.event
	switch {
	case e.action.Category() != in.action.Category() || e.kind != in.kind:
		return "category: it is not the intent's, emit the allow or the deny of what was begun"
	case in.tx.of > 0 && e.tx != in.tx:
		return "transaction: it is not the intent's, give both the same"
	}
	return in.difference(e)
}

// difference names the part of e's resource that differs, "" for none.
func (e *Event) difference(other *Event) string {
	switch e.action {
	case ActionURLMintAllow:
		if e.domain != other.domain {
			return "domain: it is not the intent's, begin one for each domain"
		}
		if other.action == ActionURLMintAllow && other.count > e.count {
			return "count: it is above the intent's, begin with the number of URLs to be signed"
		}
	case ActionCatalogMutate:
		if !e.change.same(&other.change) {
			return "change: it is not the intent's, begin one for each change"
		}
	case ActionControlStoreMutate, ActionOther:
		if e.resource.kind != other.resource.kind || e.resource.name.s != other.resource.name.s {
			return "resource: it is not the intent's, begin one for each resource"
		}
		if e.store != other.store {
			return "operation: it is not the intent's, begin one for each operation"
		}
	default:
		if !e.change.table.same(&other.change.table) {
			return "table: it is not the intent's, begin one for each table"
		}
	}
	return ""
}

func (c *CatalogChange) same(other *CatalogChange) bool {
	return c.op == other.op && c.table.same(&other.table) && c.to.same(&other.to)
}

// same reports whether both have the same name and no two ids: the id of a table that is made is known late.
func (t *Table) same(other *Table) bool {
	if t.ns.levels != other.ns.levels || t.name != other.name {
		return false
	}
	return t.id == other.id || t.id == uuid.Nil || other.id == uuid.Nil
}

// The reasons of DECISION_ABANDONED.
const (
	abandonedProcessEnded = "process_ended" // the process died, an adopter says so
	abandonedForgotten    = "forgotten"     // nothing ended the intent, and nothing refers to it any more
	abandonedClosed       = "closed"        // Close was called
	abandonedPanicked     = "panicked"      // a panic went through a deferred Abandon
	abandonedNotBegun     = "not_begun"     // Begin returned ErrUnknown, so that nothing should have been done
)

// begun is the event of an intent.
func (t *Trail) begun(in *Intent) Event {
	e := newSystemEvent(ActionDecisionBegun, "begun", t.trailText)
	e.system.intent = &in.event
	return e
}

// abandoned is the event that ends an intent, id, whose outcome nobody recorded.
func (t *Trail) abandoned(in *Intent, id [16]byte, why string) Event {
	e := newSystemEvent(ActionDecisionAbandoned, why, t.trailText)
	e.system.intent, e.system.intentID = &in.event, id
	return e
}

// appendIntent appends the details of an event about an intent.
func (s *systemEvent) appendIntent(dst []byte, x *extras) []byte {
	in := s.intent
	o := wire.Begin(dst)
	if in.kind != nil {
		o.Code("action", in.kind.allow)
	} else {
		o.Code("action", in.action.String())
	}
	o.String("claimedActor", x.claimed)
	o.Bytes("destination", x.destination)
	mint := in.action == ActionURLMintAllow
	if mint {
		o.Code("domain", in.domain.String())
	}
	o.UUID("intentId", s.intentID)
	if s.intentID != [16]byte{} {
		o.Code("outcome", "unknown")
	}
	if mint {
		o.Int("pathCount", int64(in.count))
	}
	o.Bytes("resource", x.resource)
	o.UUID("tableId", in.change.table.id)
	in.describeTransaction(&o)
	return o.End()
}
