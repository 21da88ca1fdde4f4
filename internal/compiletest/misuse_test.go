package compiletest_test

import (
	"encoding/json"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// misuses are statements that must not compile, what the type checker says about them, and a neighbour that
// compiles: without it, a misuse could fail for a reason of its own.
var misuses = []struct{ name, bad, message, neighbour string }{
	{"swapped arguments", `use(audit.CredVendDeny(table, vend, audit.VendReasonDisabled))`,
		"cannot use vend (variable of struct type audit.VendRequest) as audit.VendReason value in argument to audit.CredVendDeny",
		`use(audit.CredVendDeny(table, audit.VendReasonDisabled, vend))`},
	{"swapped parts of a grant", `use(audit.NewGrant(audit.AccessRead, audit.DelegationVended, audit.ProviderGCS, time.Hour))`,
		"cannot use audit.AccessRead (constant 1 of uint8 type audit.Access) as audit.Delegation value in argument to audit.NewGrant",
		`use(audit.NewGrant(audit.DelegationVended, audit.AccessRead, audit.ProviderGCS, time.Hour))`},
	{"swapped snapshot numbers", `use(audit.NewSnapshot(audit.SequenceNumber(number), audit.SnapshotID(number), audit.OperationAppend))`,
		"cannot use audit.SequenceNumber(number) (value of int64 type audit.SequenceNumber) as audit.SnapshotID value in argument to audit.NewSnapshot",
		`use(audit.NewSnapshot(audit.SnapshotID(number), audit.SequenceNumber(number), audit.OperationAppend))`},
	{"reason of another action", `use(audit.CredVendDeny(table, audit.CommitReasonConflict, vend))`,
		"cannot use audit.CommitReasonConflict (constant 2 of uint8 type audit.CommitReason) as audit.VendReason value in argument to audit.CredVendDeny",
		`use(audit.IcebergCommitDeny(table, audit.CommitReasonConflict))`},
	{"allow with a reason", `use(audit.CredVendAllow(table, audit.VendReasonDisabled))`,
		"cannot use audit.VendReasonDisabled (constant 1 of uint8 type audit.VendReason) as audit.Grant value in argument to audit.CredVendAllow",
		`use(audit.CredVendAllow(table, grant))`},
	{"deny with a grant", `use(audit.CredVendDeny(table, audit.VendReasonDisabled, grant))`,
		"cannot use grant (variable of struct type audit.Grant) as audit.VendRequest value in argument to audit.CredVendDeny",
		`use(audit.CredVendDeny(table, audit.VendReasonDisabled, vend))`},
	{"missing grant", `use(audit.CredVendAllow(table))`,
		"not enough arguments in call to audit.CredVendAllow\n\thave (audit.Table)\n\twant (audit.Table, audit.Grant)",
		`use(audit.CredVendAllow(table, grant))`},
	{"missing reason", `use(audit.AuthDeny(op))`,
		"not enough arguments in call to audit.AuthDeny\n\thave (audit.Operation)\n\twant (audit.Operation, audit.AuthReason)",
		`use(audit.AuthDeny(op, audit.AuthReasonExpired))`},
	{"missing snapshot", `use(audit.IcebergCommit(table))`,
		"not enough arguments in call to audit.IcebergCommit\n\thave (audit.Table)\n\twant (audit.Table, audit.Snapshot)",
		`use(audit.IcebergCommit(table, snapshot))`},
	{"missing destination of a rename", `use(audit.RenameTable(table))`,
		"not enough arguments in call to audit.RenameTable\n\thave (audit.Table)\n\twant (audit.Table, audit.Table)",
		`use(audit.RenameTable(table, other))`},
	{"free text after the reason", `use(audit.CredVendDeny(table, audit.VendReasonDisabled, vend, err.Error()))`,
		"too many arguments in call to audit.CredVendDeny\n\thave (audit.Table, audit.VendReason, audit.VendRequest, string)\n\twant (audit.Table, audit.VendReason, audit.VendRequest)",
		`use(audit.CredVendDeny(table, audit.VendReasonDisabled, vend))`},
	{"error text as reason", `use(audit.CredVendDeny(table, err.Error(), vend))`,
		"cannot use err.Error() (value of type string) as audit.VendReason value in argument to audit.CredVendDeny",
		`use(audit.CredVendDeny(table, audit.VendReasonProviderError, vend))`},
	{"token as reason", `use(audit.AuthDeny(op, token.AccessToken))`,
		"cannot use token.AccessToken (variable of type string) as audit.AuthReason value in argument to audit.AuthDeny",
		`use(audit.AuthDeny(op, audit.AuthReasonInvalid))`},
	{"text converted to a reason", `use(audit.VendReason(text))`,
		"cannot convert text (variable of type string) to type audit.VendReason", `use(audit.VendReason(1).String())`},
	{"text converted to a tenant", `use(audit.Tenant(text))`,
		"cannot convert text (variable of type string) to type audit.Tenant", `use(audit.NewTenant(text))`},
	{"bytes converted to a request id", `use(audit.RequestID(raw))`,
		"cannot convert raw (variable of type []byte) to type audit.RequestID", `use(audit.NewRequestID(text))`},
	{"structure converted to an actor", `use(audit.Actor(struct{ name string }{text}))`,
		"to type audit.Actor", `use(audit.Service("catalog"))`},
	{"literal of a tenant", `use(audit.Tenant{text})`,
		"implicit assignment to unexported field t in struct literal of type audit.Tenant", `use(audit.Tenant{})`},
	{"keyed literal of an event", `use(audit.Event{reason: text})`,
		"cannot refer to unexported field reason in struct literal of type audit.Event", `use(audit.Event{})`},
	{"assignment to a part", `grant.plan = text`, "grant.plan undefined (cannot refer to unexported field plan)",
		`grant = grant.WithPlan(audit.NewPlanID(text))`},
	{"text variable as kind of a resource", `use(audit.NewResource(text, "g"))`,
		"cannot use text (variable of type string) as audit.stringConstant value in argument to audit.NewResource",
		`use(audit.NewResource("grant", text))`},
	{"typed constant as kind of a resource", `use(audit.NewResource(typedText, "g"))`,
		`cannot use typedText (constant "typed" of type string) as audit.stringConstant value in argument to audit.NewResource`,
		`const untyped = "grant"; use(audit.NewResource(untyped, "g"))`},
	{"concatenation in a reason", `use(kind.Deny(resource, "denied_"+text))`,
		`cannot use "denied_" + text (value of type string) as audit.stringConstant value in argument to kind.Deny`,
		`use(kind.Deny(resource, "denied_"+"twice"))`},
	{"formatted reason", `use(kind.Allow(resource, fmt.Sprintf("%v", err)))`,
		`cannot use fmt.Sprintf("%v", err) (value of type string) as audit.stringConstant value in argument to kind.Allow`,
		`use(kind.Allow(resource, "granted"), fmt.Sprint(err))`},
	{"name of a kind from a variable", `use(audit.NewKind(text, "grant", audit.Critical))`,
		"cannot use text (variable of type string) as audit.stringConstant value in argument to audit.NewKind",
		`use(audit.NewKind("GRANT", "grant", audit.Critical))`},
	{"conversion to the constant type", `use(audit.NewResource(audit.stringConstant(text), "g"))`,
		"name stringConstant not exported by package audit", `use(audit.NewResource("grant", "g"))`},
	{"secret as a name", `use(audit.NewTenant(secret))`,
		"cannot use secret (variable of struct type redact.Secret[string]) as string value in argument to audit.NewTenant",
		`use(audit.NewTenant(text), secret)`},
	{"secret converted to a string", `use(string(secret))`,
		"cannot convert secret (variable of struct type redact.Secret[string]) to type string", `use(secret.Expose())`},
	{"secrets compared", `use(secret == secret)`,
		"invalid operation: secret == secret (struct containing [0]func() cannot be compared)", `use(secret.Expose() == secret.Expose())`},
	{"secret as the key of a map", `use(map[redact.Secret[string]]bool{})`, "invalid map key type redact.Secret[string]",
		`use(map[string]redact.Secret[string]{})`},
	{"secret added to text", `use("token=" + secret)`,
		`invalid operation: "token=" + secret (mismatched types untyped string and redact.Secret[string])`, `use("token=" + text)`},
	{"event to a logger's text", `use("decided " + wrappedEvent.Event)`,
		"mismatched types untyped string and audit.Event", `use("decided " + wrappedEvent.Action().String())`},
	{"subject without a tenant", `use(trail.User(text, text))`,
		"cannot use text (variable of type string) as audit.Tenant value in argument to trail.User", `use(trail.User(tenant, text))`},
	{"header as a request", `ctx = audit.WithRequest(ctx, request)`,
		"cannot use request (variable of type *http.Request) as audit.Request value in argument to audit.WithRequest",
		`ctx = audit.WithRequest(ctx, audit.Request{Tenant: tenant})`},
	{"header in a request's part", `use(audit.Request{ID: header.Get("Authorization")})`,
		`cannot use header.Get("Authorization") (value of type string) as audit.RequestID value in struct literal`,
		`use(audit.Request{ID: audit.NewRequestID(header.Get("X-Request-Id"))})`},
}

func TestMisusesDoNotCompile(t *testing.T) {
	program := newProgram(t)
	for _, tt := range misuses {
		t.Run(tt.name, func(t *testing.T) {
			assert.Empty(t, program.Check(tt.neighbour), "the neighbour")
			problems := program.Check(tt.bad)
			require.NotEmpty(t, problems, "%s compiles", tt.bad)
			assert.Contains(t, problems[0].Message, tt.message)
		})
	}
}

// TestMisuseRefusedByTheCompiler builds one program with the real compiler, because it and go/types could differ.
// The program exists only in an overlay.
func TestMisuseRefusedByTheCompiler(t *testing.T) {
	tests := []struct{ name, argument, message string }{
		{name: "positive control", argument: "audit.VendReasonProviderError"},
		{name: "error text as reason", argument: "err.Error()",
			message: "cannot use err.Error() (value of type string) as audit.VendReason value in argument to audit.CredVendDeny"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			output, err := build(t, `package main

import (
	"errors"

	"`+module+`/audit"
)

func main() {
	err := errors.New("x")
	_ = err.Error()
	_ = audit.CredVendDeny(audit.Table{}, `+tt.argument+`, audit.VendRequest{})
}
`)
			if tt.message == "" {
				require.NoError(t, err, output)
				return
			}
			require.Error(t, err)
			assert.Contains(t, output, tt.message)
		})
	}
}

// build compiles source as a package of this module.
func build(t *testing.T, source string) (string, error) {
	t.Helper()
	dir, err := root()
	require.NoError(t, err)
	temp := t.TempDir()
	writeFile(t, filepath.Join(temp, "main.go"), source)
	overlay, err := json.Marshal(map[string]any{"Replace": map[string]string{
		filepath.Join(dir, "internal", "compiletest", "program", "main.go"): filepath.Join(temp, "main.go"),
	}})
	require.NoError(t, err)
	writeFile(t, filepath.Join(temp, "overlay.json"), string(overlay))
	cmd := exec.CommandContext(t.Context(), "go", "build", "-overlay", filepath.Join(temp, "overlay.json"), "-o", filepath.Join(temp, "program"), "./internal/compiletest/program")
	cmd.Dir = dir
	output, err := cmd.CombinedOutput()
	return string(output), err
}
