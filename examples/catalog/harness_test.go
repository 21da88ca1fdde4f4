package catalog_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/apache/iceberg-go/catalog/rest"
	"github.com/stretchr/testify/require"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/examples/catalog"
	"github.com/daxis-io/arco-audit/redact"
)

// harness is a served catalog whose trail is kept in memory.
type harness struct {
	t       *testing.T
	dir     string
	trail   *audit.Trail
	catalog *catalog.Catalog
	url     string

	mu    sync.Mutex
	lines []string
}

func newHarness(t *testing.T, c catalog.Config) *harness {
	t.Helper()
	h := &harness{t: t, dir: t.TempDir()}
	var err error
	h.trail, err = audit.Open(audit.Config{
		Service: "catalog", Environment: "test", Volatile: true, Keys: redact.EphemeralKeys(),
		Routes: []audit.Route{{Name: "memory", Sink: audit.SinkFunc(h.deliver), Required: true}},
	})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, h.trail.Close(context.Background())) })
	c.Trail, c.Warehouse = h.trail, h.dir
	h.catalog, err = catalog.New(c)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, h.catalog.Close()) })
	server := httptest.NewServer(asTester(h.catalog))
	t.Cleanup(server.Close)
	h.url = server.URL
	return h
}

// asTester stands in for authentication, which is not what is tested here.
func asTester(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx := audit.WithRequest(r.Context(), audit.Request{Actor: audit.Service("tester"), Tenant: audit.NewTenant("acme")})
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

func (h *harness) deliver(_ context.Context, batch []audit.Record) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, r := range batch {
		h.lines = append(h.lines, r.JSON())
	}
	return nil
}

func (h *harness) client() *rest.Catalog {
	h.t.Helper()
	client, err := rest.NewCatalog(h.t.Context(), "test", h.url)
	require.NoError(h.t, err)
	h.t.Cleanup(func() { require.NoError(h.t, client.Close()) })
	return client
}

// record is what the tests read of an event.
type record struct {
	ID     string `json:"id"`
	Action string `json:"action"`
	Data   struct {
		Resource string            `json:"resource"`
		Reason   string            `json:"decisionReason"`
		Details  map[string]any    `json:"details"`
		Withheld []json.RawMessage `json:"redactions"`
	} `json:"data"`
}

// decisions are the events so far that are not the trail's own.
func (h *harness) decisions() []record {
	h.t.Helper()
	return slices.DeleteFunc(h.events(), func(r record) bool {
		return strings.HasPrefix(r.Action, "TRAIL_") || r.Action == "CHECKPOINT" || strings.HasPrefix(r.Action, "DECISION_")
	})
}

// events are all events so far.
func (h *harness) events() []record {
	h.t.Helper()
	require.NoError(h.t, h.trail.Flush(h.t.Context()))
	h.mu.Lock()
	defer h.mu.Unlock()
	var out []record
	for _, line := range h.lines {
		var r record
		require.NoError(h.t, json.Unmarshal([]byte(line), &r))
		out = append(out, r)
	}
	return out
}

// response is an HTTP response that was read to its end.
type response struct {
	status int
	header http.Header
	body   string
}

func (h *harness) send(method, path, body string, headers ...string) response {
	h.t.Helper()
	r, err := http.NewRequestWithContext(h.t.Context(), method, h.url+path, strings.NewReader(body))
	require.NoError(h.t, err)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	got, err := http.DefaultClient.Do(r)
	require.NoError(h.t, err)
	defer got.Body.Close()
	b, err := io.ReadAll(got.Body)
	require.NoError(h.t, err)
	return response{status: got.StatusCode, header: got.Header, body: string(b)}
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
	h.mu.Lock()
	defer h.mu.Unlock()
	h.lines = nil
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
