package scan

import (
	"encoding/binary"
	"math/bits"
	"strings"
)

// longestWord is the length of the longest word of a set.
const longestWord = 24

// wordSet is a set of words in lower case, a table with open addressing. It has
// their numbers, 0 for none, so that it is small.
type wordSet struct {
	slots []uint16
	words []string
	shift uint8
}

// stateSet makes the set of the words of a list.
func stateSet(list string) *wordSet {
	words := strings.Fields(list)
	size := bits.Len(uint(2 * len(words)))
	w := &wordSet{slots: make([]uint16, 1<<size), words: append(make([]string, 1, 1+len(words)), words...), shift: uint8(64 - size)}
	for i, word := range words {
		*w.slot(word) = uint16(i + 1)
	}
	return w
}

// slot returns where a word stands, or can stand.
func (w *wordSet) slot(word string) *uint16 {
	for i := wordKey(word) >> w.shift; ; i++ {
		s := &w.slots[i&uint64(len(w.slots)-1)]
		if *s == 0 || len(w.words[*s]) == len(word) && hasFold(word, 0, w.words[*s]) {
			return s
		}
	}
}

// knows looks a word up regardless of its case.
func knows(words *wordSet, word string) bool {
	return word != "" && len(word) <= longestWord && *words.slot(word) != 0
}

// wordKey hashes a word of a few bytes regardless of the case of letters.
func wordKey(word string) uint64 {
	const odd = 0x9E3779B97F4A7C15
	v := uint64(len(word))
	switch b := []byte(nil); {
	case len(word) >= 8:
		b = bytesOf(word)
		v += (binary.LittleEndian.Uint64(b)|foldMask)*odd ^ (binary.LittleEndian.Uint64(b[len(b)-8:]) | foldMask)
	case len(word) >= 4:
		b = bytesOf(word)
		v += (uint64(binary.LittleEndian.Uint32(b)) | uint64(binary.LittleEndian.Uint32(b[len(b)-4:]))<<32) | foldMask
	default:
		for i := range len(word) {
			v = v<<8 | uint64(word[i]) | 0x20
		}
	}
	return (v ^ v>>32) * odd
}
