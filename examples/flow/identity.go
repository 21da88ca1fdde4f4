package flow

import (
	"context"
	"net/http"
	"slices"

	"github.com/golang-jwt/jwt/v5"
	"google.golang.org/grpc/metadata"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/audit/auditgrpc"
	"github.com/daxis-io/arco-audit/audit/audithttp"
	"github.com/daxis-io/arco-audit/examples/tokens"
)

type claimsKey struct{}

// claimsOf returns the task token of a request that verifyTask let in.
func claimsOf(ctx context.Context) TaskClaims {
	c, _ := ctx.Value(claimsKey{}).(TaskClaims)
	return c
}

// verifyTask lets in whoever has a good task token. Whether it is the token of this task is the callback's decision.
//
//audit:decision
func (f *Flow) verifyTask(r *http.Request) (audithttp.Identity, error) {
	var c TaskClaims
	why := parse(tokens.FromRequest(r), TaskAudience, f.config.TaskKey, &c)
	if why == 0 && !c.whole() {
		why = audit.AuthReasonMalformed
	}
	if why != 0 {
		return audithttp.Identity{}, audithttp.Deny(why)
	}
	*r = *r.WithContext(context.WithValue(r.Context(), claimsKey{}, c))
	tenant := audit.NewTenant(c.TenantID)
	return audithttp.Identity{
		Actor: audit.TenantActor(tenant), Tenant: tenant, Workspace: audit.NewWorkspace(c.WorkspaceID), Method: audit.AuthMethodTaskToken,
	}, nil
}

// verifyService lets in the internal services of the allowlist.
//
//audit:decision
func (f *Flow) verifyService(r *http.Request) (audithttp.Identity, error) {
	actor, why := f.service(tokens.FromRequest(r))
	if why != 0 {
		return audithttp.Identity{Actor: actor}, audithttp.Deny(why)
	}
	return audithttp.Identity{Actor: actor, Method: audit.AuthMethodWorkload}, nil
}

// verifyCall is verifyService for gRPC.
//
//audit:decision
func (f *Flow) verifyCall(ctx context.Context, _ string) (context.Context, auditgrpc.Identity, error) {
	token := ""
	if values := metadata.ValueFromIncomingContext(ctx, "authorization"); len(values) == 1 {
		token = tokens.Bearer(values[0])
	}
	actor, why := f.service(token)
	if why != 0 {
		return nil, auditgrpc.Identity{Actor: actor}, auditgrpc.Deny(why)
	}
	return nil, auditgrpc.Identity{Actor: actor, Method: audit.AuthMethodWorkload}, nil
}

// service returns the service that a token proves. One that is not in the allowlist is on record under its name.
func (f *Flow) service(token string) (audit.Actor, audit.AuthReason) {
	var c jwt.RegisteredClaims
	if why := parse(token, ServiceAudience, f.config.ServiceKey, &c); why != 0 {
		return audit.Actor{}, why
	}
	if !identifier(c.Subject) {
		return audit.Actor{}, audit.AuthReasonMalformed
	}
	if !slices.Contains(f.config.Services, c.Subject) {
		return audit.Service(c.Subject), audit.AuthReasonNotAllowed
	}
	return audit.Service(c.Subject), 0
}
