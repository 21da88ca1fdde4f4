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
	if i := strings.Index(line, "OpenVPN"); i >= 0 && key < 0 {
		return openVPN(text, start, at+i)
	}
	if key < 0 || !hasFold(line, key+7, " key") && !hasFold(line, key+7, "+key") && !hasFold(line, key+7, "_key") {
		return Finding{}, false
	}
	for start < at && text[start] == ' ' {
		start++
	}
	behind := at + key + len("PRIVATE KEY")
	if hasFold(text, behind, " block") || hasFold(text, behind, "+block") {
		behind += len(" BLOCK")
	}
	kind := kindPEM
	if strings.HasPrefix(line, "BEGIN PGP") {
		kind = kindPGP
	}
	return Finding{Kind: kind, Start: start, End: pemEnd(text, behind, margin(text, start, behind))}, !withoutKey(text, start, run(text, behind, dash))
}

// openVPN judges the first line of a static or client key of OpenVPN (openvpn.net:
// --secret, --tls-auth, --tls-crypt-v2) whose name stands at text[at].
func openVPN(text string, start, at int) (Finding, bool) {
	line := text[at:lineEnd(text, at)]
	i := strings.Index(line, "-----")
	if i < 0 || !strings.Contains(strings.ToLower(line[:i]), " key") || strings.Contains(line[:i], "server key") && i > 64 {
		return Finding{}, false
	}
	return Finding{Kind: kindPEM, Start: start, End: pemEnd(text, at+i, margin(text, start, at+i))}, !withoutKey(text, start, run(text, at+i, dash))
}

// withoutKey reports whether the first or last line text[start:end] of a key
// stands alone in quotes, as messages name what they expect, or a placeholder
// stands in the place of the key.
func withoutKey(text string, start, end int) bool {
	if start > 0 && end < len(text) && is(text[start-1], quote) && text[start-1] == text[end] && text[end] != '\\' {
		return true
	}
	body := strings.TrimLeft(text[end:], " \r\n\\n")
	return hasFold(body, 0, "redacted") || hasFold(body, 0, "[redacted") || hasFold(body, 0, "<redacted") || strings.HasPrefix(body, "***")
}

// elided reports whether a placeholder stands at the end of text, in the place of a
// key.
func elided(text string) bool {
	const word = "redacted"
	text = strings.TrimRight(text, " \r\n\\nr]")
	return strings.HasSuffix(text, "***") || hasFold(text, len(text)-len(word), word)
}

// publicEnd returns the end of the body of the certificate, request or public
// key whose first line has BEGIN at text[at], else at: chance makes anything of
// its base64.
func publicEnd(text string, at int) int {
	line := text[at:min(len(text), at+48)]
	i := strings.Index(line, "-----")
	if i < 0 || !strings.Contains(line[:i], "CERTIFICATE") && !strings.Contains(line[:i], "PUBLIC KEY") {
		return at
	}
	from := at + i + len("-----")
	end := from
	for end < len(text) && (is(text[end], b64|equals|white) || text[end] == '\\') {
		end++
	}
	if end-from < leastBody || !strings.HasPrefix(text[end:], "-----END") {
		return at
	}
	return end
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
	end := run(text, at+key+11, dash)
	if first := back(text, at, 8, dash); withoutKey(text, first, end) || elided(text[max(0, start-len("[REDACTED]")):first]) {
		return Finding{}, false
	}
	return Finding{Kind: kindPEM, Start: start, End: run(text, end, dash|alnum|white)}, true
}

// matchBlob judges a header line that says that key material follows: the
// line and the lines of base64 or hexadecimal digits below it.
func matchBlob(text string, at int) (Finding, bool) {
	if text[at] == '-' {
		at -= len("private")
	}
	f := Finding{Kind: kindPuTTY, Start: at}
	end := linesHeader(text, at)
	if at >= 0 && text[at] == '$' {
		if !strings.HasPrefix(text[at:], "$ANSIBLE_VAULT;") {
			return Finding{}, false
		}
		f.Kind = kindAnsible
		end = run(text, at+1, alnum|under|dot)
		for end < len(text) && is(text[end], alnum|dot) || end < len(text) && text[end] == ';' {
			end++
		}
	}
	if end == at || f.Kind == kindAnsible && !encrypted(text, end) {
		return Finding{}, false
	}
	f.End = bodyEnd(text, end, margin(text, at, end))
	return f, true
}

// margin returns the marks before each line of a key whose first line is text[from:to],
// as a text that is quoted or commented out has them. The line below tells when it is
// one of base64, else the first one.
func margin(text string, from, to int) string {
	const longest, reach, leastLine = 8, 80, 16
	line := index(text[:min(len(text), to+reach)], to, '\n') + 1
	if line <= len(text) {
		end := runMax(text, line, longest, white|bang|stop|plus)
		if runMax(text, end, leastLine, b64|equals)-end == leastLine {
			return marks(text[line:end])
		}
	}
	start := back(text, from, longest, white|bang|stop|plus)
	start += strings.LastIndexByte(text[start:from], '\n') + 1
	if start > 0 && text[start-1] != '\n' {
		return ""
	}
	return marks(text[start:from])
}

// marks returns v without the white space around it, "" when it is base64 or escaped.
func marks(v string) string {
	v = strings.Trim(v, " \t")
	if all(v, plus) || strings.IndexByte(v, '\\') >= 0 {
		return ""
	}
	return v
}

// encrypted reports whether the hexadecimal digits of a vault begin behind its
// header, which ends at text[at].
func encrypted(text string, at int) bool {
	const least = 8
	gap := lineGap(text, at)
	return runMax(text, gap, least, hexa)-gap == least
}

// linesHeader returns the end of the name of the header Private-Lines at
// text[at], else at. Its value is the number of lines of the key, which tells it
// from the headers of services that begin alike.
func linesHeader(text string, at int) int {
	const header = "private-lines:"
	if !hasFold(text, at, header) {
		return at
	}
	end := at + len(header)
	count := runMax(text, end, 2, white|plus)
	if stop := runMax(text, count, 4, digit); stop == count || stop < len(text) && is(text[stop], name) {
		return at
	}
	return end
}

// pemEnd returns the end of the last line of the block, or of what can be its
// body when that line is missing. Each line begins with the margin.
func pemEnd(text string, from int, margin string) int {
	end := from
	for end < len(text) && (is(text[end], b64|equals|dash|white|colon) || text[end] == '\\' || text[end] == ',') {
		end = skipMargin(text, end+1, margin)
	}
	i := strings.Index(text[from:end], "-----END")
	if i < 0 {
		return bodyEnd(text, run(text, from, dash), margin)
	}
	line := from + i + len("-----END")
	if j := strings.Index(text[line:min(end, line+80)], "-----"); j >= 0 {
		return line + j + len("-----")
	}
	return line
}

// bodyEnd returns the end of the key material, and of the headers before it,
// that begins at or behind text[from]. The lines can be joined by spaces or by
// escaped line ends, and begin with the margin; a word of a sentence ends it.
func bodyEnd(text string, from int, margin string) int {
	end := from
	header, last := false, false // in the line of a header, of the last one
	for end < len(text) {
		gap := lineGap(text, end)
		if margin != "" && gap > end && strings.HasPrefix(text[gap:], margin) {
			gap = lineGap(text, gap+len(margin))
		}
		header = header && !strings.ContainsAny(text[end:gap], "\n\\")
		word := run(text, gap, b64|equals|dash)
		switch {
		case header && word == gap && gap < len(text): // any mark of a header's value
			word++
		case word == gap || last && !header:
			return end
		case word < len(text) && text[word] == ':':
			header, last = true, hasFold(text, word-len("private-mac"), "private-mac")
			word++
		case !header && gap > end && text[end] != '-' && sentence(text[gap:word]):
			return end
		default:
			header = header && !last
		}
		end = word
	}
	return end
}

// skipMargin returns the end of the margin at text[at] behind a line end, else at.
func skipMargin(text string, at int, margin string) int {
	if margin == "" || text[at-1] != '\n' {
		return at
	}
	if next := runMax(text, at, 16, white); strings.HasPrefix(text[next:], margin) {
		return next + len(margin)
	}
	return at
}

// sentence reports whether a word is one of a sentence rather than of base64.
func sentence(word string) bool {
	return len(word) < 16 && !all(word, digit) && wordy(word) && is(word[0], lower)
}

// lineGap returns the end of the white space at text[at], also when its line
// ends are written as escapes.
func lineGap(text string, at int) int {
	for at < len(text) {
		switch {
		case is(text[at], white) || text[at] == ',':
			at++
		case text[at] == '\\' && at+1 < len(text) && (text[at+1] == 'n' || text[at+1] == 'r'):
			at += 2
		default:
			return at
		}
	}
	return at
}
