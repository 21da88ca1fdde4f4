package audit

import (
	"time"

	"github.com/google/uuid"
)

// Event is one decision, before Emit gives it an id and a time. Events come from the constructors, which
// are named like their actions; they are pure, total and allocate nothing. An Event may be copied and
// emitted again, which makes another record. The zero Event is refused by Emit.
type Event struct {
	action Action
	reason string // code of the wire contract; "" is unspecified
	// reasonMarks say what was withheld from the reason of a service's own kind.
	reasonMarks marks
	kind        *kindInfo
	system      *systemEvent // of the trail's own actions
	method      AuthMethod
	store       ControlStoreOperation
	domain      Domain
	counted     bool
	replay      bool
	denied      bool // of a service's own kind
	count       int
	grant       Grant
	op          Operation
	change      CatalogChange // its table is also that of the vend and commit events
	snapshot    Snapshot
	resource    Resource
	tx          transaction
}

// transaction places an event among those of one multi-table commit.
type transaction struct {
	id        uuid.UUID
	index, of int
}

// Action returns the event's action; ActionOther for a service's own kind, 0 for the zero Event.
func (e Event) Action() Action { return e.action }

// AuthAllow is the event of a caller that was let in by method m to do op.
func AuthAllow(op Operation, m AuthMethod) Event {
	return Event{action: ActionAuthAllow, reason: code(authAllowReasons, uint8(m)), op: op, method: m}
}

// AuthDeny is the event of a caller that was refused because of why when it asked for op.
func AuthDeny(op Operation, why AuthReason) Event {
	return Event{action: ActionAuthDeny, reason: why.String(), op: op}
}

// URLMintAllow is the event of count signed URLs for d that live for ttl. Emit it before the URLs leave the
// process. ttl is recorded in whole seconds.
func URLMintAllow(d Domain, count int, ttl time.Duration) Event {
	return Event{action: ActionURLMintAllow, reason: reasonAllowlistMatch, domain: d, count: count, counted: true,
		grant: Grant{ttl: ttl}}
}

// URLMintDeny is the event of a refusal to sign URLs for d.
func URLMintDeny(d Domain, why MintReason) Event {
	return Event{action: ActionURLMintDeny, reason: why.String(), domain: d}
}

// CredVendAllow is the event of credentials for t. Emit it before the credentials leave the process.
func CredVendAllow(t Table, g Grant) Event {
	return Event{action: ActionCredVendAllow, reason: reasonCredentialsVended, change: CatalogChange{table: t}, grant: g}
}

// CredVendDeny is the event of a refusal to vend what r asks for.
func CredVendDeny(t Table, why VendReason, r VendRequest) Event {
	return Event{action: ActionCredVendDeny, reason: why.String(), change: CatalogChange{table: t},
		grant: Grant{delegation: r.delegation, access: r.access, plan: r.plan}}
}

// IcebergCommit is the event of a commit to t that made s current.
func IcebergCommit(t Table, s Snapshot) Event {
	return Event{action: ActionIcebergCommit, reason: reasonCommitSuccess, change: CatalogChange{table: t}, snapshot: s}
}

// IcebergCommitDeny is the event of a commit to t that was refused.
func IcebergCommitDeny(t Table, why CommitReason) Event {
	return Event{action: ActionIcebergCommitDeny, reason: why.String(), change: CatalogChange{table: t}}
}

// CatalogMutate is the event of a change of the catalog.
func CatalogMutate(c CatalogChange) Event {
	return Event{action: ActionCatalogMutate, reason: reasonGranted, change: c}
}

// CatalogMutateDeny is the event of a change of the catalog that was refused.
func CatalogMutateDeny(c CatalogChange, why CatalogReason) Event {
	return Event{action: ActionCatalogMutateDeny, reason: why.String(), change: c}
}

// ControlStoreMutate is the event of operation op on r in the control store.
func ControlStoreMutate(r Resource, op ControlStoreOperation) Event {
	return Event{action: ActionControlStoreMutate, reason: reasonOperatorGroupMatch, resource: r.before(op.String()), store: op}
}

// ControlStoreDeny is the event of operation op on r that was refused.
func ControlStoreDeny(r Resource, op ControlStoreOperation, why ControlStoreReason) Event {
	return Event{action: ActionControlStoreDeny, reason: why.String(), resource: r.before(op.String()), store: op}
}

// WithTransaction returns the event as number index (from 0) of the of events of one multi-table commit.
func (e Event) WithTransaction(id uuid.UUID, index, of int) Event {
	e.tx = transaction{id: id, index: index, of: of}
	return e
}

// AsReplay returns the event marked as the repeated answer to a request that was decided before.
func (e Event) AsReplay() Event {
	e.replay = true
	return e
}

// WithCount returns the event with the number of URLs that were asked for.
func (e Event) WithCount(n int) Event {
	e.count, e.counted = n, true
	return e
}
