package cookbook_test

import (
	"testing"

	"github.com/goccy/go-googlesql"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/daxis-io/arco-audit/sinks/gcplogsink"
)

const view = "p.audit._AllLogs"

// analyser is GoogleSQL with a log view, and only such query parameters as are given.
func analyse(t *testing.T, statement string, arguments []gcplogsink.Argument) error {
	t.Helper()
	require.NoError(t, googlesql.Init())
	language, err := googlesql.NewLanguageOptions()
	require.NoError(t, err)
	require.NoError(t, language.EnableMaximumLanguageFeatures())
	require.NoError(t, language.SetProductMode(googlesql.ProductModeProductExternal)) // the types of BigQuery
	catalog, err := googlesql.NewSimpleCatalog("catalog", nil)
	require.NoError(t, err)
	require.NoError(t, catalog.AddBuiltinFunctionsAndTypes(&googlesql.BuiltinFunctionOptions{LanguageOptions: language}))
	options, err := googlesql.NewAnalyzerOptions2()
	require.NoError(t, err)
	require.NoError(t, options.SetLanguage(language))
	factory, err := googlesql.NewTypeFactory()
	require.NoError(t, err)
	types := map[string]googlesql.Googlesql_TypeNode{}
	for name, get := range map[string]func() (googlesql.Googlesql_TypeNode, error){
		"STRING": factory.GetString, "TIMESTAMP": factory.GetTimestamp, "INT64": factory.GetInt64, "JSON": factory.GetJson,
	} {
		types[name], err = get()
		require.NoError(t, err)
	}
	table, err := googlesql.NewSimpleTable(view, 0)
	require.NoError(t, err)
	for _, c := range [][2]string{
		{"insert_id", "STRING"}, {"log_name", "STRING"}, {"timestamp", "TIMESTAMP"}, {"receive_timestamp", "TIMESTAMP"}, {"severity", "STRING"},
		{"trace", "STRING"}, {"span_id", "STRING"}, {"labels", "JSON"}, {"json_payload", "JSON"},
	} {
		column, err := googlesql.NewSimpleColumn(view, c[0], types[c[1]], false, true)
		require.NoError(t, err)
		require.NoError(t, table.AddColumn2(column, false))
	}
	require.NoError(t, catalog.AddTable(table))
	for _, a := range arguments {
		require.NoError(t, options.AddQueryParameter(a.Name, types[a.Type]))
	}
	_, err = googlesql.AnalyzeStatement(statement, options, catalog, factory)
	return err
}

// fill fills a question with parameters that are of the right form.
func fill(t *testing.T, q gcplogsink.Question) gcplogsink.Filled {
	t.Helper()
	all := map[string]string{
		"log": "projects/p/logs/arco-audit", "view": view, "since": "2026-01-01T00:00:00Z", "until": "2026-01-02T00:00:00Z", "tenant": "acme",
		"actor": "service:flow", "request": "r-1", "table": "sales.orders", "zone": "Europe/Berlin", "hours": "22,23", "threshold": "3",
	}
	params := map[string]string{}
	for _, need := range q.Needs {
		params[need] = all[need]
	}
	filled, err := gcplogsink.Query(q.Name, params)
	require.NoError(t, err)
	return filled
}

// TestGoogleSQLReadsEveryQuestion parses and resolves each statement, with its types.
func TestGoogleSQLReadsEveryQuestion(t *testing.T) {
	for _, q := range gcplogsink.Questions() {
		t.Run(q.Name, func(t *testing.T) {
			filled := fill(t, q)
			require.NoError(t, analyse(t, filled.SQL, filled.Arguments))
			for i := range filled.Arguments { // and would notice a parameter that is not given
				rest := append(append([]gcplogsink.Argument{}, filled.Arguments[:i]...), filled.Arguments[i+1:]...)
				assert.Error(t, analyse(t, filled.SQL, rest), filled.Arguments[i].Name)
			}
		})
	}
	assert.Error(t, analyse(t, "SELECT nothing FROM `"+view+"`", nil))
	assert.Error(t, analyse(t, "SELECT timestamp + labels FROM `"+view+"`", nil))
}
