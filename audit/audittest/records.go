package audittest

import (
	"testing"

	"github.com/daxis-io/arco-audit/audit"
)

// Records returns events as a sink gets them, one record each, in order, of one trail. They were emitted by
// one user of tenant "acme" in workspace "main". Their sequences start above 0, because the trail opens with
// an event of its own.
func Records(t testing.TB, events ...audit.Event) []audit.Record {
	t.Helper()
	var sink memory
	trail := open(t, &sink)
	tenant := audit.NewTenant("acme")
	ctx := audit.WithRequest(t.Context(), audit.Request{
		ID: audit.NewRequestID("request-1"), Actor: trail.User(tenant, "user-1"), Tenant: tenant, Workspace: audit.NewWorkspace("main"),
	})
	for i, e := range events {
		if _, err := trail.Emit(ctx, e); err != nil {
			t.Fatalf("audittest: event %d, %s: %v", i, e.Action(), err)
		}
	}
	shut(t, trail)
	var list []audit.Record
	for _, r := range sink.all() {
		if r.Outcome() != audit.OutcomeSystem {
			list = append(list, r)
		}
	}
	return list
}
