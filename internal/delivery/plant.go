package delivery

// plant names a bug that the build tag delivery_planted can put in, so that a test can show that it is found.
type plant string

const (
	plantDropThrottled  plant = "drop-on-throttle"
	plantPassFailed     plant = "cursor-past-failed-index"
	plantShareBatch     plant = "share-batch"
	plantForgetID       plant = "forget-id-on-resend"
	plantNewTime        plant = "new-time-on-resend"
	plantSwallowPanic   plant = "swallow-panic"
	plantLoseLastBatch  plant = "lose-last-batch"
	plantLockDuringSync plant = "lock-during-sync"
	plantPassUnkept     plant = "pass-what-was-not-kept"
	plantNeverLess      plant = "never-given-less"
)
