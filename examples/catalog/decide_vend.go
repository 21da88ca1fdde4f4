package catalog

import (
	"cmp"
	"net/http"
	"time"

	"github.com/daxis-io/arco-audit/audit"
)

// vendDecision leaves one event of one vending.
type vendDecision struct {
	c     *Catalog
	h     http.Header
	r     *http.Request
	table audit.Table
	mode  audit.Delegation
}

func (c *Catalog) vends(h http.Header, r *http.Request, id identifier, at *pointer, mode delegation) vendDecision {
	return vendDecision{c: c, h: h, r: r, table: auditTable(id, at), mode: auditDelegation(mode)}
}

func (d vendDecision) allow(cred StorageCredential) error {
	ttl := time.Until(cred.Expires).Round(time.Second)
	grant := audit.NewGrant(d.mode, audit.AccessRead, cmp.Or(cred.Store, audit.ProviderLocal), ttl)
	if plan := d.plan(); plan != "" {
		grant = grant.WithPlan(audit.NewPlanID(plan))
	}
	return d.c.allow(d.r.Context(), d.h, audit.CredVendAllow(d.table, grant))
}

func (d vendDecision) deny(err error) {
	request := audit.NewVendRequest(d.mode, audit.AccessRead)
	if plan := d.plan(); plan != "" {
		request = request.WithPlan(audit.NewPlanID(plan))
	}
	d.c.deny(d.r.Context(), d.h, audit.CredVendDeny(d.table, vendReason(err), request))
}

// plan is recorded for observation and selects nothing. NewPlanID bounds it: to cut it here could cut a
// secret so that it is no longer recognised.
func (d vendDecision) plan() string { return d.r.URL.Query().Get("planId") }

// auditDelegation is the mode in which a credential was asked for.
func auditDelegation(mode delegation) audit.Delegation {
	if mode == delegationRemoteSigning {
		return audit.DelegationRemoteSigning
	}
	return audit.DelegationVended
}
