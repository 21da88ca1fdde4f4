package auditgrpc

import (
	"context"
	"errors"
	"time"

	"github.com/daxis-io/arco-audit/audit"
)

// Config says how calls are authenticated and audited. Trail and Verify are required; the zero value of every
// other field is the default that its comment gives. The funcs are called concurrently.
type Config struct {
	// Trail takes the AUTH events.
	Trail *audit.Trail

	// Verify says who makes the call of a full method, such as "/arco.flow.v1.Runs/Get"; the metadata is in ctx
	// (metadata.FromIncomingContext), and so is an audit.Request without an actor. A nil error lets the caller
	// in as the Identity, whose Actor must be set. Deny(reason) refuses; the Identity beside it says what was
	// proved all the same, and is usually zero. Any other error, and a panic, mean that Verify could not decide:
	// the caller is refused with AuthReasonUnavailable, because calling an outage of the identity provider an
	// invalid token would put a falsehood on record and make clients drop good tokens.
	//
	// The context that it returns is what the handler gets, to pass claims on; nil is ctx. It must derive from
	// ctx.
	Verify func(ctx context.Context, fullMethod string) (context.Context, Identity, error)

	// TrustedProxies is the number of proxies in front of the service that append to x-forwarded-for. 0: the
	// metadata is ignored and the peer is the origin. n: the peer and the last n-1 entries are proxies, and the
	// entry before them is the origin. When there are fewer entries, or one that counts is no address, the call
	// did not come the configured way, and the peer is the origin.
	TrustedProxies int

	// ServeUnaudited lets an authenticated call through although its AUTH_ALLOW event was not accepted. By
	// default it fails with UNAVAILABLE before the handler runs: nobody gets in off the record, and a trail that
	// takes no routine event takes no critical one either.
	ServeUnaudited bool

	// RequireReady fails an authenticated call with UNAVAILABLE while Trail.Health is not Ready, so that a
	// handler does not start work whose critical event would fail. The AUTH_ALLOW event is written all the same.
	// It takes a snapshot of every route for each call.
	RequireReady bool

	// Timeout bounds how long a call waits for its AUTH event when audit.Config.Critical raises AUTH actions;
	// 5 s by default.
	Timeout time.Duration

	// Failed is told what went wrong on the service's side: an error of Verify that is no Deny, a panic of
	// Verify (its type and stack, not its value), an error of Emit. Errors of Verify are foreign text and may
	// carry a secret. By default nobody is told.
	Failed func(err error)
}

const defaultTimeout = 5 * time.Second

// New returns the interceptors. Install both: a server with one of them serves the other kind of call without
// authentication. The error joins everything that is wrong with c.
func New(c Config) (*Guard, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	if c.Timeout == 0 {
		c.Timeout = defaultTimeout
	}
	if c.Failed == nil {
		c.Failed = func(error) {}
	}
	return &Guard{config: c}, nil
}

func (c *Config) check() error {
	var faults []error
	bad := func(text string) { faults = append(faults, errors.New("auditgrpc: Config."+text)) }
	if c.Trail == nil {
		bad("Trail is nil: open a trail with audit.Open, calls would go unrecorded")
	}
	if c.Verify == nil {
		bad("Verify is nil: give the func that authenticates a call")
	}
	if c.TrustedProxies < 0 {
		bad("TrustedProxies is negative: give the number of proxies that append to x-forwarded-for, 0 for none")
	}
	if c.Timeout < 0 {
		bad("Timeout is negative: give a positive duration, or 0 for 5 s")
	}
	return errors.Join(faults...)
}
