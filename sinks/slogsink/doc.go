// Package slogsink hands audit events to a log/slog Handler, one slog.Record each.
//
// The record's time is the event's, its message the action's name, and its level the event's severity: INFO,
// NOTICE (slog.LevelInfo+2), WARNING, ERROR. Its attributes are
//
//	id, sequence, outcome, tenant, resource, actor, reason   texts of the event, absent ones left out
//	event                                                    the canonical JSON, byte for byte
//
// The level never decides whether an event is logged: Handler.Enabled is not asked. A Handler that drops
// records in Handle drops audit events.
package slogsink
