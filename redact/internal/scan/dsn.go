package scan

import "strings"

// address reports whether the address of a data source stands at text[i] in a
// name without a scheme: a host with a domain and a path, a host and a port, a
// host and a path with parameters, or a path alone (docs.snowflake.com: the Go
// driver; go-sql-driver/mysql: DSN).
func address(text string, i int) bool {
	host := run(text, i, name)
	switch {
	case host == len(text):
		return false
	case host == i:
		end := run(text, i+1, name)
		return text[i] == '/' && end > i+1 && (end == len(text) || text[end] == '?' || is(text[end], stop))
	case text[host] == ':':
		return portEnd(text, host+1) > host+1
	case text[host] != '/':
		return false
	case strings.IndexByte(text[i:host], '.') >= 1:
		return true
	}
	end := host
	for end < len(text) && (is(text[end], name) || text[end] == '/') {
		end++
	}
	return end < len(text) && text[end] == '?' && nextPair(text, end+1)
}

// portEnd returns the end of the number of a port at text[i], else i.
func portEnd(text string, i int) int {
	const least, most = 2, 5
	end := runMax(text, i, most, digit)
	if end-i < least || end < len(text) && is(text[end], name) && text[end] != '.' {
		return i
	}
	return end
}

// notUsers are schemes before the name of a user who has no password there.
var notUsers = stateSet(`acct git im mailto rsync sip sips ssh svn tel xmpp`)

// oracleTools are programs that log in with a user, a slash and a password
// (docs.oracle.com: SQL*Plus).
var oracleTools = [...]string{"sqlplus ", "sqlldr ", "expdp ", "impdp ", "rman target "}

// oracleLogin judges user/password@host behind "thin:" in a JDBC URL, in an easy
// connect string, or as an argument of a program of Oracle.
func oracleLogin(text string, at int) (Finding, bool) {
	const longest = 64
	start := at
	for start > 0 && at-start < longest && text[start-1] != '/' && !is(text[start-1], stop) {
		start--
	}
	f := Finding{Kind: kindUserinfo, Start: start, End: at}
	if start < 1 || text[start-1] != '/' || start == at {
		return f, false
	}
	user, v := back(text, start-1, longest, name), text[start:at]
	if placeholder(v) {
		return f, false
	}
	if user >= 5 && hasFold(text, user-5, "thin:") {
		return f, true
	}
	if user == start-1 || len(v) < leastPassword-1 || harmless(v) || user > 0 && !is(text[user-1], stop|equals|colon) {
		return f, false
	}
	if strings.HasPrefix(text[at+1:], "//") {
		return f, address(text, at+3)
	}
	const reach = 64
	for _, tool := range oracleTools {
		if containsFold(text[max(0, user-reach):user], tool) {
			return f, true
		}
	}
	host := run(text, at+1, name)
	if host == len(text) || text[host] != ':' {
		return f, false
	}
	port := portEnd(text, host+1)
	return f, port > host+1 && port < len(text) && text[port] == '/' && !wordy(v) && random(v)
}

// slashed judges the userinfo of a URL before the at sign at text[at] whose
// password has a slash in it, which a URL must not have: what stands before the
// slash is no port.
func slashed(text string, low, at int) (Finding, bool) {
	i := strings.LastIndex(text[low:at], "://")
	if i < 0 {
		return Finding{}, false
	}
	from := low + i + len("://")
	sep, slash := index(text[:at], from, ':'), index(text[:at], from, '/')
	if sep == from || sep >= slash || slash == sep+1 || run(text[:at], from, opaque|colon|bang) != at || at+1 == len(text) || !is(text[at+1], alnum) {
		return Finding{}, false
	}
	v := text[sep+1 : at]
	if all(text[sep+1:slash], digit) || placeholder(v) || wordy(v) && !chosen(v) {
		return Finding{}, false
	}
	return Finding{Kind: kindUserinfo, Start: sep + 1, End: at}, true
}
