package catalog

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAttemptsForget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAttempts(time.Minute, 10)
		claim := func() (*attempt, *outcome) {
			mine, earlier, err := a.take(&attempt{in: a, key: attemptKey{key: uuid.Nil}}, time.Now())
			require.NoError(t, err)
			return mine, earlier
		}
		first, _ := claim()
		first.settle(outcome{answer: done()})
		first.release()
		<-time.After(59 * time.Second)
		mine, earlier := claim()
		assert.Nil(t, mine)
		assert.Equal(t, done(), earlier.answer)
		<-time.After(time.Second)
		mine, earlier = claim()
		assert.NotNil(t, mine)
		assert.Nil(t, earlier)
		mine.settle(outcome{err: errInternal})
		mine.release()
		assert.Empty(t, a.all, "a failure of the service is not kept")
		assert.Empty(t, a.ended)
	})
}
