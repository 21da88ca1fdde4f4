package audit

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"time"

	"github.com/daxis-io/arco-audit/internal/delivery"
)

// Open starts a trail. It returns once every required route has delivered the TRAIL_OPENED event, at the
// latest after Config.StartTimeout, unless Config.StartOffline is set. An error joins everything that is wrong
// with c, each naming the field and the remedy; nothing is left running then but a sink that ignores its context.
func Open(c Config) (*Trail, error) {
	c, err := c.withDefaults()
	if err != nil {
		return nil, err
	}
	t := &Trail{
		config: c, keys: c.Keys, originMode: c.OriginMode, hooks: c.Hooks,
		id:     TrailID{newID(time.Now())},
		source: "//" + c.Service + "/" + c.Environment + "/" + c.Instance,
		log:    delivery.NewLog[Record](c.Keep.Bytes),
		stop:   make(chan struct{}), kept: make(chan struct{}), finished: make(chan struct{}),
	}
	t.trailText = t.id.String()
	t.fault = faultOf(c.Routes)
	t.service.Actor = Actor{name: "service:" + c.Service, auth: authSystem}
	for a := range t.statics {
		info := &actions[a]
		t.statics[a] = t.static(info.name, info.category.String(), info.outcome, info.severity)
	}
	for _, a := range c.Critical {
		t.raised[a] = true
	}
	for i := range c.Routes {
		if c.Routes[i].Required {
			t.required++
		}
	}
	for i, closeSink := range closers(c.Routes) {
		t.routes = append(t.routes, t.log.AddRoute(t.routeConfig(&c.Routes[i], closeSink)))
	}
	for _, r := range t.routes {
		r.Start()
	}
	go t.keep()
	if err := t.start(); err != nil {
		over, cancel := context.WithCancel(context.Background())
		cancel()
		_ = t.Close(over)
		return nil, err
	}
	return t, nil
}

// start writes TRAIL_OPENED and waits for the required routes.
func (t *Trail) start() error {
	after, err := t.report(t.opened())
	if err != nil {
		return errors.New("audit: Config.Routes and Config.Keys have more names than TRAIL_OPENED can hold: use fewer or shorter ones")
	}
	if t.config.StartOffline {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), t.config.StartTimeout)
	defer cancel()
	if err := t.log.AwaitRequired(ctx, uint64(after)); err == nil {
		return nil
	}
	late := t.undelivered(ctx, after, func(r *Route) bool { return r.Required })
	if late == nil {
		return nil
	}
	return fmt.Errorf("audit: required routes did not take TRAIL_OPENED within Config.StartTimeout; repair them, or set StartOffline to start without them: %w", late)
}

// routeConfig is what the delivery of one route needs to know.
func (t *Trail) routeConfig(r *Route, closeSink func() error) delivery.Config[Record] {
	return delivery.Config[Record]{
		Name: r.Name, Required: r.Required, Deliver: r.Sink.Deliver, Close: closeSink,
		Wants:     r.filter(),
		Size:      func(rec Record) int { return len(rec.json) },
		Poisoned:  func(rec Record, cause error) { t.quarantine(r, rec, cause) },
		Failed:    func(cause error) { t.hooks.failed(r.Name, cause) },
		MaxEvents: r.Batch.MaxEvents, MaxBytes: r.Batch.MaxBytes, Linger: r.Batch.Linger, Deadline: r.Deadline,
	}
}

// filter returns the route's filter: no deny of a required route and no event of the trail is ever left out.
func (r *Route) filter() func(Record) bool {
	if len(r.Actions) == 0 {
		return func(Record) bool { return true }
	}
	var wanted [actionCount]bool
	for _, a := range r.Actions {
		wanted[a] = true
	}
	required := r.Required
	return func(rec Record) bool {
		return wanted[rec.action] || rec.outcome == OutcomeSystem || required && rec.outcome == OutcomeDeny
	}
}

// quarantine reports a record that a destination will never take. The report of a report that was refused
// itself is not reported again.
func (t *Trail) quarantine(r *Route, rec Record, cause error) {
	t.hooks.quarantined(r.Name, cause)
	if r.Required && rec.outcome != OutcomeSystem && t.isCritical(rec.action, rec.kind, rec.outcome) {
		t.aside.add(rec.sequence)
	}
	if rec.action == ActionEventQuarantined {
		return
	}
	why := masked{cause}.text()
	e := newSystemEvent(ActionEventQuarantined, "refused_by_destination", t.trailText,
		member{"action", rec.ActionName()}, member{"eventId", rec.ID().String()}, member{"error", withoutMail(why)},
		member{"outcome", rec.outcome.String()}, member{"route", r.Name}, member{"sequence", rec.sequence.String()},
		member{"tenantId", rec.Tenant()}, member{"time", rec.Time().Format("2006-01-02T15:04:05.000Z")})
	e.system.errorMarks = why.m
	_, _ = t.report(e)
}

// keep reports, once a second, what routes skipped.
func (t *Trail) keep() {
	defer close(t.kept)
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			t.reportGaps()
		case <-t.stop:
			t.reportGaps()
			return
		}
	}
}

func (t *Trail) reportGaps() {
	for i, r := range t.routes {
		gap, any := r.TakeGap()
		if !any {
			continue
		}
		name := t.config.Routes[i].Name
		t.hooks.dropped(name, gap.Count)
		_, _ = t.report(newSystemEvent(ActionEventsDropped, "route_behind", t.trailText,
			member{"count", strconv.FormatUint(gap.Count, 10)}, member{"fromSequence", Sequence(gap.From).String()},
			member{"route", name}, member{"toSequence", Sequence(gap.To).String()}))
	}
}

// isNil reports a sink that holds nothing, behind the interface too.
func isNil(s Sink) bool {
	if s == nil {
		return true
	}
	v := reflect.ValueOf(s)
	return slices.Contains([]reflect.Kind{reflect.Pointer, reflect.Func, reflect.Map, reflect.Chan, reflect.Slice}, v.Kind()) && v.IsNil()
}
