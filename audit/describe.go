package audit

import (
	"strconv"
	"time"

	"github.com/daxis-io/arco-audit/internal/wire"
)

// appendResource appends the resource by the grammar of the event's action.
func (e *Event) appendResource(dst []byte) []byte {
	switch e.action {
	case ActionAuthAllow, ActionAuthDeny:
		return e.op.append(dst)
	case ActionURLMintAllow, ActionURLMintDeny:
		dst = append(dst, "browser/urls:"...)
		dst = append(dst, e.domain.String()...)
		dst = append(dst, ':')
		return strconv.AppendInt(dst, int64(e.count), 10)
	case ActionCredVendAllow, ActionCredVendDeny:
		dst = append(dst, "iceberg/table:"...)
		dst = e.change.table.appendName(dst)
		if id := e.change.table.id; id != [16]byte{} {
			dst = append(dst, ':')
			dst = wire.AppendUUID(dst, id)
		}
		return dst
	case ActionIcebergCommit, ActionIcebergCommitDeny:
		dst = append(dst, "iceberg/commit:"...)
		dst = e.change.table.appendName(dst)
		if e.snapshot.sequence > 0 {
			dst = append(dst, ":seq="...)
			dst = strconv.AppendInt(dst, int64(e.snapshot.sequence), 10)
		}
		return dst
	case ActionCatalogMutate, ActionCatalogMutateDeny:
		return e.change.append(dst)
	case ActionControlStoreMutate, ActionControlStoreDeny:
		dst = append(dst, "control-store/"...)
		dst = e.resource.append(dst)
		dst = append(dst, ':')
		return append(dst, e.store.String()...)
	}
	if e.system != nil {
		return append(append(dst, "trail/"...), e.system.about...)
	}
	return e.resource.append(dst)
}

// extras are the details that do not come from the event as they are.
type extras struct {
	claimed     string // the actor that was not taken
	plan        string
	destination []byte   // of a rename
	intent      [16]byte // that the event ends
	resource    []byte   // of the intent that the event is about
}

// appendDetails appends the details object; nothing when the event has none.
func (e *Event) appendDetails(dst []byte, x *extras) []byte {
	if e.system != nil {
		return e.system.append(dst, x)
	}
	o := wire.Begin(dst)
	vend := e.action == ActionCredVendAllow || e.action == ActionCredVendDeny
	commit := e.action == ActionIcebergCommit || e.action == ActionIcebergCommitDeny
	mint := e.action == ActionURLMintAllow || e.action == ActionURLMintDeny
	change := e.action == ActionCatalogMutate || e.action == ActionCatalogMutateDeny
	if vend {
		o.Code("access", e.grant.access.String())
	}
	o.String("claimedActor", x.claimed)
	if vend {
		o.Code("delegation", e.grant.delegation.String())
	}
	o.Bytes("destination", x.destination)
	if mint {
		o.Code("domain", e.domain.String())
	}
	o.UUID("intentId", x.intent)
	if change {
		o.Code("kind", e.change.kind())
	}
	if e.action == ActionAuthAllow {
		o.Code("method", e.method.String())
	}
	e.operation(&o)
	if mint && e.counted {
		o.Int("pathCount", int64(e.count))
	}
	o.String("planId", x.plan)
	if e.action == ActionCredVendAllow {
		o.Code("provider", e.grant.provider.String())
	}
	if e.replay {
		o.Code("replay", "true")
	}
	if commit {
		e.describeSnapshot(&o)
	}
	if commit || vend || change {
		o.UUID("tableId", e.change.table.id)
	}
	e.describeTransaction(&o)
	if e.action == ActionCredVendAllow || e.action == ActionURLMintAllow {
		o.Int("ttlSeconds", int64(e.grant.ttl/time.Second))
	}
	return o.End()
}

func (e *Event) operation(o *wire.Object) {
	switch e.action {
	case ActionIcebergCommit:
		if e.snapshot.operation != 0 {
			o.Code("operation", e.snapshot.operation.String())
		}
	case ActionCatalogMutate, ActionCatalogMutateDeny:
		o.Code("operation", code(changeOperations, uint8(e.change.op)))
	case ActionControlStoreMutate, ActionControlStoreDeny:
		o.Code("operation", e.store.String())
	}
}

func (e *Event) describeSnapshot(o *wire.Object) {
	if e.snapshot.sequence > 0 {
		o.Int("sequenceNumber", int64(e.snapshot.sequence))
	}
	if e.snapshot.id != 0 {
		o.Int("snapshotId", int64(e.snapshot.id))
	}
	if e.snapshot.counts == (SnapshotCounts{}) {
		return
	}
	o.Object("summary", func(inner *wire.Object) {
		e.snapshot.counts.each(func(key string, n int64) {
			if n != 0 {
				inner.Int(key, n)
			}
		})
	})
}

func (e *Event) describeTransaction(o *wire.Object) {
	if e.tx.of <= 0 {
		return
	}
	o.UUID("transactionId", e.tx.id)
	o.Int("transactionIndex", int64(e.tx.index))
	o.Int("transactionSize", int64(e.tx.of))
}

// fault says what is missing in the event, "" when nothing is.
func (e *Event) fault() string {
	switch e.action {
	case 0:
		return "event: it is the zero Event, make it with a constructor"
	case ActionAuthAllow, ActionAuthDeny:
		if e.op.t.s == "" {
			return "operation: it is the zero Operation, make it with HTTPOperation or RPCOperation"
		}
	case ActionCredVendAllow, ActionCredVendDeny, ActionIcebergCommit, ActionIcebergCommitDeny:
		if !e.change.table.set() {
			return "table: it is the zero Table, make it with NewTable"
		}
	case ActionCatalogMutate, ActionCatalogMutateDeny:
		if !e.change.set() {
			return "change: it is the zero CatalogChange or names a zero Table, make it with CreateTable and the like"
		}
	case ActionControlStoreMutate, ActionControlStoreDeny:
		if !e.resource.set() {
			return "resource: it is the zero Resource, make it with NewResource"
		}
	case ActionOther:
		if e.kind == nil {
			return "kind: it is the zero Kind, make it with NewKind"
		}
		if e.kind.fault != "" {
			return e.kind.fault
		}
		if !e.resource.set() {
			return "resource: it is the zero Resource, make it with NewResource"
		}
	}
	return ""
}
