// Package auditread reads audit events where they arrive: from a queue, a log, a file.
//
// A reader outlives the versions of those who write. It takes members in any order and members that it does
// not know, and keeps actions, outcomes and versions from the future by their names. It refuses an event
// whose identity is missing or whose members contradict each other: such an event was damaged or changed
// after it was emitted.
//
// The shape of an event is in the documentation of the audit package and of the CloudEvents 1.0 JSON format.
package auditread
