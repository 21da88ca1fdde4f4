package scan

import (
	"bufio"
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// alphabets are what the runs of a text are made of.
var alphabets = map[byte]string{
	'd': digitChars, 'h': digitChars + "abcdef", 'H': digitChars + "ABCDEF", 'a': lowerChars, 'C': upperChars, 'L': upperChars + lowerChars,
	'l': lowerChars + digitChars, 'U': upperChars + digitChars, 'A': upperChars + lowerChars + digitChars,
	'b': upperChars + lowerChars + digitChars + "-_", 'B': upperChars + lowerChars + digitChars + "+/",
	'!': upperChars + lowerChars + digitChars + "!#*$",
}

const (
	digitChars = "0123456789"
	lowerChars = "abcdefghijklmnopqrstuvwxyz"
	upperChars = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
)

// repeats are pieces of which a run has as many bytes as it says.
var repeats = map[byte]string{'w': "orders-daily-events-", 'x': "x", '*': "*", ' ': " ", '-': "-", '=': "=", '1': "1", 's': "aB1-cd2-E3-gH4i-"}

var runInText = regexp.MustCompile(`\{64:[^{}]*\}|\{[dhHaCLlUAbB!wxs* =1-]\d{1,4}\}`)

// expand makes the runs of a text: {A9} is nine letters and digits, the same ones at the same place of a text; {64:x}
// is x in base64.
func expand(text string) string {
	n := 0
	return runInText.ReplaceAllStringFunc(text, func(run string) string {
		if plain, ok := strings.CutPrefix(run, "{64:"); ok {
			return base64.RawURLEncoding.EncodeToString([]byte(plain[:len(plain)-1]))
		}
		n++
		size, _ := strconv.Atoi(run[2 : len(run)-1])
		if piece, ok := repeats[run[1]]; ok {
			return strings.Repeat(piece, size/len(piece)+1)[:size]
		}
		r := rand.New(rand.NewPCG(uint64(run[1]), uint64(n)))
		b := make([]byte, size)
		for i := range b {
			b[i] = alphabets[run[1]][r.IntN(len(alphabets[run[1]]))]
		}
		return string(b)
	})
}

// verdict writes what is found in a text, and what First says when it is not the first of all.
func verdict(text string) string {
	show := func(f Finding) string { return fmt.Sprintf("%s %d-%d", Names[f.Kind], f.Start, f.End) }
	first, ok := First(text)
	all := All(text)
	if !ok || len(all) == 0 {
		return map[bool]string{true: "-", false: "First and All differ"}[ok == (len(all) > 0)]
	}
	var out []string
	for _, f := range all {
		out = append(out, show(f))
	}
	if first != all[0] {
		out = append(out, "first "+show(first))
	}
	return strings.Join(out, ", ")
}

// Each line of the file is a text in which one decision of a function just turns or just does not: a byte more or less,
// another byte before or behind, and the verdict would be another.
func TestBoundaries(t *testing.T) {
	file, err := os.Open("testdata/boundaries.txt")
	require.NoError(t, err)
	defer file.Close()
	n := 0
	for lines := bufio.NewScanner(file); lines.Scan(); {
		line := lines.Text()
		if line == "" || line[0] == '#' {
			continue
		}
		quoted, want, ok := strings.Cut(line, "\t")
		text, err := strconv.Unquote(quoted)
		require.True(t, ok && err == nil, line)
		assert.Equal(t, want, verdict(expand(text)), line)
		n++
	}
	assert.Greater(t, n, 500)
}
