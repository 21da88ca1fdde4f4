// Package traffic generates audit events as services of a lakehouse emit them, for tests of whatever reads them.
//
// Events go through real trails, on the clock of a synctest bubble, so that ids, times, sequences and bytes are
// those of production. Names are chosen close to each other: tenants, tables and requests of which one begins
// like another or differs in letter case, so that a query that is wrong about one of them finds another number
// of events.
package traffic
