package audit_test

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/redact"
	"github.com/google/uuid"
)

// printing is a sink in four lines.
var printing = audit.SinkFunc(func(_ context.Context, batch []audit.Record) error {
	for _, r := range batch {
		fmt.Println(r.Sequence(), r.ActionName(), r.Outcome())
	}
	return nil
})

// A service decides, and records the decision before it takes effect.
func Example() {
	trail, err := audit.Open(audit.Config{
		Service: "catalog", Environment: "dev", Volatile: true, Keys: redact.EphemeralKeys(),
		Routes: []audit.Route{{Name: "stdout", Sink: printing, Required: true}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	tenant := audit.NewTenant("acme")
	ctx := audit.WithRequest(context.Background(), audit.Request{
		ID: audit.NewRequestID("req-1"), Actor: trail.User(tenant, "subject"), Tenant: tenant,
	})
	orders := audit.NewTable([]string{"sales"}, "orders", uuid.Nil)
	grant := audit.NewGrant(audit.DelegationVended, audit.AccessRead, audit.ProviderGCS, time.Hour)
	if _, err := trail.Emit(ctx, audit.CredVendAllow(orders, grant)); err != nil {
		fmt.Println("the credential stays here:", err)
	}
	if err := trail.Close(ctx); err != nil {
		fmt.Println(err)
	}
	// Output:
	// 00000000000000000000 TRAIL_OPENED system
	// 00000000000000000001 CRED_VEND_ALLOW allow
	// 00000000000000000002 TRAIL_CLOSED system
}

// grantChange is an action of the service's own.
var grantChange = audit.NewKind("GRANT_CHANGE", "grant", audit.Critical)

func ExampleNewKind() {
	e := grantChange.Deny(audit.NewResource("role", "analyst"), "not_owner")
	fmt.Println(e.Action())
	// Output: OTHER
}

// A name that carries a credential is recorded without it.
func ExampleNewRequestID() {
	fmt.Println(audit.NewRequestID("req-7f3a9b2c"))
	fmt.Println(audit.NewRequestID("ya29." + strings.Repeat("a0AfH6SMB", 6)))
	// Output:
	// req-7f3a9b2c
	// [REDACTED:gcp-oauth-token]
}

// A commit is recorded as an intent before it happens, and ended by what came of it: whatever happens in between, a panic or
// a crash, the trail says that it began.
func ExampleTrail_Begin() {
	trail, err := audit.Open(audit.Config{
		Service: "catalog", Environment: "dev", Volatile: true, Keys: redact.EphemeralKeys(),
		Routes: []audit.Route{{Name: "stdout", Sink: printing, Required: true}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	orders := audit.NewTable([]string{"sales"}, "orders", uuid.Nil)
	commit := func(ctx context.Context) error {
		pending, err := trail.Begin(ctx, audit.Committing(orders))
		if pending == nil {
			return err // nothing was done
		}
		defer pending.Abandon() // after Emit it does nothing
		fmt.Println("the commit happens")
		_, err = pending.Emit(ctx, audit.IcebergCommit(orders, audit.NewSnapshot(1, 1, audit.OperationAppend)))
		return err
	}
	ctx := audit.WithRequest(context.Background(), audit.Request{Actor: audit.Service("flow")})
	fmt.Println(commit(ctx), trail.Close(context.Background()))
	// Output:
	// 00000000000000000000 TRAIL_OPENED system
	// 00000000000000000001 DECISION_BEGUN system
	// the commit happens
	// 00000000000000000002 ICEBERG_COMMIT allow
	// 00000000000000000003 TRAIL_CLOSED system
	// <nil> <nil>
}
