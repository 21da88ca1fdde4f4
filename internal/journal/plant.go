package journal

// plant names a bug that the build tag journal_planted can put in, so that a test can show that it is found.
type plant string

const (
	plantAckBeforeSync  plant = "ack-before-sync"
	plantSkipDirSync    plant = "skip-dir-sync"
	plantRetrySync      plant = "retry-failed-sync"
	plantUnlinkFirst    plant = "unlink-before-cursor"
	plantUnseeded       plant = "checksum-without-seed"
	plantReadUnsynced   plant = "read-beyond-synced"
	plantLockDuringSync plant = "lock-during-sync"
	plantLoseLastBatch  plant = "lose-last-batch"
)
