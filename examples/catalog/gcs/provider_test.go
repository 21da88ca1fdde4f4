package gcs_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"cloud.google.com/go/auth"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/examples/catalog"
	"github.com/daxis-io/arco-audit/examples/catalog/gcs"
	"github.com/daxis-io/arco-audit/examples/servicetest"
)

const account = "reader@lake-project.iam.gserviceaccount.com"

// endpoints are IAM Credentials and the Security Token Service in one local server.
type endpoints struct {
	t        *testing.T
	url      *url.URL
	garden   servicetest.Garden
	lifetime string // that was asked for
	boundary string // that was asked for
	whole    string // the token before it was narrowed
	narrow   string
	status   map[string]int // by host, where it is not 200
	expires  int            // expires_in of the narrowed token; 0 for none
}

func open(t *testing.T) *endpoints {
	e := &endpoints{t: t, status: map[string]int{}}
	server := httptest.NewServer(e)
	t.Cleanup(server.Close)
	var err error
	e.url, err = url.Parse(server.URL)
	require.NoError(t, err)
	return e
}

// RoundTrip implements http.RoundTripper: every host is the local server.
func (e *endpoints) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Host = r.URL.Host
	r.URL.Scheme, r.URL.Host = e.url.Scheme, e.url.Host
	return http.DefaultTransport.RoundTrip(r)
}

// ServeHTTP implements http.Handler.
func (e *endpoints) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if status := e.status[r.Host]; status != 0 {
		http.Error(w, "refused: "+e.garden.Next(), status)
		return
	}
	switch r.Host + r.URL.Path {
	case "iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/" + account + ":generateAccessToken":
		assert.Equal(e.t, "Bearer base-token", r.Header.Get("Authorization"))
		var in struct {
			Lifetime string   `json:"lifetime"`
			Scope    []string `json:"scope"`
		}
		assert.NoError(e.t, json.NewDecoder(r.Body).Decode(&in))
		assert.Equal(e.t, []string{"https://www.googleapis.com/auth/devstorage.read_only"}, in.Scope)
		e.lifetime, e.whole = in.Lifetime, e.garden.Next()
		ttl, err := time.ParseDuration(in.Lifetime)
		assert.NoError(e.t, err)
		e.answer(w, map[string]any{"accessToken": e.whole, "expireTime": time.Now().Add(ttl).UTC().Format(time.RFC3339)})
	case "sts.googleapis.com/v1/token":
		assert.NoError(e.t, r.ParseForm())
		assert.Equal(e.t, "urn:ietf:params:oauth:grant-type:token-exchange", r.Form.Get("grant_type"))
		assert.Equal(e.t, e.whole, r.Form.Get("subject_token"))
		assert.Empty(e.t, r.Header.Get("Authorization"))
		e.boundary, e.narrow = r.Form.Get("options"), e.garden.Next()
		out := map[string]any{"access_token": e.narrow, "issued_token_type": "urn:ietf:params:oauth:token-type:access_token", "token_type": "Bearer"}
		if e.expires != 0 {
			out["expires_in"] = e.expires
		}
		e.answer(w, out)
	default:
		e.t.Errorf("unexpected request to %s%s", r.Host, r.URL.Path)
	}
}

func (e *endpoints) answer(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	assert.NoError(e.t, json.NewEncoder(w).Encode(v))
}

// base are credentials of the catalog itself.
type base struct{}

// Token implements auth.TokenProvider.
func (base) Token(context.Context) (*auth.Token, error) {
	return &auth.Token{Value: "base-token", Expiry: time.Now().Add(time.Hour)}, nil
}

func (e *endpoints) provider(c gcs.Config) *gcs.Provider {
	e.t.Helper()
	c.Base, c.Account, c.Transport = auth.NewCredentials(&auth.CredentialsOptions{TokenProvider: base{}}), account, e
	p, err := gcs.New(c)
	require.NoError(e.t, err)
	return p
}

func TestVendNarrowsTheTokenToOneTable(t *testing.T) {
	e := open(t)
	got, err := e.provider(gcs.Config{}).Vend(t.Context(), catalog.StorageRequest{Location: "gs://lake/warehouse/t1", TTL: 10 * time.Minute})
	require.NoError(t, err)
	assert.Equal(t, "600s", e.lifetime)
	assert.JSONEq(t, `{"accessBoundary":{"accessBoundaryRules":[{
		"availableResource":"//storage.googleapis.com/projects/_/buckets/lake",
		"availablePermissions":["inRole:roles/storage.objectViewer"],
		"availabilityCondition":{"title":"one table","expression":"resource.name.startsWith('projects/_/buckets/lake/objects/warehouse/t1/') || `+
		`api.getAttribute('storage.googleapis.com/objectListPrefix', '').startsWith('warehouse/t1/')"}}]}}`, e.boundary)
	assert.Equal(t, e.narrow, got.Config.Expose()["gcs.oauth2.token"])
	assert.NotContains(t, got.Config.Expose(), e.whole)
	assert.WithinDuration(t, time.Now().Add(10*time.Minute), got.Expires, 2*time.Second)
	assert.Equal(t, audit.ProviderGCS, got.Store)

	e.expires = 300
	got, err = e.provider(gcs.Config{}).Vend(t.Context(), catalog.StorageRequest{Location: "gs://lake/warehouse/t1/", TTL: 10 * time.Minute})
	require.NoError(t, err)
	assert.WithinDuration(t, time.Now().Add(5*time.Minute), got.Expires, 2*time.Second, "the endpoint's word counts")
}

func TestVendSaysWhyItDoesNot(t *testing.T) {
	for host := range map[string]bool{"iamcredentials.googleapis.com": true, "sts.googleapis.com": true} {
		for status, denied := range map[int]bool{401: true, 403: true, 400: false, 429: false, 500: false} {
			e := open(t)
			e.status[host] = status
			_, err := e.provider(gcs.Config{}).Vend(t.Context(), catalog.StorageRequest{Location: "gs://lake/t", TTL: time.Minute})
			require.Error(t, err)
			assert.Equal(t, denied, assert.ObjectsAreEqual(catalog.ErrAccessDenied, err), "%s %d", host, status)
			_, leaked := e.garden.Leak(err.Error())
			assert.False(t, leaked, "the answer of an endpoint is in the error")
		}
	}
	e := open(t)
	for _, location := range []string{"", "s3://lake/t", "gs://lake", "gs://lake/", "file:///t", "gs://lake/t' || true || 'x", "gs://%zz"} {
		_, err := e.provider(gcs.Config{}).Vend(t.Context(), catalog.StorageRequest{Location: location, TTL: time.Minute})
		assert.ErrorContains(t, err, "not below a bucket", location)
	}
	_, err := e.provider(gcs.Config{Mount: "file:///mnt/lake", Bucket: "gs://lake"}).Vend(t.Context(), catalog.StorageRequest{Location: "file:///mnt/lakes/t", TTL: time.Minute})
	assert.ErrorContains(t, err, "not below a bucket")
	assert.Empty(t, e.lifetime, "nobody was asked")
}

func TestNewSaysWhatIsWrong(t *testing.T) {
	creds := auth.NewCredentials(&auth.CredentialsOptions{TokenProvider: base{}})
	for want, c := range map[string]gcs.Config{
		"Config.Base":    {Account: account},
		"Config.Account": {Base: creds, Account: "reader"},
		"Config.Mount":   {Base: creds, Account: account, Mount: "file:///x"},
		"Config.Bucket":  {Base: creds, Account: account, Mount: "file:///x", Bucket: "lake"},
	} {
		_, err := gcs.New(c)
		assert.ErrorContains(t, err, want)
	}
}

// The catalog vends the token, and its event says of which store and nothing of the token.
func TestTheCatalogVendsIt(t *testing.T) {
	e := open(t)
	dir := t.TempDir()
	trail := servicetest.Open(t, "catalog")
	bearer := catalog.NewBearer("i", "a")
	service, err := catalog.NewService(catalog.ServiceConfig{
		Config: catalog.Config{Trail: trail.Trail, Warehouse: dir, Provider: e.provider(gcs.Config{Mount: "file://" + dir, Bucket: "gs://lake/warehouse"})},
		Bearer: bearer, Telemetry: trail.Telemetry,
	})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, service.Close()) })
	token, err := bearer.Sign(catalog.Claims{Subject: "ada", Tenant: "acme", Workspace: "main", Expires: time.Now().Add(time.Hour).Unix()})
	require.NoError(t, err)
	send := func(method, path, body string) (int, string) {
		r := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(body))
		r.Header.Set("Authorization", "Bearer "+token)
		w := httptest.NewRecorder()
		service.ServeHTTP(w, r)
		b, err := io.ReadAll(w.Body)
		require.NoError(t, err)
		return w.Code, string(b)
	}
	send("POST", "/v1/main/namespaces", `{"namespace":["sales"]}`)
	send("POST", "/v1/main/namespaces/sales/tables", `{"name":"t","schema":{"type":"struct","schema-id":0,"fields":[{"id":1,"name":"id","required":true,"type":"long"}]}}`)
	trail.Take()
	status, body := send("GET", "/v1/main/namespaces/sales/tables/t/credentials", "")
	assert.Equal(t, http.StatusOK, status)
	assert.Contains(t, body, e.narrow)
	assert.Contains(t, e.boundary, "projects/_/buckets/lake/objects/warehouse/")
	e.status["sts.googleapis.com"] = http.StatusForbidden
	status, _ = send("GET", "/v1/main/namespaces/sales/tables/t/credentials", "")
	assert.Equal(t, http.StatusForbidden, status)
	var said []string
	entries := trail.Take()
	for _, entry := range entries {
		if entry.Category == "cred_vend" {
			said = append(said, entry.ActionName+" "+entry.Reason+" "+entry.Details.Get("provider"))
		}
	}
	assert.Equal(t, []string{"CRED_VEND_ALLOW credentials_vended gcs", "CRED_VEND_DENY access_denied "}, said)
	_, leaked := e.garden.Leak(servicetest.Text(entries))
	assert.False(t, leaked)
}
