// Package auditread reads audit events where they arrive: from a queue, a log, a file.
//
// A reader outlives the versions of those who write. It takes members in any order and members that it does
// not know, and keeps actions, outcomes and versions from the future by their names. It refuses an event
// whose identity is missing or whose members contradict each other: such an event was damaged or changed
// after it was emitted.
//
// The shape of an event is in the documentation of the audit package and of the CloudEvents 1.0 JSON format, as
// JSON Schema in contract/writer-v1.schema.json (what is written) and contract/reader-v1.schema.json (what a
// consumer should hold events to, and no more).
//
// # Copies and gaps
//
// Delivery is at least once. Copies have the same source, id and bytes; Dedupe drops them. The events of a trail,
// which is one life of a process, are numbered from 0 without gaps, and TRAIL_CLOSED or TRAIL_ADOPTED is the last
// one; Gaps says which numbers have not come. An event that a destination refused for good is missing there, and an
// EVENT_QUARANTINED event has its number.
//
// # Rebuild
//
// This section is normative. The canonical bytes of an event are what was emitted and hashed: one JSON object in
// the form of RFC 8785. The leaf hash is SHA-256 over a zero byte and the canonical bytes (RFC 6962 section 2.1). A
// consumer of any language has both back by these rules.
//
// What the event is made of, by store:
//
//	Pub/Sub, binary mode      every message attribute whose name begins with "ce-", without these three
//	                          characters, is a member, its value a string; the attribute content-type, in any
//	                          case, is the member datacontenttype; the data of the message is the member data.
//	                          All other attributes are left out. It is the mode when the attribute
//	                          ce-specversion is there and content-type does not begin with
//	                          application/cloudevents+json.
//	Pub/Sub, structured mode  the data of the message is the object
//	JSON lines                each line is the object
//
// Then, in this order:
//
//  1. A member that is null is absent. So is, after that, an object or array that has nothing in it.
//  2. data.eventVersion is a number. "1" and 1.0 are 1.
//  3. When time is not spelled as data.timestamp is, but is the same instant, it takes that spelling.
//  4. Objects are sorted by the UTF-16 code units of the names; strings are escaped as RFC 8785 section 3.2.2.2
//     says; there is no white space.
//
// The bytes cannot be rebuilt, and the event is unverifiable in this store, when
//
//   - a name stands twice in an object, or null stands in an array;
//   - a number is no whole one of at most 15 digits: a store that rounds could have changed it;
//   - dataschema is urn:io.arco:audit:record:v1, or is missing, and the result is not an event that version 1
//     writes: a required member is missing, one of no known name is there, a text is empty, two members that say
//     the same do not agree.
//
// Unverifiable is not forged: another store may have the bytes. An event is forged when its bytes were rebuilt and
// their hash is not in the trail's tree.
//
// Vectors are in contract/vectors.json: store, attributes and data, and either canonical and leaf, or unverifiable.
// Cloud Logging and BigQuery have rules of their own before these, in package gcplogsink, with vectors in
// contract/logging-vectors.json.
package auditread
