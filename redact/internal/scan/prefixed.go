package scan

import "strings"

// bodyWords stand before a dash or an underscore and what a generator made: they
// name the kinds of secrets, and no object that identifiers are given to.
var bodyWords = stateSet(`key api sdk sk tok`)

// Identifiers have up to 128 bits, digests in names those of SHA-1: what is longer
// behind the word of a credential is one.
const (
	leastPrefixed    = 32 // letters of both cases and digits
	leastPrefixedHex = 48
	leastPrefixedURL = 44 // with the marks of base64url
)

// matchPrefixed judges what a generator made behind the word of a credential that
// text[at] begins, as in key_2f9a..., token-Q7x...
func matchPrefixed(text string, at int) (Finding, bool) {
	word := run(text, at, letter)
	if word+leastPrefixed >= len(text) || !is(text[word], dash|under) {
		return Finding{}, false
	}
	start := word + 1
	end := runMax(text, start, maxValue, alnum)
	if end < len(text) && is(text[end], dash|under) {
		end = runMax(text, start, maxValue, b64url)
	}
	if end-start < leastPrefixed || end < len(text) && is(text[end], name|plus|equals) && !sentenceEnd(text, end) {
		return Finding{}, false
	}
	if !unidentified(text[start:end], text[at:word]) || !ofCredential(text[back(text, at, maxName, name):word]) {
		return Finding{}, false
	}
	return Finding{Kind: kindPrefixed, Start: at, End: end}, true
}

// sentenceEnd reports whether a full stop at text[i] ends a sentence, or what was cut.
func sentenceEnd(text string, i int) bool {
	return text[i] == '.' && (i+1 == len(text) || is(text[i+1], white|quote|dot))
}

// unidentified reports whether a generator made v, and no identifier of a common kind is so
// long. The thumbprint of a key identifies it.
func unidentified(v, word string) bool {
	const thumbprint = 43
	first := v[:run(v, 0, lower)]
	switch {
	case suffixed(first):
		return false
	case all(v, lowhex), all(v, digit|upper&hexa):
		return len(v) >= leastPrefixedHex && mixesDigits(v)
	case all(v, lower|digit), all(v, upper|digit):
		return len(v) > leastPrefixed && random(v) && mixesDigits(v)
	case all(v, alnum):
		return mixed(v) && random(v) && (len(v) != thumbprint || len(word) != len("key"))
	}
	divided := len(first) > 1 && is(v[len(first)], dash|under)
	return len(v) >= leastPrefixedURL && !divided && mixed(v) && scattered(v) && !spelled(v)
}

// suffixes go on from the name of a secret to that of something about it.
var suffixes = [...]string{"id", "name", "type", "hash", "version", "count", "ref", "path", "file", "url", "uri", "arn"}

// suffixed reports whether the letters behind the word of a credential begin with
// what makes it the name of something else, also where a line end was between them.
func suffixed(letters string) bool {
	for _, s := range suffixes {
		if strings.HasPrefix(letters, s) {
			return true
		}
	}
	return false
}

// ofCredential reports whether a name before a generated value is that of a
// credential rather than of what has a key or a token too.
func ofCredential(name string) bool {
	if knows(bodyWords, name) {
		return true
	}
	_, known := lookup(name)
	return known
}
