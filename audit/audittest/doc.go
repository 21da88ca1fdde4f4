// Package audittest records what a program audits, for its tests.
//
// New opens a real trail, with everything that happens in production up to the sink: validation, scanning,
// encoding, delivery. Only the destination is memory. Hand the trail to the code under test and ask the
// Recorder what it emitted:
//
//	trail, rec := audittest.New(t)
//	handler := catalog.New(trail)
//	...
//	e := rec.Only(audit.ActionCredVendDeny)
//	if e.Reason != "access_denied" { ... }
//
// A test fails when something was withheld from an event, such as a token in a table's name, unless it said
// that it expects that. Trails of several tests do not share anything.
package audittest
