package catalog_test

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/daxis-io/arco-audit/examples/branch"
	"github.com/daxis-io/arco-audit/examples/catalog"
	"github.com/daxis-io/arco-audit/examples/contract"
)

// document is the OpenAPI file.
var document = sync.OnceValues(func() (*contract.Contract, error) { return contract.Load("openapi.yaml") })

// The file has the routes of the router and the parameters that their handlers read, no more and no less. Which statuses
// are answered is held against it by each answer of each test here, and the other way round by the tests of package branch.
func TestTheFileIsTheRouter(t *testing.T) {
	file, err := document()
	require.NoError(t, err)
	doc := file.Doc
	var handlers []string
	routes := map[string]catalog.Served{}
	for _, rt := range catalog.Routes() {
		handlers = append(handlers, rt.Handler)
		routes[rt.Method+" "+rt.Template] = rt
	}
	reads, err := branch.Reads(".", handlers)
	require.NoError(t, err)
	documented := 0
	for template, path := range doc.Paths.Map() {
		for method, operation := range path.Operations() {
			documented++
			t.Run(method+" "+template, func(t *testing.T) {
				rt, served := routes[method+" "+template]
				require.True(t, served, "it is not served")
				assert.Equal(t, rt.Handler, operation.OperationID)
				in := map[string][]string{}
				for _, p := range slices.Concat(path.Parameters, operation.Parameters) {
					in[p.Value.In] = append(in[p.Value.In], p.Value.Name)
				}
				assert.ElementsMatch(t, variables(template), in["path"])
				assert.ElementsMatch(t, reads[rt.Handler].Query, in["query"])
				assert.ElementsMatch(t, reads[rt.Handler].Header, in["header"])
			})
		}
	}
	assert.Len(t, routes, documented, "a route is not in the file")
}

var variable = regexp.MustCompile(`\{(\w+)\}`)

// variables are the names in a template.
func variables(template string) (names []string) {
	for _, found := range variable.FindAllStringSubmatch(template, -1) {
		names = append(names, found[1])
	}
	return names
}

// Refusals that any operation of a kind can answer are answered by each.
func TestEveryOperationRefuses(t *testing.T) {
	path := strings.NewReplacer("{prefix}", "main", "{namespace}", "sales", "{table}", "orders").Replace
	for _, rt := range catalog.Routes() {
		t.Run(rt.Method+" "+rt.Template, func(t *testing.T) {
			h := seeded(t, catalog.Config{Provider: catalog.NewSigner()})
			assert.Equal(t, http.StatusUnauthorized, h.send(rt.Method, path(rt.Template), "", "Authorization", "").status)
			if strings.Contains(rt.Template, "{prefix}") {
				assert.Equal(t, http.StatusNotFound, h.send(rt.Method, strings.Replace(path(rt.Template), "main", "other", 1), "{}").status)
			}
			if rt.Writes {
				assert.Equal(t, http.StatusBadRequest, h.send(rt.Method, path(rt.Template), "", keyHeader, "x").status)
				key := newKey(t)
				h.send(rt.Method, path(rt.Template)+"?first", "", keyHeader, key)
				assert.Equal(t, http.StatusConflict, h.send(rt.Method, path(rt.Template), "", keyHeader, key).status)
				readOnly := newHarness(t, catalog.Config{ReadOnly: true})
				assert.Equal(t, http.StatusForbidden, readOnly.send(rt.Method, path(rt.Template), "{}").status)
				readOnly.decisions()
			}
			h.decisions()
			require.NoError(t, h.trail.Close(t.Context()))
			assert.Equal(t, http.StatusServiceUnavailable, h.send(rt.Method, path(rt.Template), "{}").status)
			h.decisions()
		})
	}
}
