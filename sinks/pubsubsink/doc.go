// Package pubsubsink publishes audit events to a Google Cloud Pub/Sub topic.
//
// # Messages
//
// One event is one message in the binary content mode of CloudEvents 1.0, as the Pub/Sub protocol binding of
// google-cloudevents describes it: data is the event's data member, byte for byte as it stands in the
// canonical JSON; every other context attribute is the message attribute "ce-" and its name, so that
// subscriptions can filter by it (attributes.ce-outcome = "deny"). The media type stands in content-type, and
// in Content-Type too, since readers disagree about the spelling. A reader has the canonical JSON back when it
// puts the attributes and data into one object, sorted by name.
//
// # Fate of every message
//
// The sink calls the Publish RPC itself, in requests of at most 1,000 messages and 10 MB, and without the
// client's retries, which hide what became of a message: the route retries. A message that is not confirmed is
// sent again with the same id and time, so subscribers de-duplicate by ce-source and ce-id. After the first
// request that fails, the rest of the batch waits, so that order is kept.
//
// What the answer means:
//
//	NotFound, PermissionDenied, Unauthenticated,      audit.Down: the topic, the role pubsub.publisher or
//	FailedPrecondition, Unimplemented                 the configuration is missing
//	ResourceExhausted with RetryInfo                  audit.Throttled, for as long as that says
//	InvalidArgument                                   the request is halved until the messages at fault are
//	                                                  alone: audit.Poison
//	anything else                                     failed, comes again
//
// A topic that refuses everything, for instance because its schema is for other messages, must not set the
// whole trail aside: until the topic has taken a first message of this sink, InvalidArgument is audit.Down.
//
// Pub/Sub takes 100 attributes a message, keys of 256 bytes and values of 1,024 bytes. An event over these
// limits is poison; nothing is ever cut.
//
// # Order
//
// The ordering key of a message is its partition key, the trail. It may be set on any topic: subscriptions
// that were made with message ordering get a trail in sequence, others ignore it. Two things follow. Pub/Sub
// takes 1 MB/s for one ordering key, and one process is one trail: a process that emits more for long makes
// its route fall behind, and should use Unordered. And order holds within a region: publishers that move
// between regions should use a regional endpoint (option.WithEndpoint).
package pubsubsink
