// Package flow is the orchestration service of a lakehouse, small enough to read: internal services dispatch tasks,
// workers call back with the token of their task, and each decision leaves exactly one audit event.
//
//	GET  /healthz, /readyz, /metrics           open: bind the port inside the cluster
//	POST /internal/v1/tasks                    internal services; one TASK_DISPATCH event
//	POST /api/v1/tasks/{task_id}/started       task token; one TASK_CALLBACK event
//	POST /api/v1/tasks/{task_id}/heartbeat     task token; one TASK_HEARTBEAT event
//	POST /api/v1/tasks/{task_id}/completed     task token; one TASK_CALLBACK event
//
// and over gRPC, for internal services, arco.flow.v1.Runs with Get, Watch and Cancel, of which Cancel leaves one
// RUN_CANCEL event. Every request and call is one AUTH event beside that. X-Audit-Event-Id of an answer is the id of
// the last decision.
//
// Tasks live in memory: after an allow event is accepted, nothing that can fail stands between it and the change.
package flow

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/audit/auditgrpc"
	"github.com/daxis-io/arco-audit/audit/audithttp"
	"github.com/daxis-io/arco-audit/examples/telemetry"
	"github.com/daxis-io/arco-audit/redact"
)

// Config wires the service. Trail, Telemetry, TaskKey, ServiceKey and Services are required.
type Config struct {
	// Trail receives one event for every decision.
	Trail *audit.Trail
	// Telemetry is where the trail's hooks count already.
	Telemetry *telemetry.Telemetry
	// TaskKey signs the tokens of tasks and ServiceKey those of internal services, both HS256; at least 32 bytes.
	TaskKey, ServiceKey redact.Secret[[]byte]
	// Services are the internal services that may dispatch and cancel, such as "scheduler".
	Services []string
	// TokenTTL is the life of a task token; 1 h by default.
	TokenTTL time.Duration
	// SignTask signs the claims of a task's token, such as with a key service that TaskKey comes from; nil for HS256 with
	// TaskKey. Its errors are shown to nobody.
	SignTask func(TaskClaims) (string, error)
	// Patience bounds how long an answer waits until its event is accepted; 5 s by default.
	Patience time.Duration
	// TrustedProxies is that of audithttp.Config and auditgrpc.Config.
	TrustedProxies int
	// Log is told of faults of the service, never with foreign text; nil for none.
	Log *slog.Logger
}

// Flow is an http.Handler and makes gRPC servers. It is safe for concurrent use and starts no goroutine.
type Flow struct {
	config  Config
	store   *store
	meters  *meters
	handler http.Handler
	calls   *auditgrpc.Guard
	forget  func() error // ends the reading of the trail's health
}

// New checks the configuration; its error joins everything that is wrong.
func New(c Config) (*Flow, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	c.TokenTTL, c.Patience = cmp.Or(c.TokenTTL, time.Hour), cmp.Or(c.Patience, 5*time.Second)
	if c.SignTask == nil {
		c.SignTask = func(t TaskClaims) (string, error) {
			return jwt.NewWithClaims(jwt.SigningMethodHS256, t).SignedString(c.TaskKey.Expose())
		}
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	c.Services = slices.Clone(c.Services)
	f := &Flow{config: c, store: newStore()}
	var err error
	if f.meters, err = newMeters(c.Telemetry.Meter()); err != nil {
		return nil, err
	}
	if f.calls, err = auditgrpc.New(auditgrpc.Config{
		Trail: c.Trail, Verify: f.verifyCall, TrustedProxies: c.TrustedProxies,
		Failed: func(err error) { f.fault("authentication", err) },
	}); err != nil {
		return nil, err
	}
	if f.handler, err = f.routes(); err != nil {
		return nil, err
	}
	f.forget, err = c.Telemetry.Observe(c.Trail)
	return f, err
}

func (c *Config) check() error {
	var faults []error
	bad := func(text string) { faults = append(faults, errors.New("flow: Config."+text)) }
	if c.Trail == nil {
		bad("Trail is nil: open one with audit.Open, decisions would go unrecorded")
	}
	if c.Telemetry == nil {
		bad("Telemetry is nil: make it with telemetry.New and give its hooks to the trail")
	}
	task, service := c.TaskKey.Expose(), c.ServiceKey.Expose()
	if len(task) < 32 {
		bad("TaskKey is too short: use at least 32 random bytes")
	}
	if len(service) < 32 {
		bad("ServiceKey is too short: use at least 32 random bytes")
	}
	if len(task) > 0 && slices.Equal(task, service) {
		bad("ServiceKey is TaskKey: a worker could sign as a service; use two keys")
	}
	if len(c.Services) == 0 {
		bad("Services is empty: name the services that may dispatch tasks")
	}
	for i, name := range c.Services {
		if !identifier(name) {
			bad(fmt.Sprintf("Services[%d] is no name: use 1 to 64 of A-Z, a-z, 0-9, '_' and '-'", i))
		}
	}
	if c.TokenTTL < 0 {
		bad("TokenTTL is negative: use a positive duration, or 0 for 1 h")
	}
	if c.Patience < 0 {
		bad("Patience is negative: use a positive duration, or 0 for 5 s")
	}
	if c.TrustedProxies < 0 {
		bad("TrustedProxies is negative: give the number of proxies that append to X-Forwarded-For, 0 for none")
	}
	return errors.Join(faults...)
}

// routes puts the authentication that fits before each group of routes.
func (f *Flow) routes() (http.Handler, error) {
	tasks, internal := http.NewServeMux(), http.NewServeMux()
	tasks.HandleFunc("POST /api/v1/tasks/{task_id}/started", f.callback(started))
	tasks.HandleFunc("POST /api/v1/tasks/{task_id}/heartbeat", f.callback(heartbeat))
	tasks.HandleFunc("POST /api/v1/tasks/{task_id}/completed", f.callback(completed))
	internal.HandleFunc("POST /internal/v1/tasks", f.dispatch)
	outer := http.NewServeMux()
	for prefix, group := range map[string]struct {
		mux    *http.ServeMux
		verify func(*http.Request) (audithttp.Identity, error)
	}{"/api/": {tasks, f.verifyTask}, "/internal/": {internal, f.verifyService}} {
		guard, err := audithttp.New(audithttp.Config{
			Trail: f.config.Trail, Verify: group.verify, Operation: audithttp.MuxOperation(group.mux),
			TrustedProxies: f.config.TrustedProxies, Refuse: refuse,
			Failed: func(err error) { f.fault("authentication", err) },
		})
		if err != nil {
			return nil, err
		}
		outer.Handle(prefix, guard(group.mux))
	}
	outer.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	outer.HandleFunc("GET /readyz", f.ready)
	outer.Handle("GET /metrics", f.config.Telemetry.Handler())
	return outer, nil
}

// ServeHTTP serves one request.
func (f *Flow) ServeHTTP(w http.ResponseWriter, r *http.Request) { f.handler.ServeHTTP(w, r) }

// Close stops the reading of the trail's health. Serve no request after it, and close the trail behind it.
func (f *Flow) Close() error { return f.forget() }

func (f *Flow) ready(w http.ResponseWriter, r *http.Request) {
	if !f.config.Trail.Health().Ready() {
		refuse(w, r, http.StatusServiceUnavailable)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// fault logs what happened and the error's type. Its text is foreign and may carry a secret.
func (f *Flow) fault(what string, err error) {
	f.config.Log.Error("flow: "+what+" failed", "error", fmt.Sprintf("%T", err))
}
