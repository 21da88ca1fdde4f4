package catalog_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/daxis-io/arco-audit/examples/catalog"
)

func unmarshal(t *testing.T, text string, v any) {
	t.Helper()
	require.NoError(t, json.Unmarshal([]byte(text), v), text)
}

func endpoints(t *testing.T, h *harness) []string {
	t.Helper()
	var config struct {
		Overrides map[string]string `json:"overrides"`
		Endpoints []string          `json:"endpoints"`
	}
	unmarshal(t, h.send("GET", "/v1/config", "").body, &config)
	assert.Equal(t, "main", config.Overrides["prefix"])
	return config.Endpoints
}

func TestConfigOffersOnlyWhatIsServed(t *testing.T) {
	h := newHarness(t, catalog.Config{Provider: catalog.NewSigner()})
	bare, err := catalog.New(catalog.Config{Trail: h.trail.Trail, Warehouse: t.TempDir()})
	require.NoError(t, err)
	defer bare.Close()
	all := endpoints(t, h)
	assert.Len(t, all, 17)
	for _, endpoint := range all {
		method, template, _ := strings.Cut(endpoint, " ")
		path := strings.NewReplacer("{prefix}", "main", "{namespace}", "n", "{table}", "t").Replace(template)
		r := httptest.NewRequestWithContext(t.Context(), method, path, nil)
		_, pattern := bare.Mux().Handler(r)
		assert.Equal(t, endpoint, pattern, "the pattern is the route template")
		assert.NotContains(t, template, "view")
	}
}

func TestConfigOffersOnlyWhatIsSwitchedOn(t *testing.T) {
	credentials := "GET /v1/{prefix}/namespaces/{namespace}/tables/{table}/credentials"
	assert.Contains(t, endpoints(t, newHarness(t, catalog.Config{Provider: catalog.NewSigner()})), credentials)
	assert.NotContains(t, endpoints(t, newHarness(t, catalog.Config{})), credentials)
	for _, endpoint := range endpoints(t, newHarness(t, catalog.Config{ReadOnly: true})) {
		if strings.HasPrefix(endpoint, "POST") {
			assert.True(t, strings.HasSuffix(endpoint, "/metrics"), endpoint)
		}
		assert.False(t, strings.HasPrefix(endpoint, "DELETE"), endpoint)
	}
}

func TestNewSaysWhatIsWrong(t *testing.T) {
	h := newHarness(t, catalog.Config{})
	tests := []struct {
		name   string
		config catalog.Config
		want   string
	}{
		{"no trail", catalog.Config{Warehouse: t.TempDir()}, "Config.Trail"},
		{"no warehouse", catalog.Config{Trail: h.trail.Trail}, "Config.Warehouse"},
		{"missing warehouse", catalog.Config{Trail: h.trail.Trail, Warehouse: t.TempDir() + "/nothing"}, "Config.Warehouse"},
		{"bad prefix", catalog.Config{Trail: h.trail.Trail, Warehouse: t.TempDir(), Prefix: "a/b"}, "Config.Prefix"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := catalog.New(test.config)
			assert.ErrorContains(t, err, test.want)
		})
	}
}

func TestListPages(t *testing.T) {
	h := newHarness(t, catalog.Config{})
	for _, name := range []string{"a", "b", "c"} {
		require.Equal(t, http.StatusOK, h.send("POST", namespaces, `{"namespace":["`+name+`"]}`).status)
	}
	type list struct {
		Namespaces [][]string `json:"namespaces"`
		Next       string     `json:"next-page-token"`
	}
	var first, second, whole list
	unmarshal(t, h.send("GET", namespaces+"?pageSize=2", "").body, &first)
	assert.Equal(t, [][]string{{"a"}, {"b"}}, first.Namespaces)
	assert.NotContains(t, first.Next, "b", "the token is opaque")
	unmarshal(t, h.send("GET", namespaces+"?pageSize=2&pageToken="+first.Next, "").body, &second)
	assert.Equal(t, list{Namespaces: [][]string{{"c"}}}, second)
	unmarshal(t, h.send("GET", namespaces, "").body, &whole)
	assert.Len(t, whole.Namespaces, 3)
	for _, query := range []string{"pageSize=0", "pageSize=x", "pageToken=%21"} {
		assert.Equal(t, http.StatusBadRequest, h.send("GET", namespaces+"?"+query, "").status, query)
		assert.Equal(t, http.StatusBadRequest, h.send("GET", namespaces+"/a/tables?"+query, "").status, query)
	}
}

func TestListBelowAParent(t *testing.T) {
	h := newHarness(t, catalog.Config{})
	for _, parts := range []string{`["a"]`, `["a","b"]`, `["a","b","c"]`, `["ab"]`} {
		require.Equal(t, http.StatusOK, h.send("POST", namespaces, `{"namespace":`+parts+`}`).status)
	}
	assert.JSONEq(t, `{"namespaces":[["a","b"]]}`, h.send("GET", namespaces+"?parent=a", "").body)
	assert.JSONEq(t, `{"namespaces":[["a","b","c"]]}`, h.send("GET", namespaces+"?parent=a%1Fb", "").body)
	assert.Equal(t, http.StatusNotFound, h.send("GET", namespaces+"?parent=x", "").status)
}
