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
	at    *pointer // nil when there is no such table
	table audit.Table
	asked delegation
	plan  string // "" for none; NewPlanID bounds it: to cut it here could cut a secret so that it is no longer recognised
}

func (c *Catalog) vends(h http.Header, r *http.Request, id identifier, at *pointer, asked delegation) vendDecision {
	return vendDecision{c: c, h: h, r: r, at: at, table: auditTable(id, at), asked: asked}
}

func (d vendDecision) allow(cred StorageCredential) error {
	ttl := time.Until(cred.Expires).Round(time.Second)
	grant := audit.NewGrant(auditDelegation(d.asked), audit.AccessRead, cmp.Or(cred.Store, audit.ProviderLocal), ttl)
	if d.plan != "" {
		grant = grant.WithPlan(audit.NewPlanID(d.plan))
	}
	return d.c.allow(d.r.Context(), d.h, audit.CredVendAllow(d.table, grant))
}

func (d vendDecision) deny(err error) {
	request := audit.NewVendRequest(auditDelegation(d.asked), audit.AccessRead)
	if d.plan != "" {
		request = request.WithPlan(audit.NewPlanID(d.plan))
	}
	d.c.deny(d.r.Context(), d.h, audit.CredVendDeny(d.table, vendReason(err), request))
}

// auditDelegation is the mode in which a credential was asked for.
func auditDelegation(mode delegation) audit.Delegation {
	if mode == delegationRemoteSigning {
		return audit.DelegationRemoteSigning
	}
	return audit.DelegationVended
}
