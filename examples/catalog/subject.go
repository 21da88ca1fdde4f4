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
	snapshot := audit.NewSnapshot(audit.SnapshotID(added.SnapshotID), audit.SequenceNumber(added.SequenceNumber), operation(added))
	return snapshot.WithCounts(counts(added))
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

func operation(s *table.Snapshot) audit.SnapshotOperation {
	if s.Summary == nil {
		return 0
	}
	switch s.Summary.Operation {
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
