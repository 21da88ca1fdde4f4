package scan

import "strings"

const maxAuthority = 512

// matchUserinfo judges an at sign at text[at] as the end of the userinfo of a
// URL (RFC 3986) or of a data source name, with a password in it.
func matchUserinfo(text string, at int) (Finding, bool) {
	low := authorityLow(text, at)
	if masked(text, at) || hasFold(text, at+1, "sha256:") || hasFold(text, at+1, "sha512:") {
		return Finding{}, false
	}
	if strings.LastIndexByte(text[low:at], ':') < 0 {
		return oracleLogin(text, at)
	}
	dsn := dataSource(text, at+1)
	start, colon := userStart(text, low, at, dsn)
	switch {
	case colon < 0 && start >= 2 && text[start-2] == '/':
		return tokenUser(text, start, at)
	case colon < 0:
		if f, ok := oracleLogin(text, at); ok {
			return f, true
		}
		return slashed(text, low, at)
	case start >= 2 && text[start-1] == '/' && text[start-2] == '/':
	case dsn && !strings.Contains(text[start:at], "://"):
	default:
		if colon = account(text, start, at); colon < 0 {
			return Finding{}, false
		}
	}
	v := text[colon+1 : at]
	if f, ok := tokenUser(text, start, colon); ok && (wordy(v) || stateful(v)) {
		f.End = at
		return f, true // the password says only what the user is
	}
	if v == "" || placeholder(v) || repeated(v) || allStars(v) || behindQuote(text, v, start) {
		return Finding{}, false
	}
	return Finding{Kind: kindUserinfo, Start: colon + 1, End: at}, true
}

// authorityLow returns how far back from the at sign a userinfo is looked for:
// the bytes of maxAuthority, or more when they are one run, as tokens are. No
// byte is looked at for more than a few at signs.
func authorityLow(text string, at int) int {
	const marks = 4
	low := max(0, at-maxAuthority)
	if low == 0 || back(text, at, maxAuthority, opaque|colon|bang) != low {
		return low
	}
	for n := strings.Count(text[low:at], "@"); n < marks && low > 0 && is(text[low], opaque|colon|bang) && text[low] != '/'; low-- {
		n += count(text[low] == '@')
	}
	return low
}

// dataSource reports whether the address of a data source name stands at text[i] (go-sql-driver/mysql: DSN). One without
// a protocol must be whole, since names have parentheses too.
func dataSource(text string, i int) bool {
	if hasFold(text, i, "tcp(") || hasFold(text, i, "unix(") {
		return true
	}
	if i == len(text) || text[i] != '(' {
		return false
	}
	address := text[i:min(len(text), i+maxAuthority)]
	end := strings.IndexByte(address, ')')
	return end > 1 && end+1 < len(address) && address[end+1] == '/'
}

// account returns the position of the colon between a user and a password when
// they stand before a host and a path as in a data source name without a
// protocol (docs.snowflake.com: the Go driver), else -1. Nothing else tells it
// from names with parts, so that a generator must have made the password.
func account(text string, start, at int) int {
	colon := start + strings.LastIndexByte(text[start:at], ':')
	v := text[colon+1 : at]
	if colon == start || !is(text[colon-1], name) || len(v) < leastPassword || all(v, hexa|dash) || strings.IndexByte(v, '/') >= 0 {
		return -1
	}
	if !address(text, at+1) || knows(notUsers, text[start:colon]) {
		return -1
	}
	if wordy(v) || !random(v) || !hasBothCases(v) && !hasMarks(v) {
		return -1
	}
	return colon
}

// userStart goes back from the at sign to where the userinfo begins and
// returns its first colon, -1 when there is none.
func userStart(text string, low, at int, dsn bool) (start, colon int) {
	start, colon = at, -1
	for start > low {
		c := text[start-1]
		if c == '/' || c <= ' ' || c == '"' || (c == '<' || c == '>' || c == '`') && !inPassword(text[low:start-1]) ||
			dsn && (c == ',' || c == '[' || c == '{' || c == '(' || c == '=') || escapedControl(text, start-3, low) {
			break
		}
		start--
		if c == ':' {
			colon = start
		}
	}
	return start, colon
}

// inPassword reports whether text ends inside of the password of a URL: behind a
// scheme, a user and a colon, with more than the number of a port.
func inPassword(text string) bool {
	i := strings.LastIndex(text, "://")
	if i < 0 {
		return false
	}
	user, password, ok := strings.Cut(text[i+len("://"):], ":")
	return ok && user != "" && all(user, name) && (password == "" || !all(password, digit)) && strings.IndexByte(password, '"') < 0 && strings.IndexByte(password, ' ') < 0
}

// escapedControl reports whether text[i:i+3] is a control character as a percent escape. It divides as the character does.
func escapedControl(text string, i, low int) bool {
	return i >= low && text[i] == '%' && (text[i+1] == '0' || text[i+1] == '1') && is(text[i+2], hexa)
}

// tokenSchemes are the schemes of URLs whose user can be a token.
var tokenSchemes = stateSet(`http https nats tls`)

// tokenUser judges the user of a URL without a password: hosts of code take tokens
// there (docs.github.com: basic authentication), and servers of NATS (docs.nats.io).
func tokenUser(text string, start, at int) (Finding, bool) {
	v, scheme := text[start:at], strings.TrimSuffix(text[:start], "://")
	if len(scheme) == start || !knows(tokenSchemes, scheme[back(scheme, len(scheme), longestWord, letter):]) {
		return Finding{}, false
	}
	return Finding{Kind: kindUserinfo, Start: start, End: at}, len(v) >= 20 && all(v, name) && random(v) && !isUUID(v) && !sentryName(text, v, at)
}

// sentryName reports whether the user of a URL is the public key of a Sentry
// project, which stands in the pages of its users (docs.sentry.io: DSN).
func sentryName(text, v string, at int) bool {
	host := run(text, at+1, name|colon)
	if len(v) != 32 || !all(v, lowhex) || host == len(text) || text[host] != '/' {
		return false
	}
	id := run(text, host+1, digit)
	return id > host+1 && (id == len(text) || !is(text[id], name|plus))
}

// masked reports whether a mark that stands for a secret ends at text[at].
func masked(text string, at int) bool {
	const longest = 64
	if at == 0 || text[at-1] != ']' {
		return false
	}
	i := strings.LastIndexByte(text[max(0, at-longest):at], '[')
	return i >= 0 && hasFold(text, max(0, at-longest)+i+1, "redacted")
}

// allStars reports whether v is what stands for a password that is not shown.
func allStars(v string) bool { return strings.Trim(v, "*xX.\u2022\u25CF") == "" }

// behindQuote reports whether the password v of the URL whose userinfo begins at
// text[start] has the quote in it that stands before the URL and closes it.
func behindQuote(text, v string, start int) bool {
	const longest = 24
	scheme := back(text, max(0, start-len("://")), longest, letter|plus|dot|dash)
	return scheme > 0 && text[scheme-1] == '\'' && strings.IndexByte(v, '\'') >= 0
}
