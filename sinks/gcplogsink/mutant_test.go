package gcplogsink_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/daxis-io/arco-audit/internal/lql"
)

// mutants returns the filter with one constant or operator changed at a time: each operator to others, each character
// of each constant to another, or left out.
func mutants(t *testing.T, filter string) map[string]string {
	t.Helper()
	tokens, err := lql.Tokens(filter)
	require.NoError(t, err)
	list := map[string]string{}
	for i, token := range tokens {
		replace := func(text string) {
			list[token.Text+" -> "+text] = filter[:token.Start] + text + filter[token.End:]
		}
		other := map[string][]string{"=": {"!="}, ">=": {"<", ">"}, "<": {">=", "<="}, "=~": {"!~"}, "OR": {"AND"}, "AND": {"OR"}}
		for _, text := range other[token.Text] {
			replace(text)
		}
		if token.Kind != lql.KindString {
			continue
		}
		if tokens[i-2].Text == "timestamp" && tokens[i-1].Kind == lql.KindOperator {
			at, err := time.Parse(time.RFC3339Nano, token.Text)
			require.NoError(t, err)
			replace(lql.Quote(at.Add(time.Microsecond).Format(time.RFC3339Nano)))
			continue
		}
		replace(lql.Quote(token.Text + "x"))
		replace(lql.Quote("Asia/Tokyo")) // a zone that there is, where one stands
		for at, c := range token.Text {
			replace(lql.Quote(token.Text[:at] + token.Text[at+1:]))
			other := "x"
			if c == 'x' || c == 'X' {
				other = "y"
			}
			replace(lql.Quote(token.Text[:at] + other + token.Text[at+1:]))
		}
	}
	return list
}

// TestQueryFiltersHaveNothingIdle changes every constant and operator of every filter, and finds something else.
func TestQueryFiltersHaveNothingIdle(t *testing.T) {
	s := newStore(t, 1500)
	for _, q := range questions(s) {
		t.Run(q.name, func(t *testing.T) {
			filled, want := s.fill(t, q)
			list := mutants(t, filled.Filter)
			assert.Greater(t, len(list), 6)
			for name, mutant := range list {
				got, err := s.find(t, mutant)
				assert.False(t, err == nil && slices.Equal(want, got), "%s changes nothing", name)
			}
		})
	}
}
