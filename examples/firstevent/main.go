// Command firstevent emits one event to two sinks at once: JSON lines on standard output, a log on standard
// error. The table's name carries a token; no sink gets to see it.
package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/redact"
	"github.com/daxis-io/arco-audit/sinks/slogsink"
	"github.com/daxis-io/arco-audit/sinks/writersink"
	"github.com/google/uuid"
)

func main() {
	if err := run(context.Background(), os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, stdout, stderr io.Writer) error {
	trail, err := audit.Open(audit.Config{
		Service: "catalog", Environment: "dev", Volatile: true, Keys: redact.EphemeralKeys(),
		Routes: []audit.Route{
			{Name: "lines", Sink: writersink.New(stdout), Required: true},
			{Name: "log", Sink: slogsink.New(slog.NewTextHandler(stderr, nil))},
		},
	})
	if err != nil {
		return err
	}
	tenant := audit.NewTenant("acme")
	ctx = audit.WithRequest(ctx, audit.Request{Actor: trail.User(tenant, "ada"), Tenant: tenant})
	table := audit.NewTable([]string{"sales"}, "orders_"+token(), uuid.Nil)
	request := audit.NewVendRequest(audit.DelegationVended, audit.AccessRead)
	if _, err := trail.Emit(ctx, audit.CredVendDeny(table, audit.VendReasonAccessDenied, request)); err != nil {
		return err
	}
	return trail.Close(ctx)
}

// token has the shape of a signed JWT. It is put together here, so that it is in no file.
func token() string {
	return strings.Join([]string{"eyJhbGciOiJIUzI1NiJ9", "eyJzdWIiOiJhZGEifQ", strings.Repeat("c2ln", 11)}, ".")
}
