package audit_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A destination is slow, and within its deadline only for as much as it gets by and by: the trail of a dead process is
// delivered all the same, while new events come.
func TestAdoptionWithASlowSink(t *testing.T) {
	tests := []struct {
		name string
		take func(records int) time.Duration
	}{
		{"whatever it gets", func(int) time.Duration { return 25 * time.Second }},
		{"for each record", func(n int) time.Duration { return time.Duration(n) * 300 * time.Millisecond }},
		{"for each of a few", func(n int) time.Duration { return time.Duration(n) * 8 * time.Second }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				image, dead := crashed(t, 300, "a")
				sink := &capture{}
				slow := audit.SinkFunc(func(ctx context.Context, batch []audit.Record) error {
					select {
					case <-time.After(tt.take(len(batch))):
						return sink.Deliver(ctx, batch)
					case <-ctx.Done():
						return ctx.Err()
					}
				})
				c := diskConfig(audit.Route{Name: "a", Required: true, Sink: slow})
				c.StartOffline = true
				trail := openOn(t, image, c)
				for n := range 90 {
					_, err := trail.Emit(anonymous(t.Context()), vend(n))
					require.NoError(t, err)
					time.Sleep(time.Minute)
				}
				assert.Empty(t, filesOf(image, dead), trail.Health().Journal.LastError)
				old := fromTrail(sink.list(), dead)
				assert.LessOrEqual(t, len(old), 302*5/4, "few copies")
				known := map[audit.Sequence]bool{}
				for _, r := range old {
					known[r.Sequence()] = true
				}
				assert.Len(t, known, 302)
				require.NoError(t, trail.Close(t.Context()))
			})
		})
	}
}
