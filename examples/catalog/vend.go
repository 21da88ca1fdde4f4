package catalog

import (
	"errors"
	"net/http"
	"strings"
	"time"
)

// delegation is what X-Iceberg-Access-Delegation asks for.
type delegation uint8

const (
	delegationNone delegation = iota
	delegationVended
	delegationRemoteSigning
)

// delegationOf reads the header: a comma list, case-insensitive. Vended credentials win because they are
// what is supported; unknown values count as absent.
func delegationOf(h http.Header, absent delegation) delegation {
	found := absent
	seen := false
	for _, line := range h.Values("X-Iceberg-Access-Delegation") {
		for value := range strings.SplitSeq(line, ",") {
			switch strings.ToLower(strings.TrimSpace(value)) {
			case "vended-credentials":
				return delegationVended
			case "remote-signing":
				seen = true
			}
		}
	}
	if seen {
		found = delegationRemoteSigning
	}
	return found
}

type storageCredential struct {
	Prefix string            `json:"prefix"`
	Config map[string]string `json:"config"`
}

type credentialsResponse struct {
	Credentials []storageCredential `json:"storage-credentials"`
}

//audit:decision
func (c *Catalog) loadCredentials(h http.Header, r *http.Request) (answer, error) {
	id := pathTable(r)
	d := c.vends(h, r, id, c.store.table(id), delegationOf(r.Header, delegationVended))
	d.plan = r.URL.Query().Get("planId") // observed, and selects nothing
	creds, err := d.vend()
	return ok(credentialsResponse{creds}), err
}

// vend decides on one credential. It is exposed only after the allow event is accepted: when the event
// cannot be recorded, the credential stays in its wrapper and expires there.
//
//audit:decision CRED_VEND
func (d vendDecision) vend() ([]storageCredential, error) {
	cred, err := d.c.issue(d.r, d.at, d.asked)
	if err != nil {
		d.deny(err)
		return nil, err
	}
	if err := d.allow(cred); err != nil {
		return nil, err
	}
	return []storageCredential{{Prefix: d.at.metadata.Location(), Config: cred.Config.Expose()}}, nil
}

// issue is every step that can refuse, in the order of the specification.
func (c *Catalog) issue(r *http.Request, at *pointer, mode delegation) (StorageCredential, error) {
	if err := c.checkPrefix(r); err != nil {
		return StorageCredential{}, err
	}
	if at == nil {
		return StorageCredential{}, errNoTable
	}
	if mode != delegationVended {
		return StorageCredential{}, errDelegation
	}
	if c.config.Provider == nil {
		return StorageCredential{}, errVendingOff
	}
	cred, err := c.config.Provider.Vend(r.Context(), StorageRequest{
		Location: at.metadata.Location(),
		TTL:      c.config.CredentialTTL,
	})
	switch {
	case errors.Is(err, ErrAccessDenied):
		return StorageCredential{}, errVendDenied
	case err != nil:
		return StorageCredential{}, errVendFailed
	case len(cred.Config.Expose()) == 0:
		return StorageCredential{}, errVendEmpty
	}
	// A provider that does not keep to the life it was asked for cannot be recorded truthfully.
	if now := time.Now(); !cred.Expires.After(now) || cred.Expires.After(now.Add(c.config.CredentialTTL)) {
		return StorageCredential{}, errVendFailed
	}
	return cred, nil
}
