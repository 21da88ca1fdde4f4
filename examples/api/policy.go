package api

import (
	"net/url"
	"slices"
	"strings"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/redact"
)

// domains are what URLs can be minted for, by the name in a request.
var domains = map[string]audit.Domain{
	"catalog": audit.DomainCatalog, "lineage": audit.DomainLineage, "executions": audit.DomainExecutions, "search": audit.DomainSearch,
}

// DefaultAllow is what a browser reads: published snapshots of each domain.
func DefaultAllow() map[audit.Domain][]string {
	return map[audit.Domain][]string{
		audit.DomainCatalog:    {"tables/", "snapshots/"},
		audit.DomainLineage:    {"edges/"},
		audit.DomainExecutions: {"runs/"},
		audit.DomainSearch:     {"index/"},
	}
}

// internals are the parts of paths that only services read.
var internals = []string{"ledger", "locks", "manifests", "state", "commits"}

// judge says why a path may not be minted; 0 when it may.
func (a *API) judge(d audit.Domain, p string) audit.MintReason {
	plain, whole := decoded(p)
	switch {
	case !whole || traverses(plain):
		return audit.MintReasonTraversal
	case internal(plain):
		return audit.MintReasonInternalArtifact
	case secretive(plain), !slices.ContainsFunc(a.config.Allow[d], func(prefix string) bool { return strings.HasPrefix(plain, prefix) && len(plain) > len(prefix) }):
		return audit.MintReasonNotInAllowlist
	}
	return 0
}

// secretive reports a path with a secret in it: its URL would carry that into the logs of the store.
func secretive(p string) bool {
	_, hit := redact.Scan(p)
	return hit
}

// decoded removes percent-encoding, of encodings too: a store behind may decode once more than we do. whole is
// false when something is left.
func decoded(p string) (plain string, whole bool) {
	for range 4 {
		next, err := url.PathUnescape(p)
		if err != nil {
			return p, false
		}
		if next == p {
			return p, true
		}
		p = next
	}
	return p, false
}

// traverses reports a path that is not a plain relative one.
func traverses(p string) bool {
	if strings.ContainsFunc(p, func(r rune) bool { return r < ' ' || r == 0x7f || r == '\\' }) {
		return true
	}
	for part := range strings.SplitSeq(p, "/") {
		if part == "" || part == "." || part == ".." {
			return true
		}
	}
	return false
}

// internal reports a path with a part that is hidden or only for services.
func internal(p string) bool {
	for part := range strings.SplitSeq(strings.ToLower(p), "/") {
		if part[0] == '_' || part[0] == '.' || slices.Contains(internals, part) {
			return true
		}
	}
	return false
}
