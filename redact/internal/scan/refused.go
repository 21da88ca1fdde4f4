package scan

import "strings"

// matchRefused judges the value that an error quotes before it says for what it was
// given: invalid value "x" for flag -password (pkg.go.dev/flag), invalid argument "x"
// for "-p, --password" flag (github.com/spf13/pflag), invalid header field value "x"
// for key X-Api-Key (pkg.go.dev/net/http). The word before the value begins at
// text[at].
func matchRefused(text string, at int) (Finding, bool) {
	const joint = " for "
	open := runMax(text, run(text, at, letter), 1, white)
	start := runMax(text, open, 4, quote)
	if start == open || start == len(text) || text[start-1] != '"' && text[start-1] != '\'' {
		return Finding{}, false
	}
	p := pair{sep: '=', quoted: true, valueStart: start}
	p.valueEnd = p.quoteEnd(text, min(len(text), start+maxValue))
	behind := runMax(text, p.valueEnd, 4, quote)
	if !strings.HasPrefix(text[behind:], joint) || p.valueEnd == start {
		return Finding{}, false
	}
	from, to := refusedName(text, behind+len(joint))
	e, known := lookup(text[from:to])
	if !known {
		return Finding{}, false
	}
	p.nameStart, p.nameEnd = at, run(text, at, letter) // what stands before the value
	end, ok := p.judge(text, e.test)
	if e.test == header {
		end, ok = p.header(text, p.value(text))
	}
	return Finding{Kind: e.row.id, Start: start, End: end}, ok
}

// fields are words for what has a name and a value.
var fields = stateSet(`argument env environment field flag header key option parameter property setting the variable`)

// refusedName returns the name in what goes on at text[at]: behind words that say what
// has the name, and the last of several.
func refusedName(text string, at int) (start, end int) {
	const words = 3
	for range words {
		word := runMax(text, at, longestWord, letter)
		if word == len(text) || text[word] != ' ' || !knows(fields, text[at:word]) {
			break
		}
		at = word + 1
	}
	start = runMax(text, at, 6, quote|dash)
	end = runMax(text, start, maxName, name)
	if strings.HasPrefix(text[end:], ", --") { // behind the short one of a flag
		start = end + len(", --")
		end = runMax(text, start, maxName, name)
	}
	return start, end
}
