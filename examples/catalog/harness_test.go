package catalog_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/apache/iceberg-go/catalog/rest"
	"github.com/stretchr/testify/require"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/audit/auditread"
	"github.com/daxis-io/arco-audit/examples/catalog"
	"github.com/daxis-io/arco-audit/examples/servicetest"
)

// harness is a served catalog whose trail is kept in memory.
type harness struct {
	t      *testing.T
	dir    string
	trail  *servicetest.Trail
	log    *servicetest.Log
	bearer *catalog.Bearer
	url    string
	served http.Handler
	taken  []auditread.Entry
}

func newHarness(t *testing.T, c catalog.Config) *harness {
	t.Helper()
	h := &harness{t: t, dir: t.TempDir(), trail: servicetest.Open(t, "catalog"), log: &servicetest.Log{}, bearer: catalog.NewBearer("issuer", "audience")}
	c.Trail, c.Warehouse = h.trail.Trail, h.dir
	if c.Patience == 0 {
		c.Patience = time.Minute
	}
	service, err := catalog.NewService(catalog.ServiceConfig{
		Config: c, Telemetry: h.trail.Telemetry, Bearer: h.bearer, Log: slog.New(slog.NewJSONHandler(h.log, nil)),
	})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, service.Close()) })
	h.served = h.trail.Watch(service)
	server := httptest.NewServer(h.served)
	t.Cleanup(server.Close)
	h.url = server.URL
	return h
}

// token is that of ada of the tenant acme after a change.
func (h *harness) token(change func(*catalog.Claims)) string {
	h.t.Helper()
	c := catalog.Claims{Subject: "ada", Tenant: "acme", Workspace: "main", Expires: time.Now().Add(time.Hour).Unix()}
	if change != nil {
		change(&c)
	}
	token, err := h.bearer.Sign(c)
	require.NoError(h.t, err)
	return token
}

func (h *harness) client() *rest.Catalog {
	h.t.Helper()
	client, err := rest.NewCatalog(h.t.Context(), "test", h.url, rest.WithOAuthToken(h.token(nil)))
	require.NoError(h.t, err)
	h.t.Cleanup(func() { require.NoError(h.t, client.Close()) })
	return client
}

// decisions are the events so far that are neither the trail's own nor those of the authentication.
func (h *harness) decisions() []auditread.Entry {
	h.t.Helper()
	return slices.DeleteFunc(slices.Clone(h.events()), func(e auditread.Entry) bool {
		return e.Outcome == audit.OutcomeSystem || e.Category == "auth"
	})
}

// events are all events so far.
func (h *harness) events() []auditread.Entry {
	h.t.Helper()
	h.taken = append(h.taken, h.trail.TakeAll()...)
	return h.taken
}

// response is an HTTP response that was read to its end.
type response struct {
	status  int
	header  http.Header
	decided []string // the ids of decisions, that of the authentication aside
	body    string
}

func (h *harness) send(method, path, body string, headers ...string) response {
	h.t.Helper()
	r, err := http.NewRequestWithContext(h.t.Context(), method, h.url+path, strings.NewReader(body))
	require.NoError(h.t, err)
	r.Header.Set("Authorization", "Bearer "+h.token(nil))
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	got, err := http.DefaultClient.Do(r)
	require.NoError(h.t, err)
	defer got.Body.Close()
	b, err := io.ReadAll(got.Body)
	require.NoError(h.t, err)
	out := response{status: got.StatusCode, header: got.Header, body: string(b)}
	if ids := got.Header.Values(catalog.EventIDHeader); len(ids) > 0 {
		out.decided = ids[1:]
	}
	file, err := document()
	require.NoError(h.t, err)
	require.NoError(h.t, file.Check(r, out.status, out.header, out.body))
	return out
}

// metadataFiles counts what lies in the warehouse.
func (h *harness) metadataFiles() int {
	h.t.Helper()
	n := 0
	require.NoError(h.t, filepath.WalkDir(h.dir, func(path string, d os.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(path, ".metadata.json") {
			n++
		}
		return err
	}))
	return n
}

const (
	tableBody = `{"name":"orders","schema":{"type":"struct","schema-id":0,"fields":[{"id":1,"name":"id","required":true,"type":"long"}]}}`
	setOwner  = `{"requirements":[],"updates":[{"action":"set-properties","updates":{"owner":"ada"}}]}`
)

// seeded has the namespace sales with the table orders, and forgets the events of making them.
func seeded(t *testing.T, c catalog.Config) *harness {
	t.Helper()
	h := newHarness(t, c)
	require.Equal(t, http.StatusOK, h.send("POST", "/v1/main/namespaces", `{"namespace":["sales"]}`).status)
	require.Equal(t, http.StatusOK, h.send("POST", "/v1/main/namespaces/sales/tables", tableBody).status)
	require.Len(t, h.decisions(), 2)
	h.taken = nil
	return h
}

// seededReadOnly is seeded; with readOnly it has no table, since nothing can be made.
func seededReadOnly(t *testing.T, c catalog.Config, readOnly bool) *harness {
	t.Helper()
	if !readOnly {
		return seeded(t, c)
	}
	c.ReadOnly = true
	return newHarness(t, c)
}

var uuidPart = regexp.MustCompile(`:[0-9a-f]{8}-[0-9a-f-]{27}\b`)

// withoutUUID cuts the table UUIDs out of a resource.
func withoutUUID(resource string) string { return uuidPart.ReplaceAllString(resource, "") }
