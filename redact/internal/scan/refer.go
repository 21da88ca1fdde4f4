package scan

import "strings"

// call reports whether the value is a call or an index of a program, like
// os.Getenv("X") or environ['X'], rather than a literal.
func (p *pair) call(text string) bool {
	v, end := p.value(text), p.valueEnd
	if strings.Contains(text[p.nameEnd:p.valueStart], "==") && (wordy(v) || spelled(v)) {
		return true // a comparison of two variables
	}
	if end+1 >= len(text) || text[end] != '(' && text[end] != '[' || !is(v[0], letter|under) || !all(v, name|colon) || !wordy(v) && !spelled(v) {
		return false
	}
	inside := text[end+1]
	if !p.spaced && !strings.ContainsAny(v, ".:_") && inside != '"' && inside != '\'' && inside != ')' {
		return false
	}
	const reach = 128
	rest := text[end+1 : min(len(text), end+reach)]
	return strings.IndexByte(rest, ')') >= 0 || strings.IndexByte(rest, ']') >= 0
}

// template reports whether the value stands inside of the marks of a template,
// is a command in backquotes or a tag of YAML.
func (p *pair) template(text string) bool {
	if strings.Contains(text[max(p.nameEnd, p.valueStart-4):p.valueStart], "{{") {
		return true
	}
	v := p.value(text)
	if p.quoted {
		return text[p.valueStart-1] == '`' && p.sep == '=' && strings.IndexByte(v, ' ') >= 0
	}
	return p.spaced && v[0] == '!' && all(v[1:], letter) && p.valueEnd < len(text) && is(text[p.valueEnd], white)
}

// bound reports whether the value is a variable of a query, like @name or
// :name.
func (p *pair) bound(text string) bool {
	v := p.value(text)
	if p.sep != '=' || len(v) < 2 || v[0] != '@' && v[0] != ':' || !all(v[1:], name) || !is(v[1], letter|under) || !wordy(v[1:]) {
		return false
	}
	return p.spaced || inStatement(text, p.nameStart)
}

// keywords are words of SQL statements in which values can stand beside names.
var keywords = [...]string{"update", "set", "where", "insert", "values", "create", "alter", "grant", "identified", "login", "role", "and", "exec", "with", "options", "tblproperties", "properties", "credentials"}

// inStatement reports whether a keyword of SQL stands before text[at].
func inStatement(text string, at int) bool {
	const reach = 160
	for i := max(0, at-reach); i < at; i++ {
		for _, k := range keywords {
			if foldByte(text[i]) == k[0] && hasFold(text, i, k) && is(text[i+len(k)], white|plus|stop) && bounded(text, i) {
				return true
			}
		}
	}
	return false
}

// digestWords are the words of names of digests.
var digestWords = [...]string{"checksum", "digest", "fingerprint", "hash", "sha256", "sha1", "sha512", "md5", "thumbprint"}

// digest reports whether name and value are those of a digest, as in
// checksum/secret of a deployment.
func (p *pair) digest(text string, t test) bool {
	v := p.value(text)
	if t == signature || len(v) < 32 || !all(v, hexa) {
		return false
	}
	const reach = 40
	start := back(text, p.nameStart, reach, name|plus)
	for i := start; i < p.nameEnd; i++ {
		if i > start && is(text[i-1], alnum) {
			continue
		}
		for _, w := range digestWords {
			if hasFold(text, i, w) {
				return true
			}
		}
	}
	return false
}
