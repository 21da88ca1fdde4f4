// Package writersink writes audit events to an io.Writer as JSON lines.
//
// Each event is one line: its canonical JSON, which holds no line break, and "\n". A batch is one Write, so
// that lines of several processes that append to one file stay whole as far as the operating system keeps
// writes whole.
//
// When a Write fails in the middle of a line, the next one starts with "\n". A reader therefore skips what is
// no JSON object: an empty line, or the beginning of an event, which comes again whole. It de-duplicates by
// id, since a batch of which nothing is known comes again too.
//
// # Structured form
//
// NewStructured writes lines for the agents of Cloud Run, GKE and Compute Engine, which make an entry of Cloud
// Logging of each line on the standard output. Before the members of the event stand those that agents lift out
// of the line: severity, logging.googleapis.com/insertId, labels, operation, spanId, trace and trace_sampled; the
// event's own time becomes the entry's timestamp. What is left is the event, so that gcplogsink's questions find
// the entries (its parameter log is the log of the agent, such as "projects/p/logs/run.googleapis.com%2Fstdout"),
// and gcplogsink.RebuildEntry gives the bytes back.
//
// What is lost against gcplogsink:
//
//	acknowledgement   a line counts as delivered once it is written to the pipe; what the agent drops, nobody
//	                  counts. An agent route must not be the only required one
//	refused entries   the agent gets the error; no record is set aside, no EVENT_QUARANTINED is written
//	back pressure     a full pipe blocks the route; a fast agent with a full buffer drops
//	large events      limits of the agent and of the container's log driver come before the 256 KB of an entry;
//	                  a line that is split is no event any more, and unverifiable
//	monitored resource  that of the container, not service, environment and instance: these are labels
//	httpRequest       not written
//	log name          the agent's, shared with whatever else the program prints
//	old entries       what is older than the retention of the bucket is not stored: gcplogsink gives it the
//	                  present time, an agent does not
package writersink
