package auditread_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/audit/auditread"
)

func trailID(t testing.TB, n int) audit.TrailID {
	t.Helper()
	id, err := audit.ParseTrailID(fmt.Sprintf("0190b6a8-0000-7000-8000-%012d", n))
	require.NoError(t, err)
	return id
}

func numbered(id audit.TrailID, n int) auditread.Entry {
	return auditread.Entry{Trail: id, Sequence: audit.Sequence(n), Source: "//catalog/prod/i-1"}
}

func TestGaps(t *testing.T) {
	id := trailID(t, 1)
	g := auditread.NewGaps(auditread.GapsConfig{})
	for _, n := range []int{2, 3, 7, 3, 5, 4, 11, 2} {
		g.Add(numbered(id, n))
	}
	r := g.Report()[0]
	assert.Equal(t, auditread.TrailReport{Trail: id, Source: "//catalog/prod/i-1", Received: []auditread.Range{{2, 5}, {7, 7}, {11, 11}}, End: 11}, r)
	assert.Equal(t, []auditread.Range{{0, 1}, {6, 6}, {8, 10}}, r.Missing())
	assert.False(t, r.Complete())

	end := numbered(id, 13)
	end.Action = audit.ActionTrailClosed
	g.Add(end)
	for _, n := range []int{12, 0, 1, 10, 9, 8} {
		g.Add(numbered(id, n))
	}
	r = g.Report()[0]
	assert.Equal(t, []auditread.Range{{6, 6}}, r.Missing())
	assert.False(t, r.Complete())
	g.Add(numbered(id, 6))
	r = g.Report()[0]
	assert.Empty(t, r.Missing())
	assert.True(t, r.Complete())
}

func TestGapsAtTheEnds(t *testing.T) {
	id := trailID(t, 1)
	g := auditread.NewGaps(auditread.GapsConfig{})
	last := auditread.Entry{Trail: id, Sequence: 1<<64 - 1, Action: audit.ActionTrailAdopted}
	g.Add(last)
	g.Add(last)
	g.Add(auditread.Entry{Trail: id, Sequence: 1<<64 - 2})
	g.Add(numbered(id, 0))
	assert.Equal(t, []auditread.Range{{1, 1<<64 - 3}}, g.Report()[0].Missing())
	assert.True(t, g.Report()[0].Closed)
}

// The runs are what a set says that is kept whole.
func TestGapsAgainstSet(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 200 {
		g, set := auditread.NewGaps(auditread.GapsConfig{}), map[int]bool{}
		for range r.IntN(60) + 1 {
			n := r.IntN(60)
			set[n] = true
			g.Add(numbered(trailID(t, 1), n))
		}
		report := g.Report()[0]
		missing := map[int]bool{}
		for _, run := range report.Missing() {
			for n := run.First; n <= run.Last; n++ {
				missing[int(n)] = true
			}
		}
		for n := range int(report.End) + 1 {
			assert.Equal(t, !set[n], missing[n])
		}
	}
}

func TestGapsBounded(t *testing.T) {
	g := auditread.NewGaps(auditread.GapsConfig{Trails: 3, Runs: 4})
	a := trailID(t, 1)
	for n := 0; n < 40; n += 4 {
		g.Add(numbered(a, n))
	}
	r := g.Report()[0]
	assert.Equal(t, []auditread.Range{{0, 24}, {28, 28}, {32, 32}, {36, 36}}, r.Received)
	assert.Equal(t, uint64(18), r.Unlisted)
	assert.False(t, auditread.TrailReport{Closed: true, Unlisted: 1, Received: []auditread.Range{{0, 3}}, End: 3}.Complete())

	for n := 2; n <= 3; n++ {
		g.Add(numbered(trailID(t, n), 0))
	}
	g.Add(numbered(a, 1))
	g.Add(numbered(trailID(t, 4), 0)) // trail 2 was quiet longest
	var ids []audit.TrailID
	for _, r := range g.Report() {
		ids = append(ids, r.Trail)
	}
	assert.Equal(t, []audit.TrailID{trailID(t, 4), a, trailID(t, 3)}, ids)
	assert.Equal(t, uint64(1), g.Evicted())
}

func TestGapsRestore(t *testing.T) {
	id := trailID(t, 1)
	before := auditread.NewGaps(auditread.GapsConfig{})
	for _, n := range []int{0, 1, 5} {
		before.Add(numbered(id, n))
	}
	reports := before.Report()
	after := auditread.NewGaps(auditread.GapsConfig{})
	after.Restore(reports)
	after.Restore(reports)
	assert.Equal(t, reports, after.Report())
	after.Add(numbered(id, 2))
	assert.Equal(t, []auditread.Range{{3, 4}}, after.Report()[0].Missing())
	assert.Equal(t, []auditread.Range{{2, 4}}, reports[0].Missing(), "a report changed after it was made")
}

func ExampleGaps() {
	g := auditread.NewGaps(auditread.GapsConfig{})
	for _, n := range []audit.Sequence{0, 1, 4} {
		g.Add(auditread.Entry{Sequence: n})
	}
	fmt.Println(slices.Concat(g.Report()[0].Missing()))
	// Output: [{00000000000000000002 00000000000000000003}]
}
