package audit_test

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/redact"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestOpenNamesTheFieldAndTheRemedy(t *testing.T) {
	var typedNil *capture
	route := func(name string, s audit.Sink) audit.Route { return audit.Route{Name: name, Sink: s} }
	tests := []struct {
		name   string
		change func(*audit.Config)
		wants  []string
	}{
		{"no dir", func(c *audit.Config) { c.Volatile = false }, []string{"Config.Dir", "set Volatile"}},
		{"retired", func(c *audit.Config) { c.Retired = []string{"b", "a"} }, []string{"Config.Retired[1]", "remove it"}},
		{"start", func(c *audit.Config) { c.Routes[0].Start = 9 }, []string{"Config.Routes[0].Start", "StartNow"}},
		{"keep age", func(c *audit.Config) { c.Keep.Age = -1 }, []string{"Config.Keep.Age"}},
		{"sync every", func(c *audit.Config) { c.SyncEvery = time.Minute }, []string{"Config.SyncEvery", "10 s"}},
		{"tenant share", func(c *audit.Config) { c.TenantShare = math.NaN() }, []string{"Config.TenantShare"}},
		{"no keys", func(c *audit.Config) { c.Keys = redact.Keys{} }, []string{"Config.Keys", "redact.KeysFromEnv"}},
		{"ephemeral in production", func(c *audit.Config) { c.Environment = "prod" }, []string{"Config.Keys", "ephemeral", "redact.KeysFromEnv"}},
		{"no service", func(c *audit.Config) { c.Service = "" }, []string{"Config.Service is empty", "a-z"}},
		{"bad environment", func(c *audit.Config) { c.Environment = "Prod!" }, []string{"Config.Environment is not a name"}},
		{"bad instance", func(c *audit.Config) { c.Instance = "-x" }, []string{"Config.Instance"}},
		{"bad policy", func(c *audit.Config) { c.PolicyVersion = "v 1" }, []string{"Config.PolicyVersion"}},
		{"no routes", func(c *audit.Config) { c.Routes = nil }, []string{"Config.Routes", "at least one"}},
		{"nil sink", func(c *audit.Config) { c.Routes = []audit.Route{route("a", nil)} }, []string{"Config.Routes[0].Sink is nil"}},
		{"typed nil sink", func(c *audit.Config) { c.Routes = []audit.Route{route("a", typedNil)} }, []string{"Config.Routes[0].Sink is nil"}},
		{"nil sink func", func(c *audit.Config) { c.Routes = []audit.Route{route("a", audit.SinkFunc(nil))} }, []string{"Config.Routes[0].Sink is nil"}},
		{"empty name", func(c *audit.Config) { c.Routes = []audit.Route{route("", discard)} }, []string{"Config.Routes[0].Name is empty"}},
		{"bad name", func(c *audit.Config) { c.Routes = []audit.Route{route("A b", discard)} }, []string{"Config.Routes[0].Name is not a name"}},
		{"duplicate name", func(c *audit.Config) { c.Routes = []audit.Route{route("a", discard), route("a", discard)} }, []string{"Config.Routes[1].Name", "duplicate"}},
		{"batch", func(c *audit.Config) { c.Routes[0].Batch.MaxEvents = -1 }, []string{"Config.Routes[0].Batch.MaxEvents"}},
		{"batch bytes", func(c *audit.Config) { c.Routes[0].Batch.MaxBytes = 100 }, []string{"Config.Routes[0].Batch.MaxBytes"}},
		{"deadline", func(c *audit.Config) { c.Routes[0].Deadline = -1 }, []string{"Config.Routes[0].Deadline"}},
		{"actions", func(c *audit.Config) { c.Routes[0].Actions = []audit.Action{0} }, []string{"Config.Routes[0].Actions[0]"}},
		{"critical", func(c *audit.Config) { c.Critical = []audit.Action{audit.ActionOther} }, []string{"Config.Critical[0]", "NewKind"}},
		{"keep", func(c *audit.Config) { c.Keep.Bytes = 7 }, []string{"Config.Keep.Bytes", "1 MiB"}},
		{"keep on disk", func(c *audit.Config) { c.Dir, c.Keep.Bytes = "/audit", 2<<20 }, []string{"Config.Keep.Bytes", "4 MiB"}},
		{"origin mode", func(c *audit.Config) { c.OriginMode = 9 }, []string{"Config.OriginMode"}},
		{"everything at once", func(c *audit.Config) { *c = audit.Config{} }, []string{"Config.Service", "Config.Environment", "Config.Dir", "Config.Keys", "Config.Routes"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := config(route("a", discard))
			tt.change(&c)
			trail, err := audit.Open(c)
			require.Error(t, err)
			assert.Nil(t, trail)
			for _, want := range tt.wants {
				assert.ErrorContains(t, err, want)
			}
			for line := range strings.SplitSeq(err.Error(), "\n") {
				assert.True(t, strings.HasPrefix(line, "audit: Config."), line)
			}
		})
	}
}

func TestOpenDoesNotKeepTheCallersRoutes(t *testing.T) {
	c := &capture{}
	routes := []audit.Route{{Name: "memory", Sink: c, Required: true}}
	trail := open(t, config(routes...))
	assert.Zero(t, routes[0].Deadline, "defaults are filled in a copy")
	routes[0] = audit.Route{}
	_, err := trail.Emit(anonymous(t.Context()), audit.AuthDeny(audit.HTTPOperation("GET", "/"), audit.AuthReasonMissing))
	require.NoError(t, err)
	require.NoError(t, trail.Flush(t.Context()))
	assert.Len(t, c.all(), 1)
}

func TestOpenWaitsForRequiredRoutes(t *testing.T) {
	broken := audit.SinkFunc(func(context.Context, []audit.Record) error { return errors.New("no") })
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		c := config(audit.Route{Name: "memory", Sink: discard, Required: true}, audit.Route{Name: "topic", Sink: broken, Required: true})
		c.StartTimeout = time.Minute
		_, err := audit.Open(c)
		require.ErrorContains(t, err, "StartTimeout")
		require.ErrorContains(t, err, "route topic")
		assert.NotContains(t, err.Error(), "route memory")
		assert.InDelta(t, 60, time.Since(start).Seconds(), 1)
	})
	synctest.Test(t, func(t *testing.T) {
		c := config(audit.Route{Name: "topic", Sink: broken, Required: true})
		c.StartOffline = true
		trail, err := audit.Open(c)
		require.NoError(t, err)
		over, cancel := context.WithCancel(t.Context())
		cancel()
		require.Error(t, trail.Close(over))
	})
	synctest.Test(t, func(t *testing.T) {
		trail, err := audit.Open(config(audit.Route{Name: "topic", Sink: broken}))
		require.NoError(t, err, "a route that is not required holds nothing up")
		over, cancel := context.WithCancel(t.Context())
		cancel()
		require.Error(t, trail.Close(over))
	})
}

func TestOpenAndCloseAreRecorded(t *testing.T) {
	c := &capture{}
	trail, err := audit.Open(config(audit.Route{Name: "memory", Sink: c, Required: true}, audit.Route{Name: "other", Sink: discard}))
	require.NoError(t, err)
	require.NoError(t, trail.Close(t.Context()))
	require.Len(t, c.records, 2)
	first, last := decode(t, c.records[0]), decode(t, c.records[1])
	assert.Equal(t, "TRAIL_OPENED", first["action"])
	assert.Equal(t, "memory,other", first.details()["routes"])
	assert.Equal(t, "memory", first.details()["requiredRoutes"])
	assert.Equal(t, "TRAIL_CLOSED", last["action"])
	assert.Equal(t, "trail/"+trail.ID().String(), last["subject"])
	assert.Equal(t, "service:catalog", last["authid"])
}
