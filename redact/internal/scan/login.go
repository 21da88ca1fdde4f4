package scan

import "strings"

// matchLogin judges the userinfo of a URL that was cut before its at sign. The
// scheme that ends at text[at] is one whose URLs carry passwords, or text[at]
// is a user whose password is a token.
func matchLogin(text string, at int) (Finding, bool) {
	user := at
	if i := strings.Index(text[at:min(len(text), at+16)], "://"); i >= 0 {
		user = at + i + len("://")
	} else if at < 3 || text[at-3:at] != "://" {
		return Finding{}, false
	}
	colon := runMax(text, user, 64, name|tilde)
	if colon >= len(text) || text[colon] != ':' {
		return Finding{}, false
	}
	end := colon + 1
	for end < len(text) && text[end] != '@' && text[end] != '/' && !ends(text, end) && !strings.HasPrefix(text[end:], "...") {
		end++
	}
	v := text[colon+1 : end]
	if len(v) < 4 || !cutAt(text, end) || placeholder(v) || harmless(v) || is(v[0], digit) && !random(v) {
		return Finding{}, false
	}
	return Finding{Kind: kindUserinfo, Start: colon + 1, End: end}, true
}
