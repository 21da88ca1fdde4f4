package audit

// Health is how a trail does.
type Health struct {
	Trail    TrailID
	Closed   bool
	Next     Sequence // of the next event
	Accepted uint64   // events that Emit accepted
	Refused  uint64   // events that Emit did not write
	Withheld uint64   // redactions
	Held     int64    // bytes in memory for routes that are behind
	Limit    int64    // of Held
	Routes   []RouteHealth
}

// RouteHealth is how a route does.
type RouteHealth struct {
	Name        string
	Required    bool
	State       string // "idle", "gathering", "working", "waiting", "down", "ended"
	Lag         uint64 // events not yet settled
	Delivered   uint64
	Skipped     uint64 // because the trail was full
	Quarantined uint64
	Failures    uint64 // attempts that left something to do
	FailuresRow uint64 // of them, since the last success
	LastError   string // of the last attempt, secrets masked; "" after a success
}

var routeStates = []string{"idle", "gathering", "working", "waiting", "down", "ended"}

// Ready reports whether critical events can be accepted: the trail is open, and no required route is failing
// or holds the trail more than half full.
func (h Health) Ready() bool {
	if h.Closed {
		return false
	}
	for _, r := range h.Routes {
		if r.Required && (r.FailuresRow > 0 || h.Held > h.Limit/2 && r.Lag > 0) {
			return false
		}
	}
	return true
}

// Health returns how the trail does. It takes no lock that an Emit holds for long.
func (t *Trail) Health() Health {
	h := Health{
		Trail: t.id, Next: Sequence(t.log.Next()), Accepted: t.emitted.Load(), Refused: t.refused.Load(), Withheld: t.withheld.Load(),
	}
	select {
	case <-t.stop:
		h.Closed = true
	default:
	}
	h.Held, h.Limit = t.log.Bytes()
	for _, r := range t.routes {
		s := r.Status()
		rh := RouteHealth{
			Name: s.Name, Required: s.Required, State: code(routeStates, uint8(s.State)), Lag: s.Lag, Delivered: s.Delivered,
			Skipped: s.Skipped, Quarantined: s.Poisoned, Failures: s.Failures, FailuresRow: s.InARow,
		}
		if s.Last != nil {
			rh.LastError = masked{s.Last}.Error()
		}
		h.Routes = append(h.Routes, rh)
	}
	return h
}
