package journal_test

import (
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/daxis-io/arco-audit/internal/faultfs"
	"github.com/daxis-io/arco-audit/internal/journal"
)

func TestLossOutlivesTheProcessUntilTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := small(faultfs.New())
		o.Keep.Bytes = 8 << 10
		j, err := journal.Open(o)
		require.NoError(t, err)
		r, err := j.Route("best effort", journal.StartOldest, false)
		require.NoError(t, err)
		from, to := r.Loss()
		assert.Zero(t, from+to)
		for n := range 1000 {
			appendN(t, j, n, n+1)
		}
		synctest.Wait() // what the last events pushed out is gone
		from, to = r.Loss()
		assert.Zero(t, from)
		assert.Equal(t, r.Dropped(), to)
		lost := to
		closeJournal(t, j)

		// adopted returns the route in the process after, and what it finds of the loss.
		adopted := func() (*journal.Journal, *journal.Route, [2]uint64) {
			j, err := journal.Adopt(o)
			require.NoError(t, err)
			r, err := j.Route("best effort", journal.StartOldest, false)
			require.NoError(t, err)
			from, to := r.Loss()
			return j, r, [2]uint64{from, to}
		}
		j, r, found := adopted()
		assert.Equal(t, [2]uint64{0, lost}, found)
		r.Told(lost - 1)
		closeJournal(t, j)
		j, r, found = adopted()
		assert.Equal(t, [2]uint64{lost - 1, lost}, found)
		r.Told(lost)
		closeJournal(t, j)
		j, _, found = adopted()
		assert.Zero(t, found)
		closeJournal(t, j)
	})
}
