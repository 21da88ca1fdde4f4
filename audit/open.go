package audit

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"time"

	"github.com/daxis-io/arco-audit/internal/delivery"
)

// Open starts a trail. It returns once every required route has delivered the TRAIL_OPENED event, at the
// latest after Config.StartTimeout, unless Config.StartOffline is set. With Config.Dir it also takes over, in the
// background, the trails of dead processes there; trails of living processes and of newer versions are left alone. An
// error joins everything that is wrong with c, each naming the field and the remedy; nothing is left running then but
// a sink that ignores its context.
func Open(c Config) (*Trail, error) { return open(c, systemPlace()) }

func open(c Config, p place) (*Trail, error) {
	c, err := c.withDefaults()
	if err != nil {
		return nil, err
	}
	t := newTrail(c, TrailID{newID(time.Now())})
	t.fault = faultOf(c.Routes)
	t.denies = t.newDenies(time.Now())
	if err := t.openLog(p); err != nil {
		return nil, err
	}
	for _, r := range t.routes {
		r.Start()
	}
	go t.keep()
	if t.ledger != nil {
		go t.keepLedger()
	}
	if err := t.start(); err != nil {
		over, cancel := context.WithCancel(context.Background())
		cancel()
		_ = t.Close(over)
		return nil, err
	}
	return t, nil
}

// newTrail returns what encodes the events of a trail; it has no log and no routes.
func newTrail(c Config, id TrailID) *Trail {
	t := &Trail{
		config: c, keys: c.Keys, originMode: c.OriginMode, hooks: c.Hooks, id: id, trailText: id.String(),
		source:  "//" + c.Service + "/" + c.Environment + "/" + c.Instance,
		intents: newOpenIntents(), stop: make(chan struct{}), kept: make(chan struct{}), finished: make(chan struct{}),
	}
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
	return t
}

// openLog makes the log, in memory or on the disk, and its routes.
func (t *Trail) openLog(p place) error {
	if t.config.Dir != "" {
		return t.openRoutesOnDisk(p)
	}
	t.memory = delivery.NewLog[Record](t.config.Keep.Bytes)
	t.log = t.memory
	for i, closeSink := range closers(t.config.Routes) {
		t.routes = append(t.routes, t.memory.AddRoute(t.routeConfig(&t.config.Routes[i], nil, closeSink)))
	}
	return nil
}

func (t *Trail) openRoutesOnDisk(p place) error {
	if err := t.openDisk(p); err != nil {
		return err
	}
	known := &reported{}
	for i, closeSink := range closers(t.config.Routes) {
		to := delivery.NewDestination()
		t.disk.destinations = append(t.disk.destinations, to)
		c := t.routeConfig(&t.config.Routes[i], known, lastTurn(to, closeSink))
		read := &reader{t: t, trail: &t.id, name: c.Name, reported: known}
		route, err := t.addRoute(t.disk.journal, t.disk.feed, i, read, c, StartOldest)
		if err != nil {
			// Nothing was written, so nobody misses the directory.
			return errors.Join(err, t.disk.journal.Close(context.Background()))
		}
		t.routes, t.disk.readers = append(t.routes, route), append(t.disk.readers, read)
	}
	t.disk.adopter = newAdopter(t)
	return nil
}

// start writes TRAIL_OPENED and waits for the required routes.
func (t *Trail) start() error {
	ctx, cancel := context.WithTimeout(context.Background(), t.config.StartTimeout)
	defer cancel()
	after, ticket, err := t.submit(t.opened())
	if errors.Is(err, ErrInvalid) {
		return errors.New("audit: Config.Routes and Config.Keys have more names than TRAIL_OPENED can hold: use fewer or shorter ones")
	}
	if err == nil && t.disk != nil {
		err = ticket.Wait(ctx)
	}
	if err != nil {
		return fmt.Errorf("audit: Config.Dir did not take TRAIL_OPENED: repair or enlarge the disk: %w", masked{err})
	}
	if t.disk != nil {
		t.disk.adopter.begin()
	}
	if t.config.StartOffline {
		return nil
	}
	if err := t.log.AwaitRequired(ctx, uint64(after)); err == nil {
		return nil
	}
	late := t.undelivered(ctx, after, func(r *Route) bool { return r.Required })
	if late == nil {
		return nil
	}
	return fmt.Errorf("audit: required routes did not take TRAIL_OPENED within Config.StartTimeout; repair them, or set StartOffline to start without them: %w", late)
}

// routeConfig is what the delivery of one route needs to know. known is nil without a journal.
func (t *Trail) routeConfig(r *Route, known *reported, closeSink func() error) delivery.Config[Record] {
	return delivery.Config[Record]{
		Name: r.Name, Required: r.Required, Deliver: t.restamped(r, nil), Close: closeSink,
		Wants: r.filter(),
		Size:  func(rec Record) int { return len(rec.json) },
		Time:  func(rec Record) int64 { return rec.millis },
		Poisoned: func(ctx context.Context, records []Record, cause error) ([]Record, error) {
			return t.setAside(ctx, r, known, records, cause)
		},
		Refused:   func(_ Record, cause error) { t.hooks.stubRefused(r.Name, cause) },
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

// isNil reports a sink that holds nothing, behind the interface too.
func isNil(s Sink) bool {
	if s == nil {
		return true
	}
	v := reflect.ValueOf(s)
	return slices.Contains([]reflect.Kind{reflect.Pointer, reflect.Func, reflect.Map, reflect.Chan, reflect.Slice}, v.Kind()) && v.IsNil()
}
