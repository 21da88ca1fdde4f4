package logview_test

import (
	"database/sql/driver"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/daxis-io/arco-audit/internal/gcpfake/logview"
)

func ExampleTranslate() {
	fmt.Println(logview.Translate("SELECT JSON_VALUE(labels, '$.tenant'), TIMESTAMP_TRUNC(timestamp, HOUR)"))
	// Output: SELECT json_extract(labels, '$.tenant'), TIMESTAMP_TRUNC(timestamp, 'HOUR')
}

// functions are what Register gives to a driver.
func functions(t *testing.T) map[string]logview.Function {
	t.Helper()
	all := map[string]logview.Function{}
	require.NoError(t, logview.Register(func(name string, _ int32, f logview.Function) error {
		all[name] = f
		return nil
	}))
	return all
}

func TestFunctionsAreThoseOfBigQuery(t *testing.T) {
	const at = "2026-03-29T00:59:59.500000Z"
	tests := []struct {
		name string
		args []driver.Value
		want driver.Value // nil for NULL
	}{
		{"STARTS_WITH", []driver.Value{"a%b", "a%"}, true},
		{"STARTS_WITH", []driver.Value{"a_b", "aX"}, false},
		{"STARTS_WITH", []driver.Value{nil, "a"}, nil},
		{"REGEXP_EXTRACT", []driver.Value{"iceberg/table:a.b:c", "^[^:]*:([^:]*)"}, "a.b"},
		{"REGEXP_EXTRACT", []driver.Value{"abc", "b."}, "bc"},
		{"REGEXP_EXTRACT", []driver.Value{"abc", "x"}, nil},
		{"FORMAT_TIMESTAMP", []driver.Value{"%H", at, "Europe/Berlin"}, "01"},
		{"FORMAT_TIMESTAMP", []driver.Value{"%H", "2026-03-29T01:00:00.000000Z", "Europe/Berlin"}, "03"},
		{"TIMESTAMP_TRUNC", []driver.Value{at, "HOUR"}, "2026-03-29T00:00:00.000000Z"},
		{"TIMESTAMP_TRUNC", []driver.Value{at, "DAY"}, "2026-03-29T00:00:00.000000Z"},
		{"TIMESTAMP_DIFF", []driver.Value{at, "2026-03-29T00:59:58.000000Z", "SECOND"}, int64(1)},
		{"TIMESTAMP_DIFF", []driver.Value{"2026-03-29T00:59:58.000000Z", at, "SECOND"}, int64(-1)},
	}
	all := functions(t)
	for _, test := range tests {
		got, err := all[test.name](test.args)
		require.NoError(t, err, test.name)
		assert.Equal(t, test.want, got, "%s%v", test.name, test.args)
	}
}

func TestFunctionsRefuse(t *testing.T) {
	all := functions(t)
	for name, args := range map[string][]driver.Value{
		"STARTS_WITH": {int64(1), "a"}, "REGEXP_EXTRACT": {"a", "("}, "FORMAT_TIMESTAMP": {"%Y", "2026-03-29T00:00:00.000000Z", "UTC"},
		"TIMESTAMP_TRUNC": {"2026-03-29T00:00:00.000000Z", "FORTNIGHT"}, "TIMESTAMP_DIFF": {"now", "then", "SECOND"},
	} {
		_, err := all[name](args)
		assert.Error(t, err, name)
	}
}
