package scan

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// What follows from the text of a shape.
func TestShapesAreParsed(t *testing.T) {
	for _, tc := range []struct {
		text string
		want shape
	}{
		{"ab_<h32>", shape{parts: []part{{text: "ab_"}, {chars: lowhex, least: 32, most: 32}}, anchor: "ab_", prefix: "ab_", marked: true, size: 35}},
		{"ab<A20-40>.", shape{parts: []part{{text: "ab"}, {chars: alnum, least: 20, most: 40}, {text: "."}}, anchor: "ab", prefix: "ab", mixed: true, cased: true, size: 23}},
		{"abcd<b19->", shape{parts: []part{{text: "abcd"}, {chars: b64url, least: 19, most: unbounded}}, anchor: "abcd", prefix: "abcd", size: 23}},
		{"abcd<b20>", shape{parts: []part{{text: "abcd"}, {chars: b64url, least: 20, most: 20}}, anchor: "abcd", prefix: "abcd", mixed: true, cased: true, size: 24}},
		{"ab-cd<b20>", shape{parts: []part{{text: "ab-cd"}, {chars: b64url, least: 20, most: 20}}, anchor: "ab-cd", prefix: "ab-cd", mixed: true, marked: true, size: 25}},
		{"ab-<b20>", shape{parts: []part{{text: "ab-"}, {chars: b64url, least: 20, most: 20}}, anchor: "ab-", prefix: "ab-", mixed: true, cased: true, marked: true, size: 23}},
		{"<d8-10>^:AA<b3>", shape{parts: []part{{chars: digit, least: 8, most: 10}, {text: ":AA"}, {chars: b64url, least: 3, most: 3}},
			lead: 8, leadMost: 10, leadChars: digit, anchor: ":AA", size: 14}},
		{"x.<l2>^Q~<l1>", shape{parts: []part{{text: "x."}, {chars: lower | digit, least: 2, most: 2}, {text: "Q~"}, {chars: lower | digit, least: 1, most: 1}},
			lead: 4, leadMost: 4, leadChars: lower | digit | sets['x'] | sets['.'], anchor: "Q~", prefix: "x.", marked: true, size: 7}},
		{"Fl V1<U5>", shape{parts: []part{{text: "Fl V1"}, {chars: upper | digit, least: 5, most: 5}}, anchor: "Fl", prefix: "Fl V1", marked: true, size: 10}},
	} {
		assert.Equal(t, tc.want, parseShape(tc.text), tc.text)
	}
}

// The byte behind an anchor is one of the run behind it, as far as that must go.
func TestShapesSayWhatFollows(t *testing.T) {
	for _, tc := range []struct {
		text string
		want []set
	}{
		{"ab_<h2>", []set{lowhex, lowhex, 0, 0}},
		{"ab_<h2-9>x", []set{lowhex, lowhex, 0, 0}},
		{"ab_", []set{0, 0}},
		{"<d2>^Q~<l1>", []set{lower | digit, 0}},
		{"Fl V1<U5>", []set{0, 0}},
		{"ab<d1>cd<a3>", []set{digit, 0, 0}},
	} {
		s := parseShape(tc.text)
		for k, want := range tc.want {
			assert.Equal(t, want, s.following(k), "%s %d", tc.text, k)
		}
	}
}

// Letters of escapes are written in lower case, others are not.
func TestEscapesInLowerCase(t *testing.T) {
	for in, want := range map[string]string{"A%3AB": "A%3aB", "%2F": "%2f", "%2": "%2", "%F%2F": "%f%2f", "A%": "A%", "": "", "%ABC%": "%abC%"} {
		assert.Equal(t, want, lowerEscapes(in), in)
	}
}
