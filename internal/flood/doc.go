// Package flood keeps a flood of denies from filling a trail, without losing the count of one of them.
//
// A Limiter looks at every deny and says whether it is kept, which means written as an event of its own, or
// folded, which means counted by tenant, action and reason in a Summary that is written later. It deals in
// strings, times and a function; it knows nothing of events.
//
// # Who shares a limit
//
// Every authenticated tenant has a token bucket of its own. All callers before authentication share one, whatever
// tenant they claim. The buckets of tenants lie in a table of fixed size. A bucket that is full again says nothing
// and is reused; when 65,536 tenants are over or near their limits at once, further ones share one bucket
// (ScopeShared) until a slot is free.
//
// # What is kept
//
// A deny is kept while its bucket has a token. When it has none, the first deny of a combination of origin prefix
// (/24 or /48), action, resource and reason within a minute is kept all the same, so that a flood cannot hide
// another attack behind it. This is bounded too, or a caller who varies the resource would pass: firsts cost tokens
// of two more buckets, one of the sharers of the limit and one of the origin prefix within them. Which combinations
// were seen lies in a table of fixed size; when it overflows the oldest is forgotten, so its next deny counts as new.
// In any stretch of time t, what is kept for the sharers of one limit is at most
//
//	burst + rate·t + firsts + firsts·t/minute
//
// with 128 firsts for a tenant, 1,024 before authentication and for the shared bucket, and 64 of them for one
// origin prefix. A first beyond that is folded, not marked as seen, and so kept when it comes again later.
//
// # What is counted
//
// Kept, folded and refused denies add up to the denies offered, always. At most 4,096 counters live at a time; the
// deny that needs one more has them all written first. A summary whose write fails stays and is tried again; its
// counters live on, and when they fill the room, denies that need a new counter are refused. The id of a summary is
// made when it opens, so that a folded deny can name it.
package flood
