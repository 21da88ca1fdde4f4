// Package auditotel makes OpenTelemetry metrics of what a trail does: counters from its hooks, gauges from its
// health.
//
//	hooks, err := auditotel.Hooks(meter)           // for audit.Config.Hooks
//	registration, err := auditotel.Observe(meter, trail) // after audit.Open
//
// The instruments, with their attributes:
//
//	arco.audit.events.emitted      action, outcome   events accepted
//	arco.audit.events.refused      action, reason    events for which Emit returned an error
//	arco.audit.redactions          action, reason    what was withheld, by kind
//	arco.audit.denies.folded       action            denies over the limit, counted and not written
//	arco.audit.gaps                reason            events that are not on the disk any more
//	arco.audit.adopted                               trails of dead processes that were delivered
//	arco.audit.route.failures      route             attempts that left something to do
//	arco.audit.route.quarantined   route             records that a destination will never take
//	arco.audit.route.refused       route             stubs that it will never take either
//	arco.audit.route.pinned        route             trails of dead processes that are kept for an unknown route
//	arco.audit.route.dropped       route             events that a route that is behind skipped
//	arco.audit.route.lag           route             events not yet settled
//	arco.audit.route.lag.age       route             age of the oldest event under way, in whole seconds
//	arco.audit.route.up            route             1, or 0 while attempts fail
//	arco.audit.intents                               intents without an end that lasts
//	arco.audit.held                                  bytes in memory for routes that are behind
//	arco.audit.limit                                 bytes that may be held
//	arco.audit.ready                                 1 while critical events can be accepted, else 0
//
// There are no other attributes, and none carries an identifier. Each takes at most 128 values: names of a service's
// own kinds, of routes and of kinds of secret beyond that are counted as "other". The actions of package audit
// always have their names.
package auditotel
