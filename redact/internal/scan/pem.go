package scan

import "strings"

// matchPEM judges "BEGIN" at text[at] as the first line of a private key (RFC
// 7468, RFC 4880, RFC 4716). The body may be missing, cut, on one line or with
// escaped line ends.
func matchPEM(text string, at int) (Finding, bool) {
	if text[at] == '-' {
		return matchPEMEnd(text, at+1)
	}
	start := at
	for start > 0 && (text[start-1] == '-' || text[start-1] == ' ') && at-start < 8 {
		start--
	}
	if at-start < 4 {
		return Finding{}, false
	}
	line := text[at:min(len(text), at+72)]
	key := strings.Index(line, "PRIVATE")
	if key < 0 || !hasFold(line, key+7, " key") && !hasFold(line, key+7, "+key") && !hasFold(line, key+7, "_key") {
		return Finding{}, false
	}
	for start < at && text[start] == ' ' {
		start++
	}
	kind := kindPEM
	if strings.HasPrefix(line, "BEGIN PGP") {
		kind = kindPGP
	}
	return Finding{Kind: kind, Start: start, End: pemEnd(text, at+key+11)}, true
}

// matchPEMEnd judges "END" at text[at] as the last line of a private key whose
// first line is not there.
func matchPEMEnd(text string, at int) (Finding, bool) {
	line := text[at:min(len(text), at+72)]
	key := strings.Index(line, "PRIVATE")
	if key < 0 || !hasFold(line, key+7, " key") && !hasFold(line, key+7, "+key") {
		return Finding{}, false
	}
	const reach = 8 << 10
	start := at
	for start > 0 && at-start < reach && (is(text[start-1], b64|equals|dash|white) || text[start-1] == '\\') {
		start--
	}
	for start < at && is(text[start], white) {
		start++
	}
	end := run(text, at+key+11, dash|alnum|white)
	return Finding{Kind: kindPEM, Start: start, End: end}, true
}

// matchBlob judges a header line that says that key material follows: the
// line and the lines of base64 or hexadecimal digits below it.
func matchBlob(text string, at int) (Finding, bool) {
	f := Finding{Kind: kindPuTTY, Start: at}
	end := run(text, at, alnum|dash|colon)
	if text[at] == '$' {
		f.Kind = kindAnsible
		end = run(text, at+1, alnum|under|dot)
		for end < len(text) && is(text[end], alnum|dot) || end < len(text) && text[end] == ';' {
			end++
		}
	}
	f.End = max(end, pemEnd(text, end))
	return f, true
}

// pemEnd returns the end of the last line of the block, or of what can be its
// body when that line is missing.
func pemEnd(text string, from int) int {
	end := from
	for end < len(text) && (is(text[end], b64|equals|dash|white|colon) || text[end] == '\\' || text[end] == ',') {
		end++
	}
	if i := strings.Index(text[from:end], "-----END"); i >= 0 {
		line := from + i + len("-----END")
		if j := strings.Index(text[line:min(end, line+80)], "-----"); j >= 0 {
			return line + j + len("-----")
		}
		return line
	}
	for end > from && is(text[end-1], white) {
		end--
	}
	return end
}
