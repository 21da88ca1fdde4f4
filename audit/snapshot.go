package audit

// SnapshotID is the id of an Iceberg snapshot.
type SnapshotID int64

// SequenceNumber is the sequence number of an Iceberg snapshot, 1 or more; 0 is unknown and left out.
type SequenceNumber int64

// SnapshotOperation is what a snapshot did (Iceberg specification, snapshot summary "operation").
type SnapshotOperation uint8

// The operations of a snapshot.
const (
	OperationAppend SnapshotOperation = iota + 1
	OperationReplace
	OperationOverwrite
	OperationDelete
)

var snapshotOperations = []string{unspecified, "append", "replace", "overwrite", "delete"}

// String returns the name in the snapshot summary, such as "append".
func (o SnapshotOperation) String() string { return code(snapshotOperations, uint8(o)) }

// SnapshotCounts are the numeric counters of a snapshot summary that an event may carry; a counter of 0 is
// left out. No other key of a summary has a door: some carry partition values and paths.
type SnapshotCounts struct {
	AddedDataFiles, DeletedDataFiles, TotalDataFiles       int64
	AddedDeleteFiles, RemovedDeleteFiles, TotalDeleteFiles int64
	AddedRecords, DeletedRecords, TotalRecords             int64
	AddedFilesSize, RemovedFilesSize, TotalFilesSize       int64 // bytes
	ChangedPartitionCount                                  int64
}

// Snapshot describes the snapshot that a commit made current. The zero Snapshot is a commit without one,
// such as a change of properties.
type Snapshot struct {
	id        SnapshotID
	sequence  SequenceNumber
	operation SnapshotOperation
	counts    SnapshotCounts
}

// NewSnapshot returns a snapshot.
func NewSnapshot(id SnapshotID, seq SequenceNumber, op SnapshotOperation) Snapshot {
	return Snapshot{id: id, sequence: seq, operation: op}
}

// WithCounts returns the snapshot with counters of its summary.
func (s Snapshot) WithCounts(c SnapshotCounts) Snapshot {
	s.counts = c
	return s
}

// each calls visit with every counter in the canonical order of its key in the snapshot summary.
func (c *SnapshotCounts) each(visit func(key string, n int64)) {
	visit("added-data-files", c.AddedDataFiles)
	visit("added-delete-files", c.AddedDeleteFiles)
	visit("added-files-size", c.AddedFilesSize)
	visit("added-records", c.AddedRecords)
	visit("changed-partition-count", c.ChangedPartitionCount)
	visit("deleted-data-files", c.DeletedDataFiles)
	visit("deleted-records", c.DeletedRecords)
	visit("removed-delete-files", c.RemovedDeleteFiles)
	visit("removed-files-size", c.RemovedFilesSize)
	visit("total-data-files", c.TotalDataFiles)
	visit("total-delete-files", c.TotalDeleteFiles)
	visit("total-files-size", c.TotalFilesSize)
	visit("total-records", c.TotalRecords)
}
