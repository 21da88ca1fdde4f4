package cookbook_test

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.einride.tech/aip/filtering"
	expr "google.golang.org/genproto/googleapis/api/expr/v1alpha1"

	"github.com/daxis-io/arco-audit/internal/lql"
)

// expression is a random one of labels that are "1" or not, in the grammar that AIP-160 and Logging share.
func expression(random *rand.Rand, depth int) string {
	pick := random.IntN(8)
	if depth == 0 {
		pick = 0
	}
	inner := func() string { return expression(random, depth-1) }
	switch pick {
	case 1:
		return inner() + " AND " + inner()
	case 2, 3:
		return inner() + " OR " + inner()
	case 4:
		return inner() + " " + inner()
	case 5:
		return "NOT (" + inner() + ")"
	case 6:
		return "(" + inner() + ")"
	}
	return []string{"", "NOT ", "-"}[random.IntN(3)] + "labels." + string(rune('a'+random.IntN(4))) + ` = "1"`
}

// holds evaluates what the other parser made of an expression.
func holds(t *testing.T, e *expr.Expr, labels map[string]any) bool {
	t.Helper()
	call := e.GetCallExpr()
	require.NotNil(t, call)
	args := call.GetArgs()
	switch call.GetFunction() {
	case filtering.FunctionNot:
		return !holds(t, args[0], labels)
	case filtering.FunctionAnd, filtering.FunctionFuzzyAnd:
		return holds(t, args[0], labels) && holds(t, args[1], labels)
	case filtering.FunctionOr:
		return holds(t, args[0], labels) || holds(t, args[1], labels)
	}
	require.Equal(t, filtering.FunctionEquals, call.GetFunction())
	return labels[args[0].GetSelectExpr().GetField()] == "1"
}

// TestPrecedenceIsThatOfAIP160 compares the Boolean structure that two parsers see in the same text.
func TestPrecedenceIsThatOfAIP160(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	trues := 0
	for range 3000 {
		text := expression(random, 4)
		ours, err := lql.Parse(text)
		require.NoError(t, err, text)
		var p filtering.Parser
		p.Init(text)
		theirs, err := p.Parse()
		require.NoError(t, err, text)
		for bits := range 16 {
			labels := map[string]any{}
			for i := range 4 {
				labels[string(rune('a'+i))] = map[bool]string{true: "1", false: "0"}[bits>>i&1 == 1]
			}
			want := holds(t, theirs.GetExpr(), labels)
			if want {
				trues++
			}
			if !assert.Equal(t, want, ours.Match(lql.Entry{"labels": labels}), "%s with %v", text, labels) {
				return
			}
		}
	}
	assert.Greater(t, trues, 10_000)
	assert.Less(t, trues, 38_000)
}
