package audit

import (
	"context"
	"testing"

	"github.com/daxis-io/arco-audit/redact"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestKindMadeForEveryEventKeepsNothing(t *testing.T) {
	discard := SinkFunc(func(context.Context, []Record) error { return nil })
	trail, err := Open(Config{Service: "catalog", Environment: "test", Volatile: true, Keys: redact.EphemeralKeys(), Routes: []Route{{Name: "a", Sink: discard}}})
	require.NoError(t, err)
	ctx := WithRequest(t.Context(), Request{Actor: Anonymous()})
	on := NewResource("role", "analyst")
	for range 3 * mostKinds {
		_, err := trail.Emit(ctx, NewKind("OWN", "grant", Routine).Allow(on, "yes"))
		require.NoError(t, err)
	}
	kept := 0
	trail.kindStatics.Range(func(any, any) bool { kept++; return true })
	assert.Equal(t, mostKinds, kept)
	require.NoError(t, trail.Close(t.Context()))
}
