package api

import (
	"context"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/daxis-io/arco-audit/audit"
)

// flood is the event that counts denies without an event of their own: "flood/denies:{count}".
var flood = audit.NewKind("AUDIT_FLOOD", "flood", audit.Routine)

// reportEvery is how often folded denies are counted on the trail while requests come.
const reportEvery = time.Second

// gate stands before the authentication. A deny for which there is budget is passed on and recorded; one beyond
// is answered 429, and only counted: a flood of denies is no flood of audit writes. Good tokens always pass.
type gate struct {
	api     *API
	strange *budget // denies before authentication, by network
	tenants *budget // denies of authenticated callers, by tenant

	mu     sync.Mutex
	folded int64
	last   time.Time // of the last report
}

func newGate(a *API) *gate {
	l := a.config.Limits
	return &gate{api: a, strange: newBudget(l.DeniesPerOrigin, l.DeniesInAll), tenants: newBudget(l.DeniesPerTenant, 0)}
}

func (g *gate) wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { g.pass(next, w, r) })
}

// pass authenticates a request once and passes what it found on in the context.
//
//audit:decision
//audit:quiet the authentication behind it records
func (g *gate) pass(next http.Handler, w http.ResponseWriter, r *http.Request) {
	now := time.Now()
	g.report(r.Context(), now, false)
	c := g.api.authenticate(r)
	if c.reason != 0 && !g.admits(c, r, now) {
		g.fold(r.Context(), c.reason.String())
		tooMany(w, r)
		return
	}
	next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), callerKey{}, c)))
}

// admits takes from the budget of whoever is refused.
func (g *gate) admits(c caller, r *http.Request, now time.Time) bool {
	if c.claims.Tenant != "" {
		return g.tenants.take(c.claims.Tenant, now)
	}
	return g.strange.take(network(r, g.api.config.TrustedProxies), now)
}

// fold counts a deny that is not recorded.
func (g *gate) fold(ctx context.Context, reason string) {
	g.api.meters.fold(ctx, reason)
	g.mu.Lock()
	defer g.mu.Unlock()
	g.folded++
}

// report writes the count of folded denies. A count that the trail did not take is kept for the next report.
func (g *gate) report(ctx context.Context, now time.Time, force bool) {
	count := g.due(now, force)
	if count == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), reportEvery)
	defer cancel()
	ctx = audit.WithRequest(ctx, audit.Request{Actor: audit.Service("api")})
	event := flood.Deny(audit.NewResource("flood/denies", strconv.FormatInt(count, 10)), "over_budget")
	if _, err := g.api.config.Trail.Emit(ctx, event); err != nil {
		g.api.fault("the count of folded denies", err)
		g.mu.Lock()
		defer g.mu.Unlock()
		g.folded += count
	}
}

// due takes the count that is to be reported now; 0 for none.
func (g *gate) due(now time.Time, force bool) (count int64) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.folded == 0 || !force && now.Sub(g.last) < reportEvery {
		return 0
	}
	count, g.folded, g.last = g.folded, 0, now
	return count
}

// network is the /24 or /48 that a request came from, by the rule of audithttp.Config.TrustedProxies.
func network(r *http.Request, proxies int) string {
	addr := address(r.RemoteAddr)
	entries := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	if proxies > 0 && len(entries) >= proxies {
		if hop := address(strings.TrimSpace(entries[len(entries)-proxies])); hop.IsValid() {
			addr = hop
		}
	}
	bits := 48
	if addr = addr.Unmap().WithZone(""); addr.Is4() {
		bits = 24
	}
	prefix, _ := addr.Prefix(bits) // the zero Prefix is the network of all that have no address
	return prefix.String()
}

// address reads an IP address with or without a port; the zero Addr is none.
func address(s string) netip.Addr {
	if ap, err := netip.ParseAddrPort(s); err == nil {
		return ap.Addr()
	}
	a, _ := netip.ParseAddr(s)
	return a
}
