package audittest_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/audit/audittest"
)

// verdict is a testing.TB of a test that is expected to fail.
type verdict struct {
	testing.TB
	mu       sync.Mutex
	faults   []string
	cleanups []func()
}

func (v *verdict) Errorf(format string, args ...any) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.faults = append(v.faults, fmt.Sprintf(format, args...))
}

func (v *verdict) Fatalf(format string, args ...any) {
	v.Errorf(format, args...)
	runtime.Goexit()
}

func (v *verdict) Cleanup(f func()) { v.cleanups = append(v.cleanups, f) }

// judge runs body as a test of its own and returns what it complained of.
func judge(t *testing.T, body func(t testing.TB)) []string {
	t.Helper()
	v := &verdict{TB: t}
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer func() {
			for _, cleanup := range slices.Backward(v.cleanups) {
				cleanup()
			}
		}()
		body(v)
	}()
	<-done
	return v.faults
}

func as(t testing.TB, a audit.Actor) context.Context {
	return audit.WithRequest(t.Context(), audit.Request{Actor: a, Tenant: audit.NewTenant("acme")})
}

func denied() audit.Event {
	return audit.AuthDeny(audit.HTTPOperation("GET", "/v1/config"), audit.AuthReasonMissing)
}

func vended(name string) audit.Event {
	return audit.CredVendAllow(audit.NewTable([]string{"sales"}, name, uuid.Nil),
		audit.NewGrant(audit.DelegationVended, audit.AccessRead, audit.ProviderGCS, time.Hour))
}

// token is the shape of a signed token; it was never valid anywhere.
func token() string {
	return strings.Join([]string{"eyJhbGciOiJIUzI1NiJ9", "eyJzdWIiOiJhZGEifQ", strings.Repeat("c2ln", 11)}, ".")
}

func TestRecorderEntries(t *testing.T) {
	trail, rec := audittest.New(t)
	assert.Empty(t, rec.Entries())
	ctx := as(t, audit.Service("worker"))
	first, err := trail.Emit(ctx, denied())
	require.NoError(t, err)
	_, err = trail.Emit(ctx, vended("orders"))
	require.NoError(t, err)

	got := rec.Entries()
	require.Len(t, got, 2, "routine events are waited for")
	assert.Equal(t, first, got[0].ID)
	assert.Equal(t, "missing_token", got[0].Reason)
	assert.Equal(t, "service:worker", got[0].Actor)
	assert.Equal(t, "iceberg/table:sales.orders", got[1].Resource)
	assert.Equal(t, "3600", got[1].Details.Get("ttlSeconds"))
	require.Len(t, rec.TrailEntries(), 1)
	assert.Equal(t, audit.ActionTrailOpened, rec.TrailEntries()[0].Action)

	require.NoError(t, trail.Close(t.Context()), "the test may close the trail itself")
	assert.Len(t, rec.Entries(), 2)
	assert.Equal(t, "TRAIL_CLOSED", rec.Only(audit.ActionTrailClosed).ActionName)
}

var grant = audit.NewKind("GRANT_CHANGE", "grant", audit.Critical)

func TestRecorderOnly(t *testing.T) {
	tests := []struct {
		name   string
		events []audit.Event
		want   string // of the complaint
	}{
		{"one", []audit.Event{denied(), vended("orders")}, ""},
		{"none", []audit.Event{denied()}, "0 events of CRED_VEND_ALLOW, want exactly one; the trail has TRAIL_OPENED, AUTH_DENY"},
		{"two", []audit.Event{vended("orders"), vended("orders")}, "2 events of CRED_VEND_ALLOW"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			after := false
			faults := judge(t, func(t testing.TB) {
				trail, rec := audittest.New(t)
				for _, e := range tt.events {
					_, err := trail.Emit(as(t, audit.Anonymous()), e)
					require.NoError(t, err)
				}
				assert.Equal(t, audit.ActionCredVendAllow, rec.Only(audit.ActionCredVendAllow).Action)
				after = true
			})
			if tt.want == "" {
				assert.Empty(t, faults)
				return
			}
			require.Len(t, faults, 1)
			assert.Contains(t, faults[0], tt.want)
			assert.False(t, after, "the test has ended")
		})
	}
	t.Run("own kind", func(t *testing.T) {
		trail, rec := audittest.New(t)
		_, err := trail.Emit(as(t, audit.Anonymous()), grant.Allow(audit.NewResource("grant", "g1"), "asked"))
		require.NoError(t, err)
		assert.Equal(t, "GRANT_CHANGE_ALLOW", rec.Only(audit.ActionOther).ActionName)
	})
}

func TestRecorderFailEmit(t *testing.T) {
	trail, rec := audittest.New(t)
	ctx := as(t, audit.Anonymous())
	for _, fault := range []error{audit.ErrFull, audit.ErrTenantBusy, audit.ErrUnknown, errors.New("own")} {
		rec.FailEmit(fault)
		for _, e := range []audit.Event{denied(), vended("orders"), grant.Deny(audit.NewResource("grant", "g1"), "asked")} {
			id, err := trail.Emit(ctx, e)
			assert.ErrorIs(t, err, fault)
			assert.True(t, id.IsZero())
		}
	}
	_, err := trail.Emit(t.Context(), denied())
	assert.ErrorIs(t, err, audit.ErrInvalid, "a mistake of the program stays one")
	assert.Empty(t, rec.Entries())
	assert.EqualValues(t, 13, trail.Health().Refused)
	rec.FailEmit(nil)
	_, err = trail.Emit(ctx, denied())
	require.NoError(t, err)
	assert.Len(t, rec.Entries(), 1)
}

func TestRecorderFailEmitIsOneTrails(t *testing.T) {
	_, broken := audittest.New(t)
	broken.FailEmit(audit.ErrFull)
	trail, rec := audittest.New(t)
	_, err := trail.Emit(as(t, audit.Anonymous()), denied())
	require.NoError(t, err)
	assert.Len(t, rec.Entries(), 1)
}

func TestRecorderRedactions(t *testing.T) {
	planted := func(t testing.TB, expect func(*audittest.Recorder)) {
		trail, rec := audittest.New(t)
		expect(rec)
		_, err := trail.Emit(as(t, audit.Anonymous()), vended(token()))
		require.NoError(t, err)
		kinds := rec.Only(audit.ActionCredVendAllow).Redactions
		require.Len(t, kinds, 1)
		assert.Equal(t, "jwt", kinds[0].Kind)
	}
	tests := []struct {
		name   string
		expect func(*audittest.Recorder)
		want   []string
	}{
		{"unexpected", func(*audittest.Recorder) {}, []string{"withheld jwt from field resource"}},
		{"expected", func(r *audittest.Recorder) { r.ExpectRedaction("resource", "jwt") }, nil},
		{"another field expected", func(r *audittest.Recorder) { r.ExpectRedaction("requestId", "jwt") },
			[]string{"withheld jwt from field resource", "did not happen: jwt in field requestId"}},
		{"another kind expected", func(r *audittest.Recorder) { r.ExpectRedaction("resource", "grammar") },
			[]string{"withheld jwt from field resource", "did not happen: grammar in field resource"}},
		{"any allowed", func(r *audittest.Recorder) { r.AllowRedactions() }, nil},
		{"any allowed, one expected", func(r *audittest.Recorder) { r.AllowRedactions(); r.ExpectRedaction("requestId", "jwt") },
			[]string{"did not happen: jwt in field requestId"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			faults := judge(t, func(t testing.TB) { planted(t, tt.expect) })
			require.Len(t, faults, len(tt.want))
			for i := range faults {
				assert.Contains(t, faults[i], tt.want[i])
				assert.NotContains(t, faults[i], token())
			}
		})
	}
}

func TestRecorderConcurrentUse(t *testing.T) {
	trail, rec := audittest.New(t)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 50 {
				_, err := trail.Emit(as(t, audit.Anonymous()), denied())
				assert.NoError(t, err)
				rec.Entries()
			}
		})
	}
	wg.Wait()
	assert.Len(t, rec.Entries(), 200)
}

func TestRecorderInBubble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		trail, rec := audittest.New(t)
		at := time.Now().UTC()
		_, err := trail.Emit(as(t, audit.Anonymous()), denied())
		require.NoError(t, err)
		assert.Equal(t, at, rec.Only(audit.ActionAuthDeny).Time)
	})
}

func TestRecords(t *testing.T) {
	got := audittest.Records(t, denied(), vended("orders"), denied())
	require.Len(t, got, 3)
	assert.Equal(t, audit.ActionAuthDeny, got[0].Action())
	assert.Equal(t, audit.ActionCredVendAllow, got[1].Action())
	assert.Equal(t, got[0].Trail(), got[2].Trail())
	assert.Equal(t, got[0].Sequence()+2, got[2].Sequence())
	assert.Equal(t, "acme", got[0].Tenant())
	assert.NotEqual(t, got[0].ID(), got[2].ID())
	assert.Empty(t, audittest.Records(t))
	faults := judge(t, func(t testing.TB) { audittest.Records(t, denied(), audit.Event{}) })
	require.Len(t, faults, 1)
	assert.Contains(t, faults[0], "audittest: event 1")
}
