package scan

import "strings"

// joined reports whether a mark of base64 glues what begins at text[start] to
// what stands before it. A short prefix says nothing there.
func joined(text string, start int) bool {
	const longest = 24
	if start > 1 && text[start-1] == '/' {
		segment := text[back(text, start-1, longest, alnum) : start-1]
		return random(segment) && !behindPath(text, start-1)
	}
	if start > 1 && text[start-1] == '+' && is(text[start-2], alnum) {
		before := text[back(text, start-1, longest, b64any) : start-1]
		return !wordy(before) && (len(before) >= leastBody || !all(before, lower|digit))
	}
	return start > 0 && is(text[start-1], dash|under)
}

// behindPath reports whether the slash at text[at] divides the segments of a path
// rather than standing in base64: what it ends is of one case, or the run of base64
// around it begins like a path or is a part of a name with other marks.
func behindPath(text string, at int) bool {
	const longest, least = 256, 3
	low := back(text, at, longest, b64)
	if low == at || at-low == longest {
		return false
	}
	run := text[low:at]
	first, _, several := strings.Cut(run, "/")
	switch {
	case run[0] == '/', low > 0 && is(text[low-1], dot|dash|under|tilde):
		return true
	case low > 0 && text[low-1] == ':' && several && all(first, digit):
		return true // a host and a port
	case len(first) >= least && all(first, lower) && wordy(first):
		return true
	}
	segment := run[strings.LastIndexByte(run, '/')+1:]
	return len(segment) >= least && len(segment) < leastBody && all(segment, lower|digit)
}
