package auditgrpc

import (
	"context"

	"github.com/google/uuid"
	"google.golang.org/grpc/metadata"

	"github.com/daxis-io/arco-audit/audit"
)

// describe collects what is known of a call before authentication. What an outer interceptor put in the context
// stays.
func (g *Guard) describe(ctx context.Context) audit.Request {
	about := audit.RequestFrom(ctx)
	md, _ := metadata.FromIncomingContext(ctx)
	if about.ID.IsZero() {
		about.ID = audit.NewRequestID(first(md, headerRequestID))
	}
	if about.ID.IsZero() {
		if fresh, err := uuid.NewV7(); err == nil {
			about.ID = audit.NewRequestID(fresh.String())
		}
	}
	if about.Trace.IsZero() {
		// Several are as good as none (W3C Trace Context section 3.2).
		if parents := md.Get("traceparent"); len(parents) == 1 {
			about.Trace = audit.ParseTraceParent(parents[0])
		}
	}
	if !about.Origin.IsValid() {
		about.Origin = origin(ctx, md, g.config.TrustedProxies)
	}
	if about.Agent == (audit.Agent{}) {
		about.Agent = audit.NewAgent(first(md, "user-agent"))
	}
	return about
}

func first(md metadata.MD, key string) string {
	if values := md.Get(key); len(values) > 0 {
		return values[0]
	}
	return ""
}

// identify completes what is known of a call by who makes it.
func identify(about audit.Request, who Identity) audit.Request {
	if !who.Actor.IsZero() {
		about.Actor = who.Actor
	}
	if about.Actor.IsZero() {
		about.Actor = audit.Anonymous()
	}
	if !who.Tenant.IsZero() {
		about.Tenant = who.Tenant
	}
	if who.Workspace != (audit.Workspace{}) {
		about.Workspace = who.Workspace
	}
	return about
}
