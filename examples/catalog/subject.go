package catalog

import (
	"github.com/apache/iceberg-go/table"
	"github.com/daxis-io/arco-audit/audit"
	"github.com/google/uuid"
)

// auditTable names a table in an event, with its UUID when there is metadata.
func auditTable(id identifier, at *pointer) audit.Table {
	uid := uuid.Nil
	if at != nil {
		uid = at.metadata.TableUUID()
	}
	return audit.NewTable(id.Namespace, id.Name, uid)
}

func createsNamespace(n namespace) audit.CatalogChange {
	return audit.CreateNamespace(audit.NewNamespace(n))
}

func dropsNamespace(n namespace) audit.CatalogChange {
	return audit.DropNamespace(audit.NewNamespace(n))
}

func setsProperties(n namespace) audit.CatalogChange {
	return audit.SetNamespaceProperties(audit.NewNamespace(n))
}

func createsTable(id identifier) audit.CatalogChange { return audit.CreateTable(auditTable(id, nil)) }

func registersTable(id identifier) audit.CatalogChange {
	return audit.RegisterTable(auditTable(id, nil))
}

func dropsTable(id identifier, at *pointer) audit.CatalogChange {
	return audit.DropTable(auditTable(id, at))
}

func renamesTable(from, to identifier, at *pointer) audit.CatalogChange {
	return audit.RenameTable(auditTable(from, at), auditTable(to, at))
}

// snapshot is the one that the commit added, the zero Snapshot when it added none. Only the numeric
// counters of its summary enter an event: the rest may hold paths and partition values.
func (s staged) snapshot() audit.Snapshot {
	added := s.added()
	if added == nil {
		return audit.Snapshot{}
	}
	var summary table.Summary
	if added.Summary != nil { // format version 1 does not require one
		summary = *added.Summary
	}
	snapshot := audit.NewSnapshot(audit.SnapshotID(added.SnapshotID), audit.SequenceNumber(added.SequenceNumber), operation(summary.Operation))
	return snapshot.WithCounts(counts(summary.Properties))
}

func (s staged) added() *table.Snapshot {
	var newest *table.Snapshot
	for _, snap := range s.next.metadata.Snapshots() {
		if s.base == nil || s.base.metadata.SnapshotByID(snap.SnapshotID) == nil {
			newest = &snap
		}
	}
	return newest
}

func operation(o table.Operation) audit.SnapshotOperation {
	switch o {
	case table.OpAppend:
		return audit.OperationAppend
	case table.OpReplace:
		return audit.OperationReplace
	case table.OpOverwrite:
		return audit.OperationOverwrite
	case table.OpDelete:
		return audit.OperationDelete
	default:
		return 0
	}
}
