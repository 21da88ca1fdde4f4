package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"slices"
	"syscall"
	"time"

	"google.golang.org/grpc"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/examples/telemetry"
)

// served is a service in front of its listeners.
type served struct {
	handler http.Handler
	calls   *grpc.Server // nil for none
	close   func(context.Context) error
}

// makers build the services on a trail.
var makers = map[string]func(setup, *audit.Trail, *telemetry.Telemetry) (served, error){
	serviceCatalog: newCatalog, serviceAPI: newAPI, serviceFlow: newFlow,
}

// serveMain is main of a service. It ends when standard input does: with the lakehouse, whatever becomes of that.
func serveMain() int {
	signal.Ignore(os.Interrupt, syscall.SIGTERM) // they are the lakehouse's, which ends its services itself
	if err := serveService(os.Stdin, os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

func serveService(stdin io.Reader, stdout, stderr io.Writer) (err error) {
	lines := bufio.NewReader(stdin)
	line, err := lines.ReadBytes('\n')
	if err != nil {
		return errors.New("lakehouse: a service got no setup")
	}
	var s setup
	if err := json.Unmarshal(line, &s); err != nil {
		return errors.New("lakehouse: the setup of a service is not JSON")
	}
	p, err := openService(s, stderr)
	if err != nil {
		return fmt.Errorf("lakehouse: %s: %w", s.Service, err)
	}
	defer func() { err = errors.Join(err, p.close()) }()
	say := json.NewEncoder(stdout)
	if err := say.Encode(p.said); err != nil {
		return err
	}
	for { // each line asks for a flush
		if _, err := lines.ReadBytes('\n'); err != nil {
			return nil
		}
		if err := say.Encode(p.flush()); err != nil {
			return err
		}
	}
}

// running is a service with its trail, routes and listeners.
type running struct {
	setup  setup
	routes *routes
	trail  *audit.Trail
	served served
	http   *http.Server
	ended  chan error // of the servers
	ends   int
	said   started
}

// openService starts everything. On an error it has stopped what it had started.
func openService(s setup, stderr io.Writer) (_ *running, err error) {
	p := &running{setup: s, ended: make(chan error, 2)}
	defer func() {
		if err != nil {
			err = errors.Join(err, p.close())
		}
	}()
	metrics, err := telemetry.New("arco." + s.Service)
	if err != nil {
		return nil, err
	}
	if p.routes, err = openRoutes(s); err != nil {
		return nil, err
	}
	if p.trail, err = openTrail(s, p.routes.all, metrics.Hooks()); err != nil {
		return nil, err
	}
	if p.served, err = makers[s.Service](s, p.trail, metrics); err != nil {
		return nil, err
	}
	return p, p.listen(stderr)
}

// openTrail opens the trail of a service on its journal. A temporary directory may lie where nothing lasts; then
// critical events wait for the file instead of the disk. The limits of denies have a burst and next to no rate, so
// that what is folded does not hang off the speed of the machine.
func openTrail(s setup, all []audit.Route, hooks *audit.Hooks) (*audit.Trail, error) {
	keys, err := keysOf(s)
	if err != nil {
		return nil, err
	}
	c := audit.Config{
		Service: s.Service, Environment: "dev", Instance: s.Service + "-0", Dir: s.journal(), Keys: keys, Routes: all, Hooks: hooks,
		Keep: audit.Keep{Bytes: 32 << 20},
		DenyLimit: audit.DenyLimit{
			PerTenant: audit.RateLimit{Burst: floodBurst, PerSecond: 1.0 / 3600}, Unauthenticated: audit.RateLimit{Burst: floodBurst, PerSecond: 1.0 / 3600},
		},
	}
	trail, err := audit.Open(c)
	if err == nil {
		return trail, nil
	}
	c.Volatile = true
	trail, again := audit.Open(c)
	if again != nil {
		return nil, err
	}
	return trail, nil
}

func (p *running) listen(stderr io.Writer) error {
	listener, err := net.Listen("tcp", p.setup.Listen)
	if err != nil {
		return err
	}
	p.said.Listen = listener.Addr().String()
	p.http = &http.Server{
		Handler: p.served.handler, ReadHeaderTimeout: 10 * time.Second,
		ErrorLog: slog.NewLogLogger(slog.NewTextHandler(stderr, nil), slog.LevelError),
	}
	p.serve(func() error { return p.http.Serve(listener) })
	if p.served.calls == nil {
		return nil
	}
	calls, err := net.Listen("tcp", p.setup.Calls)
	if err != nil {
		return err
	}
	p.said.Calls = calls.Addr().String()
	p.serve(func() error { return p.served.calls.Serve(calls) })
	return nil
}

func (p *running) serve(f func() error) {
	p.ends++
	go func() { p.ended <- f() }()
}

// flush waits until every route but the blocked one has what was emitted. Trail.Flush would wait for that one too.
func (p *running) flush() (s flushed) {
	err := until(context.Background(), "the last event to a destination", func() bool {
		return !slices.ContainsFunc(p.trail.Health().Routes, func(r audit.RouteHealth) bool { return r.Name != blockedRoute && r.Lag > 0 })
	})
	if err != nil {
		s.Fault = err.Error()
	}
	for _, route := range p.trail.Health().Routes {
		if route.Name == blockedRoute {
			s.Delivered, s.Waiting = route.Delivered, route.Lag
		}
	}
	return s
}

// patience of Close is short when one route can never be waited for.
func (p *running) patience() time.Duration {
	if p.setup.Block {
		return 5 * time.Second
	}
	return 30 * time.Second
}

// tolerate accepts that the blocked route has delivered nothing, and nothing else.
func (p *running) tolerate(err error) error {
	var left *audit.UndeliveredError
	if !p.setup.Block || !errors.As(err, &left) {
		return err
	}
	for _, route := range left.Routes {
		if route.Route != blockedRoute {
			return err
		}
	}
	return nil
}

// close stops what runs, in the order in which requests flow: servers, service, trail, sinks.
func (p *running) close() error {
	var failures []error
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if p.http != nil {
		failures = append(failures, p.http.Shutdown(ctx))
	}
	if p.served.calls != nil {
		p.served.calls.Stop()
	}
	for range p.ends {
		if err := <-p.ended; !errors.Is(err, http.ErrServerClosed) {
			failures = append(failures, err)
		}
	}
	if p.served.close != nil {
		failures = append(failures, p.served.close(ctx))
	}
	if p.trail != nil {
		ctx, cancel := context.WithTimeout(context.Background(), p.patience())
		failures = append(failures, p.tolerate(p.trail.Close(ctx)))
		cancel()
	}
	if p.routes != nil {
		failures = append(failures, p.routes.close())
	}
	return errors.Join(failures...)
}
