// Package wire encodes and decodes the audit event: one CloudEvents 1.0 JSON object in the canonical
// form of RFC 8785.
//
// # Shape
//
// Members of the envelope, in the order in which they stand:
//
//	action            wire name, "CRED_VEND_DENY"
//	authid            actor; absent when anonymous
//	authtype          CloudEvents authcontext: app_user, service_account, system, unauthenticated, unknown
//	data              the record, below
//	datacontenttype   "application/json"
//	dataschema        "urn:io.arco:audit:record:v1"
//	id                UUIDv7
//	outcome           allow, deny, error, system
//	partitionkey      = trail
//	sequence          20 decimal digits, zero-padded, position in the trail from 0
//	severitytext      INFO, NOTICE, WARNING, ERROR
//	source            //service/environment/instance
//	specversion       "1.0"
//	subject           = data.resource
//	tenant            absent when unknown
//	time              RFC 3339, UTC, exactly three fractional digits, "Z"
//	traceparent       W3C trace context, version 00; absent when none
//	trail             UUIDv7 of the process life that emitted
//	type              io.arco.audit.<category>.<outcome>.v1
//	workspace         absent when unknown
//
// Members of data:
//
//	action, actor, actorKeyId, decisionReason, details, eventId, eventVersion, origin {addr, agent},
//	outcome, policyVersion, redactions [{field, kind}], requestId, resource, tenantId, timestamp,
//	traceId, workspaceId
//
// # Rules that make the bytes rebuildable
//
// Every value is a JSON string, but for data.eventVersion, which is the number 1, and the containers
// data, data.details (and objects in it), data.origin and data.redactions. Integers are decimal strings,
// since some stores keep numbers as IEEE 754 doubles. There is no null, no empty string, no empty
// array and no empty object anywhere: absent and NULL mean the same. Members are sorted by UTF-16 code
// units and strings are escaped as RFC 8785 section 3.2.2.2 says. A reader that has the values has the
// bytes. An event has at most 64 KiB; objects in data.details are at most four deep, and their path, joined by
// dots, has at most 128 bytes.
package wire
