package delivery

import (
	"context"
	"github.com/daxis-io/arco-audit/internal/owner"
	"testing"

	"github.com/stretchr/testify/require"
)

// A required route counts wherever it stands in the list.
func TestAwaitRequiredBehindARouteThatIsNot(t *testing.T) {
	for _, required := range [][]bool{{true, false}, {false, true}, {false, true, true}} {
		log := NewLog[int](1 << 20)
		for range required {
			log.AddRoute(Config[int]{Required: required[len(log.routes)]})
		}
		_, record, err := log.Begin(1, owner.None, false)
		require.NoError(t, err)
		*record = 1
		log.Commit(false)
		over, cancel := context.WithCancel(t.Context())
		cancel()
		require.ErrorIs(t, log.AwaitRequired(over, 1), context.Canceled, "routes %v", required)
	}
}
