package scan

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// outside are bytes that no run of a shape has, and no value goes on behind.
const outside = "(\"\x7f"

// tries is how many examples of each row are judged.
const tries = 4

// eachExample calls f for examples of every row.
func eachExample(t *testing.T, seed uint64, f func(i int, text string) bool) {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 1))
	failed := 0
	for i := range Rows() {
		for range tries {
			if text := Example(r, i); !f(i, text) {
				failed++
				t.Logf("%s: %q", rows[i].kind, text)
			}
		}
	}
	assert.LessOrEqual(t, failed*200, Rows()*tries, "of %d", Rows()*tries)
}

// spans returns where the findings of the row's kind are.
func spans(text string, i int) (out []Finding) {
	for _, f := range All(text) {
		if f.Kind == rows[i].id {
			out = append(out, f)
		}
	}
	return out
}

// Whatever encloses a token, its span is the token.
func TestShapesEndWhereTheirExamplesEnd(t *testing.T) {
	for _, marks := range [][2]string{{"(", ")"}, {"\"", "\""}, {"<", ">"}, {"x ", " x"}, {"[", "]"}, {"a, ", ", b"}, {"", "\n"}} {
		eachExample(t, 21, func(_ int, text string) bool {
			found := All(marks[0] + text + marks[1])
			return len(found) == 1 && found[0].Start == len(marks[0]) && found[0].End == len(marks[0])+len(text)
		})
	}
}

// A token has no byte that the runs of its shape do not have.
func TestShapesStopAtForeignBytes(t *testing.T) {
	eachExample(t, 22, func(i int, text string) bool {
		at := 0
		for _, p := range shapes[i].parts {
			if p.least == 0 {
				at += len(p.text)
				continue
			}
			end := run(text, at, p.chars)
			for _, k := range []int{at, (at + end) / 2, end - 1} {
				if k >= len(text) || at >= end {
					continue
				}
				for _, c := range []byte(outside) {
					broken := text[:k] + string(c) + text[k+1:]
					for _, f := range spans(broken, i) {
						if f.Start <= k && k < f.End {
							return false
						}
					}
				}
			}
			at = end
		}
		return true
	})
}

// A token does not begin in the middle of a word.
func TestShapesBeginWhereWordsDo(t *testing.T) {
	eachExample(t, 23, func(i int, text string) bool {
		if !is(text[0], alnum) || shapes[i].leadMost > shapes[i].lead {
			return true
		}
		for _, before := range []string{"z", "Z", "7"} {
			for _, f := range spans(before+text, i) {
				if f.Start <= 1 {
					return false
				}
			}
		}
		return true
	})
}

// A token of one length is none when it is longer, if its prefix tells little.
func TestExactShapesHaveOneLength(t *testing.T) {
	eachExample(t, 24, func(i int, text string) bool {
		last := shapes[i].parts[len(shapes[i].parts)-1]
		if !rows[i].exact || last.least == 0 || last.least != last.most {
			return true
		}
		for _, f := range spans(text+strings.Repeat(text[len(text)-1:], 2)+" ", i) {
			if f.Start == 0 {
				return false
			}
		}
		return true
	})
}
