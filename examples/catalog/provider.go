package catalog

import (
	"context"
	"errors"
	"time"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/redact"
)

const (
	minTTL = time.Minute
	maxTTL = time.Hour
)

func clampTTL(d time.Duration) time.Duration { return min(max(d, minTTL), maxTTL) }

// ErrAccessDenied is what a Provider returns, possibly wrapped, when the storage refuses the caller (its
// 401 or 403). Every other error is a failure of the provider.
var ErrAccessDenied = errors.New("catalog: storage access denied")

// Provider issues storage credentials. Vend is called once the table is found and before the decision is
// recorded, concurrently, with the context of the request. The TTL is 60 s to 1 h; a credential
// that outlives it is refused. An empty Config is no credential, and is refused.
type Provider interface {
	Vend(ctx context.Context, request StorageRequest) (StorageCredential, error)
}

// StorageRequest is what a credential is asked for: read access to everything below Location.
type StorageRequest struct {
	Location string
	TTL      time.Duration
}

// StorageCredential is the secret result. The wrapper keeps it out of logs and events on its way through
// the handler; only the response writer exposes it.
type StorageCredential struct {
	Config  redact.Secret[map[string]string]
	Expires time.Time
	Store   audit.Provider // what the credential opens; ProviderLocal when it is zero
}
