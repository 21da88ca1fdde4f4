package audithttp

import (
	"errors"
	"net/http"
	"time"

	"github.com/daxis-io/arco-audit/audit"
)

// Config says how requests are authenticated and audited. Trail, Verify and Operation are required; the zero
// value of every other field is the default that its comment gives. The funcs are called concurrently.
type Config struct {
	// Trail takes the AUTH events.
	Trail *audit.Trail

	// Verify says who makes the request. A nil error lets the caller in as the Identity, whose Actor must be
	// set. Deny(reason) refuses; the Identity beside it says what was proved all the same, such as the tenant
	// of a valid token that lacks a scope, and is usually zero. Any other error, and a panic, mean that Verify
	// could not decide: the caller is refused with AuthReasonUnavailable, because calling an outage of the
	// identity provider an invalid token would put a falsehood on record and make clients drop good tokens.
	//
	// The request is a copy whose context carries an audit.Request without an actor. What Verify changes in
	// it, the handler sees: "*r = *r.WithContext(ctx)" passes claims on.
	Verify func(r *http.Request) (Identity, error)

	// Operation names what is asked for as a route template, never as a path. See MuxOperation. It is called
	// before Verify. The zero Operation and a panic are recorded as an unmatched route.
	Operation func(r *http.Request) audit.Operation

	// TrustedProxies is the number of proxies in front of the service that append to X-Forwarded-For. 0: the
	// header is ignored and the peer is the origin. n: the peer and the last n-1 entries are proxies, and the
	// entry before them is the origin. When there are fewer entries, or one that counts is no address, the
	// request did not come the configured way, and the peer is the origin.
	TrustedProxies int

	// ServeUnaudited lets an authenticated request through although its AUTH_ALLOW event was not accepted. By
	// default it is answered 503 before the handler runs: nobody gets in off the record, and a trail that
	// takes no routine event takes no critical one either.
	ServeUnaudited bool

	// RequireReady answers 503 to an authenticated request while Trail.Health is not Ready, so that a handler
	// does not start work whose critical event would fail. The AUTH_ALLOW event is written all the same. It
	// takes a snapshot of every route for each request.
	RequireReady bool

	// Timeout bounds how long a request waits for its AUTH event when audit.Config.Critical raises AUTH
	// actions; 5 s by default.
	Timeout time.Duration

	// Refuse writes the status and body of a refused request in the service's own error format. The headers
	// that the package doc names are set already. By default the body is the text of the status.
	Refuse func(w http.ResponseWriter, r *http.Request, status int)

	// Failed is told what went wrong on the service's side: an error of Verify that is no Deny, a panic of
	// Verify or Operation (its type and stack, not its value), an error of Emit. Errors of Verify are foreign
	// text and may carry a secret. By default nobody is told.
	Failed func(err error)
}

const defaultTimeout = 5 * time.Second

// New returns the middleware. It wraps one handler or many; wrap each request's path once, since every pass
// makes an event. The error joins everything that is wrong with c.
func New(c Config) (func(http.Handler) http.Handler, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	if c.Timeout == 0 {
		c.Timeout = defaultTimeout
	}
	if c.Refuse == nil {
		c.Refuse = refuse
	}
	if c.Failed == nil {
		c.Failed = func(error) {}
	}
	return func(next http.Handler) http.Handler {
		if next == nil {
			next = http.NotFoundHandler()
		}
		return &guard{config: c, next: next}
	}, nil
}

func (c *Config) check() error {
	var faults []error
	bad := func(text string) { faults = append(faults, errors.New("audithttp: Config."+text)) }
	if c.Trail == nil {
		bad("Trail is nil: open a trail with audit.Open, requests would go unrecorded")
	}
	if c.Verify == nil {
		bad("Verify is nil: give the func that authenticates a request")
	}
	if c.Operation == nil {
		bad("Operation is nil: use MuxOperation with the service's http.ServeMux, or a func over its router")
	}
	if c.TrustedProxies < 0 {
		bad("TrustedProxies is negative: give the number of proxies that append to X-Forwarded-For, 0 for none")
	}
	if c.Timeout < 0 {
		bad("Timeout is negative: give a positive duration, or 0 for 5 s")
	}
	return errors.Join(faults...)
}
