// Package pubsubsink publishes audit events to a Google Cloud Pub/Sub topic, and reads them from a subscription.
//
// # Messages
//
// One event is one message in the binary content mode of CloudEvents 1.0, as the Pub/Sub protocol binding of
// google-cloudevents describes it: data is the event's data member, byte for byte as it stands in the
// canonical JSON; every other context attribute is the message attribute "ce-" and its name, so that
// subscriptions can filter by it (attributes.ce-outcome = "deny"). The media type stands in content-type, and
// in Content-Type too, since readers disagree about the spelling. A reader has the canonical JSON back by the
// rules in the documentation of package auditread, under "Rebuild".
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
//
// # Receiving
//
// Receive hands events to a function and decides about each message by what that returns. What reaches the function
// was decoded from either content mode, verified when there is a hook for it, and is no copy of what was handled
// within the window of the Dedupe. What becomes of a message:
//
//	handled, or a copy of what was          acknowledged
//	unreadable, unverified, in conflict     given to ReceiveConfig.DeadLetter with the reason, then acknowledged;
//	with another event, rejected by the     without DeadLetter, or when it fails, returned
//	handler, or one that it panicked at
//	any other error of the handler          kept for the back-off, then returned
//
// A message that is kept counts against MaxMessages and MaxBytes, so a consumer whose own destination is down asks
// for no more than fits and holds no more.
//
// After an error of the handler, the events of that trail that are in memory go on: order is lost, and the one that
// failed comes after them. A handler that needs order looks at Entry.Sequence.
//
// # Subscriptions
//
// Denies of one tenant: create the subscription with the filter that SubscriptionFilter makes of
// auditread.Filter{Outcomes: []string{"deny"}, Tenants: []string{"acme"}}. Filters see attributes only, are at most
// 256 bytes and cannot be changed. Messages that a filter leaves out are acknowledged by Pub/Sub. Do not watch such a
// subscription with Gaps: the events of the trail itself have no tenant and do not pass.
//
// Dead letters: ReceiveConfig.DeadLetter with DeadLetterTopic says why a message is there. The dead-letter policy of
// a subscription (dead_letter_policy, 5 to 100 attempts) says only how often it was tried, and also takes messages
// whose handler failed for as long as a destination was down: set its attempts so high that an outage does not reach
// them, or leave it out.
//
// Order: enable_message_ordering when the subscription is created. The client then gives one trail to one goroutine
// at a time.
//
// Replay: with retain_acked_messages, or a retention of the topic, Seek to a time returns everything since then.
// The events are the same bytes; a consumer that must handle them again starts with an empty Dedupe.
//
// Exactly-once subscriptions are of use, but Dedupe is needed all the same: they do not drop what a publisher sent
// twice.
//
// BigQuery subscriptions (bigquery_config): with write_metadata and without a schema, the table has data STRING or
// JSON, attributes STRING or JSON, message_id, publish_time, subscription_name. Use STRING for data: JSON does not
// keep its bytes. An event is rebuilt from data and attributes as from a message; queries read the attributes:
//
//	SELECT JSON_VALUE(attributes, '$."ce-action"') AS action, JSON_VALUE(data, '$.resource') AS resource
//	FROM audit.events
//	WHERE JSON_VALUE(attributes, '$."ce-outcome"') = 'deny' AND JSON_VALUE(attributes, '$."ce-tenant"') = 'acme'
//	QUALIFY ROW_NUMBER() OVER (PARTITION BY JSON_VALUE(attributes, '$."ce-source"'), JSON_VALUE(attributes, '$."ce-id"') ORDER BY publish_time) = 1
//
// Rows are written at least once, so a query drops copies as this one does. Do not give the topic a schema for the
// table (use_topic_schema): an event of a later version would not fit it and be set aside.
//
// Cloud Storage subscriptions (cloud_storage_config): the text format drops attributes, and with them what the leaf
// hash covers; use avro_config with write_metadata, which keeps data as bytes and attributes as a map of strings.
//
// What these two write was not tested: there is no emulator of either, and the descriptions above follow the
// service's documentation. Filters were tested on the client's server in process, which applies them; ordering,
// replay and the dead-letter policy on Google's emulator, which takes filters and does not apply them.
package pubsubsink
