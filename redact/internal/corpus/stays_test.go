package corpus_test

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"html"
	"maps"
	"math/rand/v2"
	"net/url"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/daxis-io/arco-audit/redact"
	"github.com/daxis-io/arco-audit/redact/internal/corpus"
)

// encodings are the ways of writing a whole text that the scanner undoes.
var encodings = map[string]func(string) string{
	"percent, query": url.QueryEscape,
	"percent, path":  url.PathEscape,
	"JSON":           strconv.Quote,
	"HTML":           html.EscapeString,
	"base64":         func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) },
	"base64url":      func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) },
	"hex":            func(s string) string { return hex.EncodeToString([]byte(s)) },
	"bytes":          func(s string) string { return fmt.Sprint([]byte(s)) },
	"as it is":       func(s string) string { return s },
}

// around are what can stand beside a secret without becoming a part of it.
var around = [][2]string{{" ", " "}, {"\n", "\n"}, {`"`, `"`}, {"'", "'"}, {"(", ")"}, {"[", "]"}, {"<", ">"}, {", ", ", "}, {"; ", "; "}, {": ", " "}, {" => ", " "}, {"\t", "\t"}, {"\u201c", "\u201d"}}

// A secret that is found by itself is found under two encodings, one in the
// other, and between any two legitimate values.
func TestHitStaysAHit(t *testing.T) {
	g, r := corpus.New(104), rand.New(rand.NewPCG(104, 1))
	names := slices.Sorted(maps.Keys(encodings))
	legit := g.Legit(4)
	classes := slices.Sorted(maps.Keys(legit))
	one := func() string { return legit[classes[r.IntN(len(classes))]][r.IntN(4)] }
	missed, all := 0, 0
	for _, s := range g.Secrets(8) {
		inner, outer, marks := names[r.IntN(len(names))], names[r.IntN(len(names))], around[r.IntN(len(around))]
		text := encodings[outer](encodings[inner](s.Text))
		for _, text := range []string{text, one() + marks[0] + text + marks[1] + one()} {
			all++
			if _, ok := redact.Scan(text); !ok {
				missed++
				t.Logf("%s in %s in %s: %.300q", s.Kind, inner, outer, text)
			}
		}
	}
	assert.LessOrEqual(t, missed*1000, all, "%d of %d", missed, all)
}
