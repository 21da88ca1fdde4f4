// Package gcs vends credentials of Cloud Storage: downscoped tokens (Credential Access Boundaries) that read what is below
// one table, and end when the catalog says.
package gcs

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"cloud.google.com/go/auth"
	"cloud.google.com/go/auth/credentials/downscope"
	"cloud.google.com/go/auth/credentials/impersonate"
	"cloud.google.com/go/auth/httptransport"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/examples/catalog"
	"github.com/daxis-io/arco-audit/redact"
)

// Config wires a Provider. Base and Account are required.
type Config struct {
	// Base are the credentials of the catalog, of which roles/iam.serviceAccountTokenCreator on Account is enough.
	Base *auth.Credentials
	// Account is the e-mail address of the service account that reads the lake.
	Account string
	// Mount is a file URL below which the catalog sees Bucket, a gs URL such as "gs://lake/warehouse". Both are empty
	// when the locations of tables are gs URLs themselves.
	Mount, Bucket string
	// Transport reaches IAM Credentials and the Security Token Service; http.DefaultTransport by default.
	Transport http.RoundTripper
}

// Provider is a catalog.Provider. It keeps no token and is safe for concurrent use.
type Provider struct {
	config Config
}

const readScope = "https://www.googleapis.com/auth/devstorage.read_only"

// New checks the configuration.
func New(c Config) (*Provider, error) {
	switch {
	case c.Base == nil:
		return nil, errors.New("gcs: Config.Base is nil: detect credentials with cloud.google.com/go/auth/credentials")
	case !strings.Contains(c.Account, "@"):
		return nil, errors.New("gcs: Config.Account is no e-mail address of a service account")
	case (c.Mount == "") != (c.Bucket == ""), c.Bucket != "" && !strings.HasPrefix(c.Bucket, "gs://"):
		return nil, errors.New("gcs: Config.Mount and Config.Bucket belong together: give a file URL and a gs URL, or neither")
	}
	if c.Transport == nil {
		c.Transport = http.DefaultTransport
	}
	return &Provider{c}, nil
}

// Vend takes a token of the account that lives as long as is asked for, and narrows it down to the location. A token
// that is narrowed lives as long as the one before; this is why the first is made anew each time.
func (p *Provider) Vend(ctx context.Context, r catalog.StorageRequest) (catalog.StorageCredential, error) {
	bucket, prefix, err := p.locate(r.Location)
	if err != nil {
		return catalog.StorageCredential{}, err
	}
	watched := &watch{next: p.config.Transport}
	token, err := p.token(ctx, watched, bucket, prefix, r.TTL)
	if watched.denied {
		return catalog.StorageCredential{}, catalog.ErrAccessDenied
	}
	if err != nil { // its text is the answer of a token endpoint
		return catalog.StorageCredential{}, errors.New("gcs: no token was issued")
	}
	return catalog.StorageCredential{
		Config: redact.NewSecret(map[string]string{
			"gcs.oauth2.token":            token.Value,
			"gcs.oauth2.token-expires-at": strconv.FormatInt(token.Expiry.UnixMilli(), 10),
		}),
		Expires: token.Expiry,
		Store:   audit.ProviderGCS,
	}, nil
}

func (p *Provider) token(ctx context.Context, transport http.RoundTripper, bucket, prefix string, ttl time.Duration) (*auth.Token, error) {
	client, err := httptransport.NewClient(&httptransport.Options{Credentials: p.config.Base, BaseRoundTripper: transport})
	if err != nil {
		return nil, err
	}
	whole, err := impersonate.NewCredentials(&impersonate.CredentialsOptions{
		TargetPrincipal: p.config.Account, Scopes: []string{readScope}, Lifetime: ttl, Client: client,
	})
	if err != nil {
		return nil, err
	}
	narrow, err := downscope.NewCredentials(&downscope.Options{
		Credentials: whole, Client: &http.Client{Transport: transport}, Rules: boundary(bucket, prefix),
	})
	if err != nil {
		return nil, err
	}
	token, err := narrow.Token(ctx)
	if err == nil && (token.Value == "" || token.Expiry.IsZero()) {
		err = errors.New("gcs: a token without value or end")
	}
	return token, err
}

// boundary permits reading below one prefix. A condition on the names of objects does not bound a list call, which is
// evaluated on the bucket; the second half of the condition is what bounds it.
func boundary(bucket, prefix string) []downscope.AccessBoundaryRule {
	objects := "resource.name.startsWith('projects/_/buckets/" + bucket + "/objects/" + prefix + "')"
	listed := "api.getAttribute('storage.googleapis.com/objectListPrefix', '').startsWith('" + prefix + "')"
	return []downscope.AccessBoundaryRule{{
		AvailableResource:    "//storage.googleapis.com/projects/_/buckets/" + bucket,
		AvailablePermissions: []string{"inRole:roles/storage.objectViewer"},
		Condition:            &downscope.AvailabilityCondition{Title: "one table", Expression: objects + " || " + listed},
	}}
}

// locate returns the bucket and the prefix, which ends with a slash, of what is below a location.
func (p *Provider) locate(location string) (bucket, prefix string, err error) {
	if mount := strings.TrimSuffix(p.config.Mount, "/"); mount != "" {
		below, is := strings.CutPrefix(location, mount+"/")
		if !is {
			return "", "", errLocation
		}
		location = strings.TrimSuffix(p.config.Bucket, "/") + "/" + below
	}
	u, err := url.Parse(location)
	if err != nil || u.Scheme != "gs" || u.Host == "" || strings.Trim(u.Path, "/") == "" || strings.ContainsAny(u.Host+u.Path, `'"\`) {
		return "", "", errLocation
	}
	return u.Host, strings.Trim(u.Path, "/") + "/", nil
}

// errLocation is about a location for which no boundary can be written: a quote would end its condition.
var errLocation = errors.New("gcs: the location is not below a bucket of ours")

// watch notes whether an endpoint refused the caller: the errors of the clients say so in text only.
type watch struct {
	next   http.RoundTripper
	denied bool
}

// RoundTrip implements http.RoundTripper.
func (w *watch) RoundTrip(r *http.Request) (*http.Response, error) {
	got, err := w.next.RoundTrip(r)
	if err == nil && (got.StatusCode == http.StatusUnauthorized || got.StatusCode == http.StatusForbidden) {
		w.denied = true
	}
	return got, err
}
