package api

import (
	"encoding/json"
	"net/http"
	"time"

	"github.com/daxis-io/arco-audit/audit"
)

const (
	defaultTTL = 900 * time.Second
	longestTTL = time.Hour
	mostPaths  = 1000
	maxBody    = 1 << 20
)

type mintRequest struct {
	Domain     string   `json:"domain"`
	Paths      []string `json:"paths"`
	TTLSeconds int      `json:"ttlSeconds"`
}

type mintedURL struct {
	Path string `json:"path"`
	URL  string `json:"url"`
}

type mintResponse struct {
	URLs      []mintedURL `json:"urls"`
	ExpiresAt time.Time   `json:"expiresAt"`
}

// mintURLs answers with a signed URL for each path, or with none: one bad path denies all. A tenant that asks too often
// is refused before its request is read.
//
//audit:decision
func (a *API) mintURLs(w http.ResponseWriter, r *http.Request) {
	d := decision{api: a, w: w, r: r}
	who := callerOf(r.Context()).claims
	if !a.mints.take(who.Tenant, time.Now()) {
		d.flooded(audit.MintReasonRateLimited)
		return
	}
	a.mint(d, who)
}

// mint judges what is asked for.
//
//audit:decision URL_MINT
func (a *API) mint(d decision, who Claims) {
	var in mintRequest
	err := json.NewDecoder(http.MaxBytesReader(d.w, d.r.Body, maxBody)).Decode(&in)
	d.domain, d.count = domains[in.Domain], len(in.Paths)
	switch {
	case err != nil, d.domain == audit.DomainUnknown:
		d.deny(http.StatusBadRequest, audit.MintReasonUnknownDomain)
		return
	case len(in.Paths) == 0, len(in.Paths) > mostPaths:
		d.deny(http.StatusBadRequest, audit.MintReasonNotInAllowlist)
		return
	}
	for _, p := range in.Paths {
		if why := a.judge(d.domain, p); why != 0 {
			d.deny(http.StatusForbidden, why)
			return
		}
	}
	a.release(d, who, in)
}

// release signs everything, records the decision, and only then lets the first byte go.
func (a *API) release(d decision, who Claims, in mintRequest) {
	ttl := lifetime(in.TTLSeconds)
	out := mintResponse{ExpiresAt: time.Now().Add(ttl).UTC().Truncate(time.Second)}
	for _, p := range in.Paths {
		object := "tenant=" + who.Tenant + "/workspace=" + who.Workspace + "/" + in.Domain + "/" + p
		signed, err := a.config.Signer.Sign(d.r.Context(), object, out.ExpiresAt)
		if err != nil {
			a.fault("the signer", err)
			d.deny(http.StatusBadGateway, audit.MintReasonSigningFailed)
			return
		}
		out.URLs = append(out.URLs, mintedURL{Path: p, URL: signed})
	}
	if err := d.allow(ttl); err != nil {
		return
	}
	writeJSON(d.w, http.StatusOK, out)
}

// lifetime is that of the URLs: 900 s unless asked for otherwise, at most an hour.
func lifetime(seconds int) time.Duration {
	if seconds <= 0 {
		return defaultTTL
	}
	return min(time.Duration(min(seconds, int(longestTTL/time.Second)))*time.Second, longestTTL)
}
