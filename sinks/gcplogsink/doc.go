// Package gcplogsink writes audit events to Google Cloud Logging.
//
// # Entries
//
// One event is one LogEntry:
//
//	logName     the log that New was given
//	resource    generic_task: project_id of the log, location "global", namespace = environment, job = service,
//	            task_id = instance. It is who emitted, also when another process delivers; nothing is detected and
//	            nothing asked of a metadata server, so that the sink works the same anywhere
//	insertId    the event's id
//	timestamp   the event's time, but for old entries, see below
//	severity    severitytext
//	labels      action, actor, category, environment, instance, outcome, reason, request, resource, sequence,
//	            service, tenant, trail, workspace; redacted = "true" when something was withheld; absent ones
//	            are left out, and so is the request "unknown"
//	operation   id = request id, producer = "arco-audit"
//	trace       projects/{project}/traces/{trace id}, with spanId and traceSampled
//	httpRequest userAgent, remoteIp when the whole address is recorded, requestMethod of an HTTP operation
//	jsonPayload the whole event
//
// Labels are indexed and jsonPayload is not: filter by labels. The payload is the CloudEvents JSON object, whose
// values are strings but for data.eventVersion, so that a store of doubles keeps them; in canonical form
// (RFC 8785) it is the event byte for byte.
//
// # Fate of every entry
//
// The sink calls WriteLogEntries itself, with partial success, in requests of at most 1,000 entries and 10 MB,
// and without the client's retries: the route retries. An entry that comes again has the same insertId and
// timestamp, so that a query shows one; exports have both, and are de-duplicated by insertId.
//
// What the answer means, of the request or of one entry in it:
//
//	NotFound, PermissionDenied, Unauthenticated,      audit.Down: the role logging.logWriter or the
//	FailedPrecondition, Unimplemented                 configuration is missing
//	ResourceExhausted with RetryInfo                  audit.Throttled, for as long as that says
//	InvalidArgument                                   audit.Poison for that entry; a request that is refused
//	                                                  whole is halved until the entries at fault are alone
//	anything else                                     failed, comes again
//
// A log that refuses everything must not set the whole trail aside: until it has taken a first entry of this
// sink, InvalidArgument is audit.Down. An entry over 256 KB is poison; nothing is ever cut.
//
// # Questions
//
// Questions lists what compliance staff ask of an audit log; Query fills one with its parameters, as a filter for
// Cloud Logging and as SQL of BigQuery. The SQL reads a log view of a bucket with Log Analytics, or the dataset
// that is linked to it, and counts an event once however often it was delivered. Where the answer is a number or a
// comparison of events, the filter finds the events that the SQL counts. Both compare names of tenants, actors
// and requests without regard to letter case, as Cloud Logging does, and names of tables exactly.
//
// # Rebuild
//
// This section is normative, beside that of package auditread, whose rules come after these:
//
//	LogEntry          jsonPayload is the object
//	agent             jsonPayload of an entry that an agent made of writersink's structured form is the object,
//	                  without the members severity and those that begin with "logging.googleapis.com/", which some
//	                  agents leave; the member time is data.timestamp, since agents take it out
//	log view          the column json_payload is the object, or the JSON text of it
//	BigQuery, routed  the column jsonPayload is the object; every name is that name of version 1 which is the same
//	                  in lower case with "_" for every character that is no letter or digit; NULL, an empty record
//	                  and an empty list are absent. Any other name that is not NULL makes the event unverifiable
//
// RebuildEntry and RebuildRow do this. Vectors are in logging-vectors.json of the contract, which package auditread
// keeps: store, entry (in the JSON of protobuf, or the row), and either canonical and leaf, or unverifiable.
//
// # Old entries
//
// An entry whose timestamp is older than the retention of the bucket (30 days by default, see WithRetention) is
// accepted, exported and not stored, and one more than 24 hours ahead of Google's clock is refused. Either goes out
// under the present time instead, which the trail decides once and keeps, so that copies stay equal. The event's own
// time is in its payload, where rebuilding finds it; the questions ask by the time of the entry, and so find what came
// late in the window in which it came.
package gcplogsink
