package scan

import "strings"

// matchLogin judges the userinfo of a URL that was cut before its at sign. The
// scheme that ends at text[at] is one whose URLs carry passwords, or text[at]
// is a user whose password is a token.
func matchLogin(text string, at int) (Finding, bool) {
	if text[at] == ':' {
		if text[at+1] == '5' {
			return matchPassFile(text, at+len(":5432:"))
		}
		return matchThin(text, at+len(":thin:"))
	}
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
	if hasFold(text, at, "http") && (len(v) < leastPassword || wordy(v) && !chosen(v) || strings.IndexByte(text[user:colon], '.') >= 0) {
		return Finding{}, false // a host and a port
	}
	if len(v) < 4 || !cutAt(text, end) || placeholder(v) || harmless(v) || is(v[0], digit) && !random(v) {
		return Finding{}, false
	}
	return Finding{Kind: kindUserinfo, Start: colon + 1, End: end}, true
}

// matchPassFile judges the rest of a line of a password file of PostgreSQL
// (postgresql.org: libpq), behind the port at text[at]: database, user, password.
func matchPassFile(text string, at int) (Finding, bool) {
	database := runMax(text, at, maxName, name|bang)
	if database == at || database == len(text) || text[database] != ':' {
		return Finding{}, false
	}
	user := runMax(text, database+1, maxName, name|bang)
	if user == database+1 || user == len(text) || text[user] != ':' {
		return Finding{}, false
	}
	end := valueEnd(text, user+1)
	v := text[user+1 : end]
	ok := len(v) >= leastPassword && !placeholder(v) && !harmless(v) && (!wordy(v) || chosen(v) || mixed(v))
	return Finding{Kind: kindUserinfo, Start: user + 1, End: end}, ok
}

// matchThin judges the user and the password of a JDBC URL of Oracle that was cut
// before its at sign.
func matchThin(text string, at int) (Finding, bool) {
	slash := runMax(text, at, maxName, name)
	if slash == at || slash == len(text) || text[slash] != '/' {
		return Finding{}, false
	}
	end := slash + 1
	for end < len(text) && text[end] != '@' && !ends(text, end) && !strings.HasPrefix(text[end:], "...") {
		end++
	}
	v := text[slash+1 : end]
	return Finding{Kind: kindUserinfo, Start: slash + 1, End: end}, len(v) >= 4 && cutAt(text, end) && !placeholder(v) && !harmless(v)
}
