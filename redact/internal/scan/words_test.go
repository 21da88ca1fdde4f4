package scan

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// A set knows its words in any case, and neither their parts nor what is a byte
// longer.
func TestWordSetKnowsItsWords(t *testing.T) {
	for _, set := range []*wordSet{states, stores, roots, schemes, labels, values, verbs, parameters, passes, fileStores, dataFiles, sizesInNames, plainWords, notUsers, visits, mechanisms, abbreviations} {
		for _, word := range set.words[1:] {
			assert.True(t, knows(set, word), word)
			assert.True(t, knows(set, strings.ToUpper(word)), word)
			assert.LessOrEqual(t, len(word), longestWord, word)
		}
		listed := strings.Join(set.words, " ") + " "
		for _, word := range set.words[1:] {
			for _, other := range []string{word[:len(word)-1], word[1:], word + "x", "x" + word, strings.Replace(word, word[:1], "\x01", 1), word + strings.Repeat("x", longestWord)} {
				assert.Equal(t, other != "" && strings.Contains(listed, " "+other+" "), knows(set, other), other)
			}
		}
	}
}

func TestNameTableHasItsNames(t *testing.T) {
	for i := range nameRows {
		for _, n := range nameRows[i].names {
			assert.Same(t, nameIndex.get(n).row, entryOf(n), n)
			assert.Nil(t, nameIndex.get(n+"q").row, n)
		}
	}
}

// entryOf is the row of a name; the last one counts.
func entryOf(name string) (row *nameRow) {
	for i := range nameRows {
		for _, n := range nameRows[i].names {
			if n == name {
				row = &nameRows[i]
			}
		}
	}
	return row
}
