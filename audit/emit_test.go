package audit_test

import (
	"context"
	"errors"
	"net/netip"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/redact"
	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var (
	deny   = audit.AuthDeny(audit.HTTPOperation("GET", "/v1/config"), audit.AuthReasonMissing)
	commit = audit.IcebergCommit(audit.NewTable([]string{"a"}, "b", uuid.Nil), audit.Snapshot{})
)

func TestEmitRefusesWhatLacksAPart(t *testing.T) {
	trail, c := recording(t)
	ctx := anonymous(t.Context())
	table := audit.NewTable(nil, "t", uuid.Nil)
	kind := func(name, category string) audit.Event { // constants only, so each case has its own call
		switch name {
		case "lower":
			return audit.NewKind("lower", "grant", audit.Routine).Allow(audit.NewResource("a", "b"), "c")
		case "AUTH":
			return audit.NewKind("AUTH", "grant", audit.Routine).Allow(audit.NewResource("a", "b"), "c")
		case "ICEBERG_COMMIT":
			return audit.NewKind("ICEBERG_COMMIT", "grant", audit.Routine).Allow(audit.NewResource("a", "b"), "c")
		}
		return audit.NewKind("GRANT", "auth", audit.Routine).Allow(audit.NewResource("a", "b"), "c")
	}
	tests := []struct {
		name  string
		ctx   context.Context
		event audit.Event
		want  string
	}{
		{"zero event", ctx, audit.Event{}, "constructor"},
		{"no request", t.Context(), deny, "WithRequest"},
		{"no actor", audit.WithRequest(t.Context(), audit.Request{ID: audit.NewRequestID("x")}), deny, "actor"},
		{"zero operation", ctx, audit.AuthDeny(audit.Operation{}, audit.AuthReasonMissing), "HTTPOperation"},
		{"zero table", ctx, audit.CredVendDeny(audit.Table{}, audit.VendReasonDisabled, audit.VendRequest{}), "NewTable"},
		{"zero change", ctx, audit.CatalogMutate(audit.CatalogChange{}), "CreateTable"},
		{"rename to nowhere", ctx, audit.CatalogMutate(audit.RenameTable(table, audit.Table{})), "zero Table"},
		{"zero resource", ctx, audit.ControlStoreMutate(audit.Resource{}, audit.ControlStoreCreate), "NewResource"},
		{"zero kind", ctx, audit.Kind{}.Allow(audit.NewResource("a", "b"), "c"), "NewKind"},
		{"kind in lower case", ctx, kind("lower", ""), "kind name"},
		{"kind with a built-in name", ctx, kind("AUTH", ""), "built-in"},
		{"kind named like an action", ctx, kind("ICEBERG_COMMIT", ""), "built-in"},
		{"kind with a built-in category", ctx, kind("", ""), "category"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			id, err := trail.Emit(tt.ctx, tt.event)
			require.ErrorIs(t, err, audit.ErrInvalid)
			require.ErrorContains(t, err, tt.want)
			assert.True(t, id.IsZero())
		})
	}
	require.NoError(t, trail.Flush(t.Context()))
	assert.Empty(t, c.all(), "ErrInvalid means that nothing was written")
	assert.EqualValues(t, len(tests), trail.Health().Refused)
	var none *audit.Trail
	_, err := none.Emit(ctx, deny)
	require.ErrorIs(t, err, audit.ErrInvalid)
}

func TestZeroKindHasNoPanic(t *testing.T) {
	assert.NotPanics(t, func() { _ = audit.Kind{}.Deny(audit.Resource{}, "x") })
}

func TestEmitReturnsTheIDOfTheRecord(t *testing.T) {
	trail, c := recording(t)
	ctx := anonymous(t.Context())
	before := time.Now().Truncate(time.Millisecond)
	var ids []audit.ID
	for range 50 {
		id, err := trail.Emit(ctx, deny)
		require.NoError(t, err)
		ids = append(ids, id)
	}
	require.NoError(t, trail.Flush(ctx))
	records := c.all()
	require.Len(t, records, 50)
	tails := map[string]bool{}
	for i, r := range records {
		tails[ids[i].String()[19:]] = true
		assert.Equal(t, ids[i], r.ID())
		assert.EqualValues(t, i+1, r.Sequence(), "TRAIL_OPENED has 0")
		assert.Equal(t, trail.ID(), r.Trail())
		assert.False(t, r.Time().Before(before))
		f := decode(t, r)
		assert.Equal(t, ids[i].String(), f["id"])
		assert.Equal(t, r.Sequence().String(), f["sequence"])
		assert.Equal(t, trail.ID().String(), f["trail"])
		assert.Equal(t, f["trail"], f["partitionkey"])
		u := uuid.MustParse(ids[i].String())
		assert.EqualValues(t, 7, u.Version())
		assert.Equal(t, uuid.RFC4122, u.Variant())
		back, err := audit.ParseID(ids[i].String())
		require.NoError(t, err)
		assert.Equal(t, ids[i], back)
	}
	assert.Len(t, tails, 50, "62 random bits each")
}

func TestCriticalEmitWaitsForRequiredRoutes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		gate := make(chan struct{}, 1)
		kept := &capture{}
		sink := audit.SinkFunc(func(ctx context.Context, b []audit.Record) error {
			select {
			case <-gate:
				return kept.Deliver(ctx, b)
			case <-ctx.Done():
				return ctx.Err()
			}
		})
		gate <- struct{}{}
		trail, err := audit.Open(config(audit.Route{Name: "memory", Sink: sink, Required: true}, audit.Route{Name: "best-effort", Sink: audit.SinkFunc(func(ctx context.Context, _ []audit.Record) error { <-ctx.Done(); return ctx.Err() })}))
		require.NoError(t, err)
		ctx := anonymous(t.Context())
		_, err = trail.Emit(ctx, deny)
		require.NoError(t, err, "a routine event is accepted when queued")

		done := make(chan error, 1)
		go func() { _, err := trail.Emit(ctx, commit); done <- err }()
		synctest.Wait()
		assert.Empty(t, done, "accepted before the required route had it")
		gate <- struct{}{}
		gate <- struct{}{}
		require.NoError(t, <-done)
		assert.Len(t, kept.of(audit.ActionIcebergCommit), 1)

		short, cancel := context.WithTimeout(ctx, time.Second)
		defer cancel()
		<-gate // take back what was left
		id, err := trail.Emit(short, commit)
		require.ErrorIs(t, err, audit.ErrUnknown)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.False(t, id.IsZero(), "the event may be recorded, so its id is known")
		close(gate)
		_, err = trail.Emit(ctx, commit)
		require.NoError(t, err)
		assert.Len(t, kept.of(audit.ActionIcebergCommit), 3, "a cancelled context takes nothing back")
		_ = trail.Close(closing(t, time.Second))
	})
}

// closing returns a context for Close.
func closing(t *testing.T, d time.Duration) context.Context {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), d)
	t.Cleanup(cancel)
	return ctx
}

func TestCriticalIsRaisedByConfiguration(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		first := true
		c := config(audit.Route{Name: "memory", Required: true, Sink: audit.SinkFunc(func(ctx context.Context, _ []audit.Record) error {
			if first {
				first = false
				return nil
			}
			<-ctx.Done()
			return ctx.Err()
		})})
		c.Critical = []audit.Action{audit.ActionAuthDeny}
		trail, err := audit.Open(c)
		require.NoError(t, err)
		ctx, cancel := context.WithTimeout(anonymous(t.Context()), time.Second)
		defer cancel()
		_, err = trail.Emit(ctx, deny)
		require.ErrorIs(t, err, audit.ErrUnknown)
		_ = trail.Close(closing(t, time.Second))
	})
}

func TestKindSaysWhetherItsAllowsAreCritical(t *testing.T) {
	critical := audit.NewKind("OWN_CRITICAL", "grant", audit.Critical)
	routine := audit.NewKind("OWN_ROUTINE", "grant", audit.Routine)
	on := audit.NewResource("role", "analyst")
	synctest.Test(t, func(t *testing.T) {
		c := config(audit.Route{Name: "a", Required: true, Sink: obeying})
		c.StartOffline = true
		trail, err := audit.Open(c)
		require.NoError(t, err)
		ctx, cancel := context.WithTimeout(anonymous(t.Context()), time.Second)
		defer cancel()
		for _, e := range []audit.Event{critical.Deny(on, "no"), routine.Allow(on, "yes"), routine.Deny(on, "no")} {
			_, err = trail.Emit(ctx, e)
			require.NoError(t, err, "a routine event is accepted when queued")
		}
		_, err = trail.Emit(ctx, critical.Allow(on, "yes"))
		require.ErrorIs(t, err, audit.ErrUnknown)
		_ = trail.Close(closing(t, time.Second))
	})
}

func TestStrictReportsAndStillRecords(t *testing.T) {
	c := &capture{}
	conf := config(audit.Route{Name: "memory", Sink: c, Required: true})
	conf.Strict = true
	trail := open(t, conf)
	token := fakeJWT()
	ctx := audit.WithRequest(t.Context(), audit.Request{ID: audit.NewRequestID(token), Actor: audit.Anonymous()})
	id, err := trail.Emit(ctx, deny)
	var violation *redact.Violation
	require.ErrorAs(t, err, &violation)
	require.Len(t, violation.Findings, 1)
	assert.Equal(t, "requestId", violation.Findings[0].Field)
	assert.NotContains(t, err.Error(), token)
	require.NoError(t, trail.Flush(ctx))
	require.Len(t, c.all(), 1)
	assert.Equal(t, id, c.all()[0].ID())
	assert.NotContains(t, c.all()[0].JSON(), token[:16])

	ctx = audit.WithRequest(t.Context(), audit.Request{ID: audit.NewRequestID("with space"), Actor: audit.Anonymous()})
	_, err = trail.Emit(ctx, deny)
	require.NoError(t, err, "what does not fit a grammar is no secret")
}

func TestEmitRacesClose(t *testing.T) {
	for range 20 {
		c := &capture{}
		trail, err := audit.Open(config(audit.Route{Name: "memory", Sink: c, Required: true}))
		require.NoError(t, err)
		ctx := anonymous(t.Context())
		var accepted sync.Map
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				for {
					id, err := trail.Emit(ctx, commit)
					if err != nil {
						assert.ErrorIs(t, err, audit.ErrClosed)
						return
					}
					accepted.Store(id, true)
				}
			})
		}
		require.NoError(t, trail.Close(ctx))
		wg.Wait()
		for _, r := range c.all() {
			accepted.Delete(r.ID())
		}
		accepted.Range(func(id, _ any) bool { t.Errorf("accepted event %v was lost", id); return false })
		assert.Equal(t, audit.ActionTrailClosed, c.records[len(c.records)-1].Action())
	}
}

func TestFirstActorStays(t *testing.T) {
	trail, c := recording(t)
	ctx := audit.WithRequest(t.Context(), audit.Request{ID: audit.NewRequestID("r"), Tenant: audit.NewTenant("acme")})
	r := audit.RequestFrom(ctx)
	r.Actor = audit.Service("flow")
	ctx = audit.WithRequest(ctx, r) // authentication completes the request
	again := audit.WithRequest(ctx, r)
	claimed := audit.WithRequest(ctx, audit.Request{Actor: audit.Service("admin")})
	covered := audit.WithRequest(audit.WithRequest(claimed, r), audit.Request{})
	for _, ctx := range []context.Context{ctx, again, claimed, covered} {
		_, err := trail.Emit(ctx, deny)
		require.NoError(t, err)
	}
	require.NoError(t, trail.Flush(ctx))
	records := c.all()
	require.Len(t, records, 4)
	for i, r := range records {
		assert.Equal(t, "service:flow", decode(t, r).data()["actor"], i)
	}
	assert.Equal(t, "acme", decode(t, records[0])["tenant"])
	assert.NotContains(t, decode(t, records[1]).details(), "claimedActor")
	assert.Equal(t, "service:admin", decode(t, records[2]).details()["claimedActor"])
	assert.Equal(t, "service:admin", decode(t, records[3]).details()["claimedActor"], "a claim is not covered up")
	assert.Zero(t, audit.RequestFrom(t.Context()))
}

func TestUsersArePseudonyms(t *testing.T) {
	secret := make([]byte, 32)
	key, err := redact.NewKey("k1", secret)
	require.NoError(t, err)
	keys, err := redact.NewKeys(key)
	require.NoError(t, err)
	c := &capture{}
	conf := config(audit.Route{Name: "memory", Sink: c, Required: true})
	conf.Keys, conf.Environment = keys, "prod"
	trail := open(t, conf)
	actor := func(tenant, subject string) string {
		ctx := audit.WithRequest(t.Context(), audit.Request{Actor: trail.User(audit.NewTenant(tenant), subject)})
		_, err := trail.Emit(ctx, deny)
		require.NoError(t, err)
		require.NoError(t, trail.Flush(ctx))
		records := c.all()
		f := decode(t, records[len(records)-1])
		assert.Equal(t, "k1", f.data()["actorKeyId"])
		assert.Equal(t, "app_user", f["authtype"])
		return f.data()["actor"].(string)
	}
	bob := actor("acme", "bob@example.com")
	assert.Regexp(t, `^user:[0-9a-f]{32}$`, bob)
	assert.Equal(t, bob, actor("acme", "bob@example.com"))
	assert.NotEqual(t, bob, actor("other", "bob@example.com"), "a pseudonym is of its tenant")
	assert.NotEqual(t, bob, actor("acme", "eve@example.com"))
	assert.Equal(t, "user:"+keys.Pseudonym("acme", "bob@example.com"), bob)
}

func TestOriginModes(t *testing.T) {
	tests := []struct {
		name, addr string
		mode       audit.OriginMode
		want       string // a regular expression, "" for absent
	}{
		{"IPv4 prefix", "203.0.113.77", audit.OriginPrefix, `^203\.0\.113\.0/24$`},
		{"IPv6 prefix", "2001:db8:1:2::3", audit.OriginPrefix, `^2001:db8:1::/48$`},
		{"mapped", "::ffff:203.0.113.77", audit.OriginPrefix, `^203\.0\.113\.0/24$`},
		{"zone", "fe80::1%eth0", audit.OriginPrefix, `^fe80::/48$`},
		{"full", "203.0.113.77", audit.OriginFull, `^203\.0\.113\.77$`},
		{"keyed", "203.0.113.77", audit.OriginKeyed, `^keyed:[0-9a-f]{32}$`},
		{"off", "203.0.113.77", audit.OriginOff, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := &capture{}
			conf := config(audit.Route{Name: "memory", Sink: c, Required: true})
			conf.OriginMode = tt.mode
			trail := open(t, conf)
			ctx := audit.WithRequest(t.Context(), audit.Request{Actor: audit.Anonymous(), Origin: netip.MustParseAddr(tt.addr)})
			_, err := trail.Emit(ctx, deny)
			require.NoError(t, err)
			require.NoError(t, trail.Flush(ctx))
			data := decode(t, c.all()[0]).data()
			if tt.want == "" {
				assert.NotContains(t, data, "origin")
				return
			}
			assert.Regexp(t, tt.want, data["origin"].(map[string]any)["addr"])
		})
	}
}

func TestKeyedOriginIsOfItsTenant(t *testing.T) {
	c := &capture{}
	conf := config(audit.Route{Name: "memory", Sink: c, Required: true})
	conf.OriginMode = audit.OriginKeyed
	trail := open(t, conf)
	seen := map[string]int{}
	for _, tenant := range []string{"a", "a", "b", ""} {
		ctx := audit.WithRequest(t.Context(), audit.Request{
			Actor: audit.Anonymous(), Tenant: audit.NewTenant(tenant), Origin: netip.MustParseAddr("203.0.113.77")})
		_, err := trail.Emit(ctx, deny)
		require.NoError(t, err)
	}
	require.NoError(t, trail.Flush(t.Context()))
	for _, r := range c.all() {
		seen[decode(t, r).data()["origin"].(map[string]any)["addr"].(string)]++
	}
	assert.Len(t, seen, 3)
}

func TestHooksAreToldAndContained(t *testing.T) {
	var mu sync.Mutex
	var told []string
	note := func(s string) { mu.Lock(); told = append(told, s); mu.Unlock() }
	fail := true
	token := fakeJWT()
	conf := config(audit.Route{Name: "memory", Sink: audit.SinkFunc(func(context.Context, []audit.Record) error {
		if fail {
			fail = false
			return errors.New("no: " + token)
		}
		return nil
	}), Required: true})
	conf.Hooks = &audit.Hooks{
		Emitted:  func(a string, o audit.Outcome) { note("emitted " + a + " " + o.String()); panic("hook") },
		Refused:  func(a string, _ error) { note("refused " + a); panic("hook") },
		Redacted: func(a, field, kind string) { note("redacted " + a + " " + field + " " + kind); panic("hook") },
		Failed:   func(route string, err error) { note("failed " + route + " " + err.Error()); panic("hook") },
	}
	trail := open(t, conf)
	ctx := audit.WithRequest(t.Context(), audit.Request{ID: audit.NewRequestID("a b"), Actor: audit.Anonymous()})
	_, err := trail.Emit(ctx, commit)
	require.NoError(t, err)
	_, err = trail.Emit(t.Context(), commit)
	require.Error(t, err)
	mu.Lock()
	defer mu.Unlock()
	require.Len(t, told, 4)
	assert.Regexp(t, `^failed memory no: \[REDACTED:[a-z-]+\]$`, told[0])
	assert.Equal(t, []string{"redacted ICEBERG_COMMIT requestId grammar", "emitted ICEBERG_COMMIT allow", "refused ICEBERG_COMMIT"}, told[1:])
}
