package scan

import (
	"slices"
	"strings"
)

// flags are the short options that carry credentials in several programs: a
// user, a colon and a password, or the password of a login. A flag of words
// counts behind one of them only, since it has other meanings elsewhere.
var flags = []struct {
	flag  string
	words []string
	pair  bool
}{
	{" -u ", nil, true},
	{" -U ", nil, true},
	{" -a ", []string{"http", "https", "xh", "xhs"}, true},
	{" -A ", []string{"ab", "http", "https"}, true},
	{" -p ", []string{"login"}, false},
}

// matchFlag judges the argument of the short option behind the space at
// text[at]. The program is not known for sure, so that the argument has to show
// what it is.
func matchFlag(text string, at int) (Finding, bool) {
	i := 0
	for i < len(flags) && flags[i].flag[2] != text[at+2] {
		i++
	}
	if i == len(flags) || flags[i].words != nil && !spoken(text, at, flags[i].words) {
		return Finding{}, false
	}
	from := runMax(text, at+len(flags[i].flag), 2, white|plus)
	start, end := from, wordEnd(text, from)
	if flags[i].pair {
		user := strings.IndexByte(text[from:end], ':')
		if user < 0 || all(text[from:from+user], digit) {
			return Finding{}, false
		}
		start += user + 1
	}
	start, end = unquote(text, start, end)
	v := text[start:end]
	ok := len(v) >= leastPassword && !placeholder(v) && !harmless(v) && (!wordy(v) || chosen(v))
	return Finding{Kind: kindCommand, Start: start, End: end}, ok
}

// spoken reports whether one of the words stands before text[at] in the line.
func spoken(text string, at int, words []string) bool {
	const reach = 128
	line := text[max(0, at-reach):at]
	line = line[strings.LastIndexByte(line, '\n')+1:]
	for end := len(line); end > 0; {
		start := back(line, end, reach, name)
		if slices.Contains(words, line[start:end]) {
			return true
		}
		end = start
		for end > 0 && !is(line[end-1], name) {
			end--
		}
	}
	return false
}
