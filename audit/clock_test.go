package audit_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/internal/faultfs"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The clock of a dead process may have been years ahead, and jumped back: its trail is kept as long as Keep says, by the
// clock of who adopts it, and delivered in order.
func TestClockOfADeadProcessWasAhead(t *testing.T) {
	var dead audit.TrailID
	var image *faultfs.FS
	c := diskConfig(audit.Route{Name: "a", Sink: obeying, Required: true})
	c.Keep.Age, c.StartOffline = time.Hour, true
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(10 * 365 * 24 * time.Hour)
		fsys := faultfs.New()
		trail := openOn(t, fsys, c)
		for n := range 50 {
			_, err := trail.Emit(anonymous(t.Context()), vend(n))
			require.NoError(t, err)
		}
		dead, image = trail.ID(), fsys.Crash(faultfs.LoseAll())
	})
	synctest.Test(t, func(t *testing.T) {
		sink := &capture{}
		c.Routes[0].Sink = sink
		trail := openOn(t, image, c)
		time.Sleep(50 * time.Minute)
		got := fromTrail(sink.list(), dead)
		require.Len(t, got, 52)
		for i, r := range got {
			assert.EqualValues(t, i, r.Sequence())
		}
		assert.NotEmpty(t, filesOf(image, dead))
		time.Sleep(20 * time.Minute)
		assert.Empty(t, filesOf(image, dead))
		require.NoError(t, trail.Close(t.Context()))
	})
}
