// Package audit records decisions: who was allowed or refused to do what, so that no secret gets in, no
// accepted event gets lost, and every copy says the same.
//
// A service opens one [Trail] at start-up, stores the request in the context ([WithRequest], normally through
// package audithttp), and emits one [Event] per decision:
//
//	id, err := trail.Emit(ctx, audit.CredVendAllow(table, grant))
//	if err != nil {
//		return unavailable(err) // fail closed: the credential never leaves
//	}
//
// # Events
//
// Each [Action] has a constructor of its name. What an event must say is a parameter of a type of its own, what
// it may say is a With method; there is no parameter of free text, any, error, []byte, map, URL or header.
// Identifiers come in through constructors such as [NewTable] and [NewTenant]. These are total: a secret in
// a name becomes "[REDACTED:kind]", what does not fit the grammar "[REJECTED:grammar]", what is too long is
// cut, e-mail addresses become pseudonyms, and the event lists each under redactions. The value is rejected,
// the record never is: otherwise an attacker could suppress his own record.
//
// A service's own actions are declared with [NewKind].
//
// # Acceptance
//
// A nil error from Emit means that the event is accepted; [Trail.Emit] says what that is worth, and what
// each error means. With Config.Dir events go to a journal on a disk: a critical event is accepted once it is synced
// there. With Config.Volatile, where there is no disk or one that dies with the machine, it is accepted once every
// required route has delivered it.
//
// # Trails and their directories
//
// A trail is one process life. It has an id, counts its events from 0, and has a directory of its own below
// Config.Dir, so that processes, also those of a rolling update, can share one. When a process dies, whichever
// process finds its trail takes it over: it delivers what is left under the trail's own id and sequence, to the routes
// of the same names from their cursors on, writes TRAIL_ADOPTED as the trail's last event, and removes the directory
// once Keep allows. TRAIL_OPENED names the trails that were not closed. Events that are damaged or gone are
// reported by GAP_FOUND, and by EVENT_QUARANTINED where a copy of the damaged bytes was kept; what a route skipped
// because room was short, by EVENTS_DROPPED, with a total for the route since the trail was opened or taken over: it may
// have skipped such reports too. Where no route may skip, Emit refuses events, and EVENTS_DROPPED with
// the reason no_room counts them, at most once a minute; so it does where more than a thousand events of the trail itself
// waited for room.
//
// # Routes
//
// A [Route] takes records to a [Sink] on a goroutine of its own. Records arrive in sequence, at least once, with
// the same id, time and bytes each time. A sink that is slow, fails, hangs or panics affects its route only.
// [Failed], [Poison], [Throttled] and [Down] tell the route more than a plain error does.
//
// What a destination will never take is replaced there by a stub. With Config.Dir the event itself is synced before
// that to Dir/dead-letters/<trail>.<route>.jsonl, where it stays until an operator removes it: one JSON object a
// line with "reason", "record" (the event as a string), "route" and "time". An event may be there more than once, and
// a line that is no JSON is what a crash cut off. A route whose dead letters cannot be written waits.
//
// The wire format, RFC 8785 canonical JSON of a CloudEvents 1.0 event, is described in package internal/wire
// and read by package auditread.
package audit
