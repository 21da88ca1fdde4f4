package audit_test

import (
	"context"
	"encoding/base64"
	"math/rand/v2"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/redact"
	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// fakeJWT is a token of the right shape that nobody issued.
func fakeJWT() string {
	enc := base64.RawURLEncoding
	random := make([]byte, 32)
	for i := range random {
		random[i] = byte(rand.Uint32())
	}
	return enc.EncodeToString([]byte(`{"alg":"HS256","typ":"JWT"}`)) + "." + enc.EncodeToString([]byte(`{"sub":"somebody","n":1}`)) + "." + enc.EncodeToString(random)
}

func TestSecretsAreWithheldEverywhere(t *testing.T) {
	token := fakeJWT()
	segments := strings.Split(token, ".")
	gone := func(t *testing.T, f fields, raw string) {
		t.Helper()
		assert.NotContains(t, raw, segments[1][:16])
		assert.NotContains(t, raw, segments[2][:16])
		assert.NotEmpty(t, f.redactions())
	}
	emit := func(t *testing.T, r audit.Request, e audit.Event) {
		t.Helper()
		trail, c := recording(t)
		if r.Actor.IsZero() {
			r.Actor = audit.Anonymous()
		}
		ctx := audit.WithRequest(t.Context(), r)
		_, err := trail.Emit(ctx, e)
		require.NoError(t, err)
		require.NoError(t, trail.Flush(ctx))
		require.Len(t, c.all(), 1)
		gone(t, decode(t, c.all()[0]), c.all()[0].JSON())
	}
	events := map[string]audit.Event{
		"table":            audit.IcebergCommitDeny(audit.NewTable([]string{"a"}, token, uuid.Nil), 0),
		"namespace":        audit.CatalogMutate(audit.CreateNamespace(audit.NewNamespace([]string{"a", token}))),
		"split over parts": audit.IcebergCommitDeny(audit.NewTable(segments[:2], segments[2], uuid.Nil), 0),
		"split, deep":      audit.IcebergCommitDeny(audit.NewTable([]string{"a", "b", segments[0], segments[1]}, segments[2], uuid.Nil), 0),
		"destination":      audit.CatalogMutate(audit.RenameTable(audit.NewTable(nil, "a", uuid.Nil), audit.NewTable(nil, token, uuid.Nil))),
		"plan":             audit.CredVendDeny(audit.NewTable(nil, "a", uuid.Nil), 0, audit.NewVendRequest(0, 0).WithPlan(audit.NewPlanID(token))),
		"plan at the cap":  audit.CredVendDeny(audit.NewTable(nil, "a", uuid.Nil), 0, audit.NewVendRequest(0, 0).WithPlan(audit.NewPlanID(strings.Repeat("x ", 120)+token))),
		"operation":        audit.AuthDeny(audit.HTTPOperation("GET", "/v1/"+token), 0),
		"operation query":  audit.AuthDeny(audit.HTTPOperation("GET", "/v1/?access_token="+token), 0),
		"method":           audit.AuthDeny(audit.HTTPOperation(token, "/"), 0),
		"rpc":              audit.AuthDeny(audit.RPCOperation("/a/"+token), 0),
		"resource":         audit.ControlStoreMutate(audit.NewResource("a", token), 0),
	}
	for name, e := range events {
		t.Run(name, func(t *testing.T) { emit(t, audit.Request{}, e) })
	}
	requests := map[string]audit.Request{
		"request id":   {ID: audit.NewRequestID(token)},
		"tenant":       {Tenant: audit.NewTenant(token)},
		"workspace":    {Workspace: audit.NewWorkspace(token)},
		"agent":        {Agent: audit.NewAgent(token)},
		"service":      {Actor: audit.Service(token)},
		"tenant actor": {Actor: audit.TenantActor(audit.NewTenant(token))},
	}
	for name, r := range requests {
		t.Run(name, func(t *testing.T) { emit(t, r, deny) })
	}
}

func TestSecretAcrossTheCapIsSeen(t *testing.T) {
	token := fakeJWT()
	for at := 236; at <= 256; at += 4 {
		plan := audit.NewPlanID(strings.Repeat("x ", at/2) + token)
		f := emitted(t, audit.CredVendDeny(audit.NewTable(nil, "a", uuid.Nil), 0, audit.NewVendRequest(0, 0).WithPlan(plan)))
		got := f.details()["planId"].(string)
		assert.NotContains(t, got, token[:4], at)
		assert.Contains(t, got, "[REDACTED:", at)
	}
}

func TestMailIsWithheldBesideManyOtherKinds(t *testing.T) {
	parts := []string{"", "\x01", fakeJWT(), "Bearer " + strings.Repeat("aB3", 15), "https://u:" + "p4ssw0rd" + "@h/x", "bob@example.com"}
	f := emitted(t, audit.IcebergCommitDeny(audit.NewTable(parts, "orders", uuid.Nil), 0))
	assert.NotContains(t, f["subject"], "example")
	assert.NotContains(t, f["subject"], "\x00")
	assert.Len(t, f.redactions(), 4)
	assert.Contains(t, f.redactions(), "resource email")
}

func TestOnlyTheSecretIsWithheld(t *testing.T) {
	token := fakeJWT()
	f := emitted(t, audit.CatalogMutate(audit.CreateTable(audit.NewTable([]string{"sales.eu"}, "orders "+token+" v1.2", uuid.Nil))))
	assert.Regexp(t, `^iceberg/catalog:table:sales%2Eeu\.orders \[REDACTED:[a-z0-9-]+\] v1%2E2:create$`, f["subject"])
}

func TestNamesThatTalkOfSecretsSurvive(t *testing.T) {
	for _, name := range []string{
		"access-keys", "api_keys_audit", "token_usage", "password_resets", "secret_santa", "signature_events", "Bearer", "eyJ",
		"01HQ3EYJ8Z5X6Y7W8V9TABCDEF", "key=x", "0192f8c1-7b2a-7e3c-9d4e-5f60718293a4", strings.Repeat("0123456789abcdef", 4),
	} {
		f := emitted(t, audit.IcebergCommitDeny(audit.NewTable(nil, name, uuid.Nil), 0))
		assert.Equal(t, "iceberg/commit:"+name, f["subject"])
		assert.Empty(t, f.redactions())
	}
}

func TestMailIsPseudonymised(t *testing.T) {
	trail, c := recording(t)
	tenant := audit.NewTenant("acme")
	ctx := audit.WithRequest(t.Context(), audit.Request{
		ID: audit.NewRequestID("req:bob@example.com"), Actor: audit.Service("writer@project.iam.gserviceaccount.com"), Tenant: tenant,
	})
	table := audit.NewTable([]string{"bob@example.com"}, "from:Bob@Example.com.", uuid.Nil)
	_, err := trail.Emit(ctx, audit.CatalogMutate(audit.RenameTable(table, table)))
	require.NoError(t, err)
	require.NoError(t, trail.Flush(ctx))
	r := c.all()[0]
	assert.NotContains(t, strings.ToLower(r.JSON()), "example")
	assert.NotContains(t, r.JSON(), "\x00")
	f := decode(t, r)
	assert.Equal(t, "service:writer@project.iam.gserviceaccount.com", f.data()["actor"])
	assert.Regexp(t, `^req:\[EMAIL:[0-9a-f]{32}\]$`, f.data()["requestId"])
	assert.Regexp(t, `^iceberg/catalog:table:\[EMAIL:([0-9a-f]{32})\]\.from%3A\[EMAIL:[0-9a-f]{32}\]%2E:rename$`, f["subject"])
	assert.ElementsMatch(t, []string{"requestId email", "resource email", "details.destination email"}, f.redactions())
	subject := f["subject"].(string)
	names := regexp.MustCompile(`\[EMAIL:[0-9a-f]{32}\]`).FindAllString(subject, -1)
	require.Len(t, names, 2)
	assert.Equal(t, names[0], names[1], "one person, one pseudonym")
	ctx = audit.WithRequest(t.Context(), audit.Request{Actor: audit.Anonymous(), Tenant: audit.NewTenant("other")})
	_, err = trail.Emit(ctx, audit.CatalogMutate(audit.DropTable(table)))
	require.NoError(t, err)
	require.NoError(t, trail.Flush(ctx))
	elsewhere := decode(t, c.all()[1])
	assert.Contains(t, elsewhere["subject"], "[EMAIL:")
	assert.NotContains(t, elsewhere["subject"], names[0], "a pseudonym is of its tenant")
	assert.Equal(t, "req:[EMAIL]", audit.NewRequestID("req:bob@example.com").String())
}

func TestGrammars(t *testing.T) {
	long := strings.Repeat("x", 200)
	tests := []struct {
		name, got, want, kind string
		request               audit.Request
	}{
		{"tenant", "tenantId", "[REJECTED:grammar]", "grammar", audit.Request{Tenant: audit.NewTenant("Acme Corp")}},
		{"tenant too long", "tenantId", "[REJECTED:grammar]", "grammar", audit.Request{Tenant: audit.NewTenant(long)}},
		{"tenant fits", "tenantId", "a_b-9", "", audit.Request{Tenant: audit.NewTenant("a_b-9")}},
		{"workspace", "workspaceId", "[REJECTED:grammar]", "grammar", audit.Request{Workspace: audit.NewWorkspace("w\n")}},
		{"request id", "requestId", "[REJECTED:grammar]", "grammar", audit.Request{ID: audit.NewRequestID("a\x1b[31mb")}},
		{"request id not ASCII", "requestId", "[REJECTED:grammar]", "grammar", audit.Request{ID: audit.NewRequestID("naïve")}},
		{"request id cut", "requestId", long[:128], "truncated", audit.Request{ID: audit.NewRequestID(long)}},
		{"request id fits", "requestId", `a"b\c`, "", audit.Request{ID: audit.NewRequestID(`a"b\c`)}},
		{"literal marker", "requestId", "[TRUNCATED:5]", "", audit.Request{ID: audit.NewRequestID("[TRUNCATED:5]")}},
		{"service", "actor", "service:[REJECTED:grammar]", "grammar", audit.Request{Actor: audit.Service("a b")}},
		{"empty service", "actor", "service:[REJECTED:grammar]", "grammar", audit.Request{Actor: audit.Service("")}},
		{"no tenant", "actor", "tenant:[REJECTED:grammar]", "grammar", audit.Request{Actor: audit.TenantActor(audit.Tenant{})}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.request.Actor.IsZero() {
				tt.request.Actor = audit.Anonymous()
			}
			f := emittedIn(t, tt.request, deny)
			assert.Equal(t, tt.want, f.data()[tt.got])
			if tt.kind == "" {
				assert.Empty(t, f.redactions())
				return
			}
			assert.Equal(t, []string{tt.got + " " + tt.kind}, f.redactions())
		})
	}
}

func TestAgentKeepsTheProductOnly(t *testing.T) {
	tests := []struct{ name, header, want string }{
		{"product", "PyIceberg/0.9.1 (Linux; secret)", "PyIceberg/0.9.1"},
		{"bare", "curl", "curl"},
		{"comment first", "(x) y", ""},
		{"no version", "a/ b", "[REJECTED:grammar]"},
		{"two slashes", "a/b/c", "[REJECTED:grammar]"},
		{"long", strings.Repeat("a", 65), "[REJECTED:grammar]"},
		{"control", "a\nb", "[REJECTED:grammar]"},
		{"empty", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := emittedIn(t, audit.Request{Actor: audit.Anonymous(), Agent: audit.NewAgent(tt.header)}, deny)
			origin, _ := f.data()["origin"].(map[string]any)
			got, _ := origin["agent"].(string)
			assert.Equal(t, tt.want, got)
		})
	}
}

// everyDoor builds an event and a request with s in every door.
func everyDoor(trail *audit.Trail, s string) (audit.Request, []audit.Event) {
	table := audit.NewTable([]string{s, s}, s, tableID)
	deep := audit.NewTable([]string{s, s, s, s, s}, s, tableID)
	plan := audit.NewPlanID(s)
	resource := audit.NewResource("kind", s)
	r := audit.Request{
		ID: audit.NewRequestID(s), Tenant: audit.NewTenant(s), Workspace: audit.NewWorkspace(s), Agent: audit.NewAgent(s),
		Actor: audit.Service(s), Trace: audit.ParseTraceParent(s),
	}
	return r, []audit.Event{
		audit.AuthAllow(audit.HTTPOperation(s, s), audit.AuthMethodJWT),
		audit.AuthDeny(audit.RPCOperation(s), audit.AuthReasonExpired),
		audit.URLMintAllow(audit.Domain(len(s)), len(s), -1),
		audit.URLMintDeny(audit.DomainCatalog, audit.MintReason(len(s))),
		audit.CredVendAllow(table, audit.NewGrant(audit.Delegation(len(s)), audit.Access(len(s)), audit.Provider(len(s)), 0).WithPlan(plan)),
		audit.CredVendDeny(deep, audit.VendReason(len(s)), audit.NewVendRequest(0, 0).WithPlan(plan)),
		audit.IcebergCommit(table, audit.NewSnapshot(audit.SnapshotID(len(s)), -1, audit.SnapshotOperation(len(s)))),
		audit.IcebergCommitDeny(deep, audit.CommitReason(len(s))),
		audit.CatalogMutate(audit.RenameTable(table, deep)),
		audit.CatalogMutateDeny(audit.DropNamespace(audit.NewNamespace([]string{s, s})), audit.CatalogReason(len(s))),
		audit.ControlStoreMutate(resource, audit.ControlStoreOperation(len(s))),
		audit.ControlStoreDeny(resource, 0, audit.ControlStoreReason(len(s))),
	}
}

// FuzzDoors: every constructor is total, and whatever comes in, what is recorded is one line of valid,
// bounded UTF-8 JSON that scans clean.
func FuzzDoors(f *testing.F) {
	for _, seed := range []string{
		"", "orders", "a.b:c%d", fakeJWT(), "bob@example.com", "\x00\x1b[31m\u202e\u2028\xff\xfe", strings.Repeat("é", 500),
		"https://u:" + "p4ssw0rd" + "@h/x", "[REDACTED:jwt]", "Bearer " + strings.Repeat("aB3", 20), strings.Repeat("a@b.co ", 200), "@(00000000",
		"@h/s://u:" + "p4ssw0rdht", "th//s:+u2p4Zp4 \xfad@tpx",
		"bob@gggggggmpma|AAAAAAA\xff\xffAAA<AA\x96AAAAeAAAAlm", "htt\x93pw\"s://u:" + "p4ssw0\rd@h/x",
		"h\xc1\x98X8\x18\x01\xfb7\x95\xaav\x97'\x05\xd8JB:A1I+\xf0\xf4g\xd1\ttt\x93pw\"s://u:" + "p4ssw0\rd@h/x",
		"xt:/\x80u:" + "p4ssw0\r4s]w0\rd@Gd@\\/x",
		"AAAA" + "lm3Xq9Z" + strings.Repeat(".a", 3),
	} {
		f.Add(seed)
	}
	sink := &capture{}
	trail, err := audit.Open(config(audit.Route{Name: "memory", Sink: sink}))
	require.NoError(f, err)
	f.Cleanup(func() { _ = trail.Close(context.Background()) })
	f.Fuzz(func(t *testing.T, s string) {
		r, events := everyDoor(trail, s)
		ctx := audit.WithRequest(t.Context(), r)
		for _, e := range events {
			_, err := trail.Emit(ctx, e)
			require.NoError(t, err)
		}
		require.NoError(t, trail.Flush(ctx))
		sink.mu.Lock()
		records := sink.records
		sink.records = nil
		sink.mu.Unlock()
		for _, r := range records {
			json := r.JSON()
			require.True(t, utf8.ValidString(json))
			require.LessOrEqual(t, len(json), 64<<10)
			for _, c := range json {
				require.False(t, c < 0x20 || c >= 0x7f && c < 0xa0 || c == 0x202e || c == 0x2028, "control %x", c)
			}
			got := decode(t, r)
			require.LessOrEqual(t, len(got["subject"].(string)), 1024)
			texts := map[string]string{"subject": strings.TrimSuffix(got["subject"].(string), ":"+tableID.String())} // beside "jwt" a UUID looks like a token
			for name, detail := range got.details() {
				if text, ok := detail.(string); ok {
					texts[name] = text
				}
			}
			for name, text := range texts {
				if f, hit := redact.Scan(text); hit {
					t.Fatalf("%s holds a secret: %v in %q", name, f.Kind, text)
				}
			}
		}
	})
}

func TestHostileHeaderCostsBoundedMemory(t *testing.T) {
	hostile := strings.Repeat("eyJhbGciOi\u202e%25@", 1<<20/20)
	doors := map[string]func(string){
		"request id": func(s string) { _ = audit.NewRequestID(s) },
		"agent":      func(s string) { _ = audit.NewAgent(s) },
		"plan":       func(s string) { _ = audit.NewPlanID(s) },
		"table":      func(s string) { _ = audit.NewTable([]string{s}, s, uuid.Nil) },
		"tenant":     func(s string) { _ = audit.NewTenant(s) },
		"operation":  func(s string) { _ = audit.HTTPOperation(s, s) },
		"trace":      func(s string) { _ = audit.ParseTraceParent(s) },
	}
	for name, door := range doors {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			door(hostile)
			runtime.ReadMemStats(&after)
			assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(256<<10), "memory must not follow the size of the input")
		})
	}
}

func TestMailIsWithheldUnderPercentEncodingToo(t *testing.T) {
	trail, c := recording(t)
	const plain, encoded = "bob@example.com", "bob%40example.com"
	table := audit.NewTable(nil, "t", uuid.Nil)
	vend := func(s string) audit.Event {
		return audit.CredVendDeny(table, audit.VendReasonDisabled, audit.NewVendRequest(0, 0).WithPlan(audit.NewPlanID(s)))
	}
	for _, s := range []string{plain, encoded} {
		ctx := audit.WithRequest(t.Context(), audit.Request{ID: audit.NewRequestID(s), Actor: audit.Anonymous(), Agent: audit.NewAgent(s + "/1")})
		for _, e := range []audit.Event{
			audit.AuthDeny(audit.HTTPOperation("GET", "/users/"+s), 0), audit.AuthDeny(audit.RPCOperation("/users/"+s), 0), vend(s),
			audit.IcebergCommitDeny(audit.NewTable([]string{s}, s, uuid.Nil), 0), audit.ControlStoreDeny(audit.NewResource("a", s), 0, 0),
		} {
			_, err := trail.Emit(ctx, e)
			require.NoError(t, err)
		}
	}
	require.NoError(t, trail.Flush(t.Context()))
	var first []string
	for i, r := range c.all() {
		assert.NotContains(t, r.JSON(), "example", "%d: %s", i, r.JSON())
		f := decode(t, r)
		if i < 5 {
			first = append(first, f["subject"].(string))
		} else {
			assert.Equal(t, first[i-5], f["subject"], "one person, one pseudonym")
		}
	}
	assert.NotContains(t, audit.NewRequestID(encoded).String(), "example")
}

func TestTruncatedLevelsCannotBeForged(t *testing.T) {
	deep := make([]string, 100)
	for i := range deep {
		deep[i] = strings.Repeat("n", 40)
	}
	f := emitted(t, audit.IcebergCommitDeny(audit.NewTable(deep, "t", uuid.Nil), 0))
	assert.Equal(t, []string{"resource truncated"}, f.redactions())
	parts := strings.Split(strings.TrimPrefix(f["subject"].(string), "iceberg/commit:"), ".")
	for cut := range 3 {
		forged := append(append([]string{}, parts[:len(parts)-2-cut]...), parts[len(parts)-2])
		f := emitted(t, audit.IcebergCommitDeny(audit.NewTable(forged, "t", uuid.Nil), 0))
		if strings.Contains(f["subject"].(string), parts[len(parts)-2]) {
			assert.Equal(t, []string{"resource truncated"}, f.redactions(), "the marker stands where nothing was cut")
		}
	}
}

func TestReasonThatIsWithheldIsListed(t *testing.T) {
	f := emitted(t, audit.NewKind("OWN", "grant", audit.Routine).Deny(audit.NewResource("a", "b"), "Not a code"))
	assert.Equal(t, "[REJECTED:grammar]", f.data()["decisionReason"])
	assert.Equal(t, []string{"decisionReason grammar"}, f.redactions())
}
