package catalog

import (
	"strconv"

	"github.com/daxis-io/arco-audit/audit"
)

// counts reads the numeric counters of a snapshot's summary (Iceberg specification, "Optional Snapshot
// Summary Fields"). Everything else in a summary, such as partitions.* and paths, stays out of events.
func counts(summary map[string]string) audit.SnapshotCounts {
	return audit.SnapshotCounts{
		AddedDataFiles:        number(summary, "added-data-files"),
		DeletedDataFiles:      number(summary, "deleted-data-files"),
		TotalDataFiles:        number(summary, "total-data-files"),
		AddedDeleteFiles:      number(summary, "added-delete-files"),
		RemovedDeleteFiles:    number(summary, "removed-delete-files"),
		TotalDeleteFiles:      number(summary, "total-delete-files"),
		AddedRecords:          number(summary, "added-records"),
		DeletedRecords:        number(summary, "deleted-records"),
		TotalRecords:          number(summary, "total-records"),
		AddedFilesSize:        number(summary, "added-files-size"),
		RemovedFilesSize:      number(summary, "removed-files-size"),
		TotalFilesSize:        number(summary, "total-files-size"),
		ChangedPartitionCount: number(summary, "changed-partition-count"),
	}
}

// number reads one counter; what is absent or not a number is 0.
func number(summary map[string]string, key string) int64 {
	n, err := strconv.ParseInt(summary[key], 10, 64)
	if err != nil {
		return 0
	}
	return n
}
