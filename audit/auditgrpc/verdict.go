package auditgrpc

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"

	"google.golang.org/grpc/codes"

	"github.com/daxis-io/arco-audit/audit"
)

// verdict is what came of Verify.
type verdict struct {
	ctx     context.Context // what the handler gets
	who     Identity
	allowed bool
	reason  audit.AuthReason // of a refusal
	code    codes.Code       // of a refusal
}

// verify calls Config.Verify and turns whatever it does into a verdict.
func (g *Guard) verify(ctx context.Context, fullMethod string) (v verdict) {
	defer func() {
		if p := recover(); p != nil {
			g.failed(panicked(p))
			v = verdict{ctx: ctx, reason: audit.AuthReasonUnavailable, code: codes.Internal}
		}
	}()
	next, who, err := g.config.Verify(ctx, fullMethod)
	if next == nil {
		next = ctx
	}
	var d denial
	switch {
	case errors.As(err, &d):
		return verdict{ctx: next, who: who, reason: d.reason, code: codeOf(d.reason)}
	case err != nil:
		g.failed(err)
	case who.Actor.IsZero():
		g.failed(errors.New("auditgrpc: Verify returned neither an actor nor an error: set Identity.Actor, or return Deny"))
	default:
		return verdict{ctx: next, who: who, allowed: true}
	}
	return verdict{ctx: next, reason: audit.AuthReasonUnavailable, code: codes.Unavailable}
}

// panicked describes a panic without its value, which may be a token; errors of the runtime carry none.
func panicked(p any) error {
	what := fmt.Sprintf("%T", p)
	if e, ok := p.(interface{ RuntimeError() }); ok {
		what = fmt.Sprint(e)
	}
	return fmt.Errorf("auditgrpc: Config.Verify panicked: %s\n%s", what, debug.Stack())
}
