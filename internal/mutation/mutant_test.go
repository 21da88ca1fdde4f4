package mutation

import (
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const subject = "testdata/subject"

func TestMutantsAreOfEveryOperator(t *testing.T) {
	mutants, files, err := Instrument(subject)
	require.NoError(t, err)
	assert.Len(t, files, 2)
	var got []string
	for i, m := range mutants {
		assert.Equal(t, i+1, m.Number)
		got = append(got, m.Function+": "+m.Change)
	}
	for _, want := range []string{
		"clamp: n > 9 => n >= 9", "clamp: n > 9 => n <= 9", "clamp: n > 9 => n > 9+1", "clamp: n = 9 => n = 9-1", "clamp: n = 9 => nothing",
		"clamp: n++ => nothing", "clamp: n < 0 => n < 0-1",
		"both: a && b => a || b", "both: a && b => a", "both: a && b => b",
		"quick: return false => return !false", "slow: if both(n == 1, true) => if false", "slow: both(n == 1, true) => both(n == 1, !true)",
	} {
		assert.Contains(t, got, want)
	}
	assert.NotContains(t, got, "clamp: n > 9 => n > 9-1", "n >= 9 says the same")
	assert.Len(t, slices.Compact(slices.Sorted(slices.Values(got))), len(got), "%v", got)
}

func TestMutantsThatNoTestNotices(t *testing.T) {
	dir, err := filepath.Abs(subject)
	require.NoError(t, err)
	mutants, files, err := Instrument(dir)
	require.NoError(t, err)
	runs, err := prepare(t, Subject{Tests: []string{dir}}, files)
	require.NoError(t, err)
	var got []string
	for _, v := range try(t.Context(), runs, mutants) {
		if !v.noticed {
			got = append(got, v.Function+": "+v.Change)
		}
	}
	assert.Equal(t, []string{"clamp: n > 9 => n > 9+1", "clamp: n > 9 => n >= 9", "both: a && b => a"}, got)
}

func TestReasons(t *testing.T) {
	reasons, err := ReadReasons("testdata/reasons.txt")
	require.NoError(t, err)
	class, ok := reasons.Of(Mutant{Function: "quick", Change: "if slow(n) == false => if true"})
	assert.True(t, ok)
	assert.Equal(t, "early out", class)
	_, ok = reasons.Of(Mutant{Function: "slow", Change: "n > 9 => n >= 9"})
	assert.False(t, ok)
	class, ok = reasons.Of(Mutant{Function: "clamp", Change: "n > 9 => n >= 9"})
	assert.True(t, ok)
	assert.Equal(t, "early out", class)
	class, ok = reasons.Of(Mutant{Function: "clamp", Change: "n++ => nothing"})
	assert.True(t, ok)
	assert.Equal(t, Open, class)
	assert.Equal(t, []string{"quick: slow(n) == false => slow(n) != false"}, reasons.Unused())
	for _, bad := range []string{"none", "mutant_test.go"} {
		_, err := ReadReasons(bad)
		assert.Error(t, err, bad)
	}
}
