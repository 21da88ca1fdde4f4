package catalog

import (
	"strconv"

	"github.com/apache/iceberg-go/table"
	"github.com/daxis-io/arco-audit/audit"
)

// counts reads the numeric counters of a snapshot's summary (Iceberg specification, "Optional Snapshot
// Summary Fields"). Everything else in a summary, such as partitions.* and paths, stays out of events.
func counts(s *table.Snapshot) audit.SnapshotCounts {
	return audit.SnapshotCounts{
		AddedDataFiles:        number(s, "added-data-files"),
		DeletedDataFiles:      number(s, "deleted-data-files"),
		TotalDataFiles:        number(s, "total-data-files"),
		AddedDeleteFiles:      number(s, "added-delete-files"),
		RemovedDeleteFiles:    number(s, "removed-delete-files"),
		TotalDeleteFiles:      number(s, "total-delete-files"),
		AddedRecords:          number(s, "added-records"),
		DeletedRecords:        number(s, "deleted-records"),
		TotalRecords:          number(s, "total-records"),
		AddedFilesSize:        number(s, "added-files-size"),
		RemovedFilesSize:      number(s, "removed-files-size"),
		TotalFilesSize:        number(s, "total-files-size"),
		ChangedPartitionCount: number(s, "changed-partition-count"),
	}
}

// number reads one counter; what is absent or not a number is 0.
func number(s *table.Snapshot, key string) int64 {
	if s.Summary == nil {
		return 0
	}
	n, err := strconv.ParseInt(s.Summary.Properties[key], 10, 64)
	if err != nil {
		return 0
	}
	return n
}
