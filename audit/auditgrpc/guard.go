package auditgrpc

import (
	"context"
	"errors"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/redact"
)

// The metadata of the answer.
const (
	headerRequestID = "x-request-id"
	headerEventID   = "x-audit-event-id"
)

// Guard is the pair of interceptors of one server. It is safe for concurrent use and starts no goroutine.
type Guard struct{ config Config }

// Unary is a grpc.UnaryServerInterceptor.
func (g *Guard) Unary(ctx context.Context, req any, info *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (any, error) {
	ctx, err := g.admit(ctx, call{method: info.FullMethod, setHeader: func(md metadata.MD) error { return grpc.SetHeader(ctx, md) }})
	if err != nil {
		return nil, err
	}
	return handler(ctx, req)
}

// Stream is a grpc.StreamServerInterceptor.
func (g *Guard) Stream(srv any, stream grpc.ServerStream, info *grpc.StreamServerInfo, handler grpc.StreamHandler) error {
	c := call{method: info.FullMethod, setHeader: stream.SetHeader}
	if srv == nil { // only the unknown service handler has no service: the method is the client's text then
		c.method = ""
	}
	ctx, err := g.admit(stream.Context(), c)
	if err != nil {
		return err
	}
	return handler(srv, admitted{ServerStream: stream, ctx: ctx})
}

// admitted is a stream with the context of a call that was let in.
type admitted struct {
	grpc.ServerStream
	ctx context.Context
}

// Context returns what the handler works under.
func (a admitted) Context() context.Context { return a.ctx }

// call is what both kinds of call have.
type call struct {
	method    string // "" for one that nobody registered
	setHeader func(metadata.MD) error
}

// admit authenticates a call, records the answer, and returns the handler's context or the refusal.
func (g *Guard) admit(ctx context.Context, c call) (context.Context, error) {
	about := g.describe(ctx)
	header := metadata.MD{}
	if !about.ID.IsZero() {
		header.Set(headerRequestID, about.ID.String())
	}
	op := audit.RPCOperation(c.method)
	v := g.verify(audit.WithRequest(ctx, about), c.method)
	ctx = audit.WithRequest(v.ctx, identify(about, v.who))
	event := audit.AuthDeny(op, v.reason)
	if v.allowed {
		event = audit.AuthAllow(op, v.who.Method)
	}
	recorded := g.emit(ctx, header, event)
	if err := c.setHeader(header); err != nil {
		g.failed(err)
	}
	switch {
	case !v.allowed:
		return nil, refusal(v.code)
	case !recorded && !g.config.ServeUnaudited, g.config.RequireReady && !g.config.Trail.Health().Ready():
		return nil, refusal(codes.Unavailable)
	}
	return ctx, nil
}

// emit records the event and reports whether it was accepted.
func (g *Guard) emit(ctx context.Context, header metadata.MD, e audit.Event) bool {
	ctx, cancel := context.WithTimeout(ctx, g.config.Timeout)
	defer cancel()
	id, err := g.config.Trail.Emit(ctx, e)
	if !id.IsZero() {
		header.Set(headerEventID, id.String())
	}
	if err == nil {
		return true
	}
	g.failed(err)
	var withheld *redact.Violation // strict trails return it beside accepting the event
	return errors.As(err, &withheld)
}

// failed calls Config.Failed and contains its panics, so that an event follows all the same.
func (g *Guard) failed(err error) {
	defer func() { _ = recover() }()
	g.config.Failed(err)
}
