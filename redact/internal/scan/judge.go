package scan

import "strings"

// judge applies a test to the value and returns where the secret ends.
func (p *pair) judge(text string, t test) (int, bool) {
	v := p.value(text)
	if t.coded() {
		if t.holds(v) && !p.partition(text) {
			return p.valueEnd, true
		}
		t = t.orElse()
	}
	if placeholder(v) || harmless(v) || p.inert(text, v, t) || p.program(text, v, t) || p.template(text) || !p.quoted && (p.call(text) || p.bound(text)) || p.digest(text, t) {
		return 0, false
	}
	if p.loose(text) && !p.boxed && !p.certain(text, t) || p.partition(text) && (len(v) < 16 || wordy(v)) {
		return 0, false
	}
	if p.loose(text) && (t == session || t == long) && (onHost(v, 2) || numbered(v)) {
		return 0, false
	}
	if p.sep == ':' && !p.quoted && prose(text, p.valueEnd, v) && (t != password || !chosen(v) && !marked(v) && !scattered(v)) {
		return 0, false
	}
	switch t {
	case nonEmpty:
		return p.valueEnd, true
	case password:
		return p.valueEnd, passwordLike(v, p)
	case generated:
		return p.valueEnd, len(v) >= 8 && (secretLike(v) || chosen(v) && digits(v) > 0 && all(v, opaque|bang))
	case long:
		return p.valueEnd, tokenLike(v)
	case signature:
		return p.signed(text, v)
	case session:
		return p.valueEnd, len(v) >= 20 && !isUUID(v) && random(v) && !spelled(v)
	case pairValue:
		return p.valueEnd, idAndSecret(v)
	}
	return 0, false
}

// certain reports whether a value that only a colon joins to its name is no part
// of a resource's name. Identifiers are found by what the name says: kinds of
// resources are called token or session, variables and secrets are not.
func (p *pair) certain(text string, t test) bool {
	const leastDigits = 32
	v := p.value(text)
	if !isUUID(v) && !all(v, hexa) {
		return !wordy(v) || t == password && (chosen(v) || marked(v))
	}
	named := p.name(text)
	variable := all(named, upper|digit|under) && strings.IndexByte(named, '_') > 0
	return len(v) >= leastDigits && (variable || t != long && t != session && t != pairValue)
}

// numbered reports whether v is the name of an object with its number behind a colon,
// as keys of caches are made of.
func numbered(v string) bool {
	i := strings.LastIndexByte(v, ':')
	return i > 0 && all(v[i+1:], digit) && slug(v[:i])
}

// onHost reports whether v is a path below a directory with a name of so many
// letters, as it stands behind the name of a host and a colon.
func onHost(v string, leastName int) bool {
	i := strings.IndexByte(v, '/')
	return i >= leastName && all(v[:i], lower|dash|under) && wordy(v[:i])
}

// partition reports whether the pair is a segment of a path, as partitions of
// tables are written.
func (p *pair) partition(text string) bool {
	if p.sep != '=' || p.quoted {
		return false
	}
	before := p.nameStart > 0 && text[p.nameStart-1] == '/'
	after := p.valueEnd < len(text) && text[p.valueEnd] == '/' && nextPair(text, p.valueEnd+1)
	return before || after
}

// signed judges a signature, which in a path ends at the next segment.
func (p *pair) signed(text, v string) (int, bool) {
	if strings.HasPrefix(v, "t=") && hasFold(text, p.valueEnd, ",v1=") { // with its time before it
		start := p.valueEnd + len(",v1=")
		end := run(text, start, hexa)
		return end, end-start >= 32
	}
	if len(v) == len("v1") && v[0] == 'v' && strings.HasPrefix(text[p.valueEnd:], ",") { // with its version before it
		start := p.valueEnd + 1
		end := run(text, start, b64|equals)
		return end, signatureLike(text[start:end])
	}
	if signatureLike(v) {
		return p.valueEnd, true
	}
	i := strings.IndexByte(v, '/')
	if i < 0 || !signatureLike(v[:i]) {
		return 0, false
	}
	return p.valueStart + i, true
}

// element reports whether the name is that of an XML element, perhaps with a
// namespace.
func (p *pair) element(text string) bool {
	at := p.nameStart
	if at > 1 && text[at-1] == ':' {
		at = back(text, at-1, 16, alnum)
	}
	return at > 0 && text[at-1] == '<'
}

// bare judges a value that only white space sets off from its name, as in a
// command line or a netrc file: nothing but a generator's output counts.
func (p *pair) bare(text string, t test) (int, bool) {
	v := p.value(text)
	if t.coded() {
		if p.bareCode(text, t) {
			return p.valueEnd, true
		}
		t = t.orElse()
	}
	if end := p.valueEnd; p.plus && end < len(text) && text[end] == '+' && !wordy(text[end+1:runMax(text, end+1, maxName, b64)]) {
		return 0, false // base64 goes on
	}
	if p.quoted && p.clause(text, v, t) {
		return p.valueEnd, true
	}
	flag := text[p.nameStart] == '-'
	if p.nameStart > 0 && !is(text[p.nameStart-1], white|stop) && text[p.nameStart-1] != '+' && text[p.nameStart] != '_' || strings.ContainsAny(v, ":=") && !flag {
		return 0, false
	}
	if placeholder(v) || harmless(v) || p.program(text, v, t) {
		return 0, false
	}
	if t == password && inNetrc(text, p.nameStart) && mixesDigits(v) {
		return p.valueEnd, true
	}
	if t == password && (chosen(v) || flag && len(v) >= 4 && v[0] != '-' && !prose(text, p.valueEnd, v)) {
		return p.valueEnd, true
	}
	if flag && (t == generated || t == long) && isUUID(v) {
		return p.valueEnd, true
	}
	if wordy(v) || spelled(v) || isUUID(v) || t != password && slug(v) || t == long && identifier(v) || !flag && all(v, hexa) || !random(v) {
		return 0, false
	}
	switch t {
	case password:
		return p.valueEnd, len(v) >= 8
	case pairValue:
		return p.valueEnd, flag && idAndSecret(v) && (strings.IndexByte(v, ':') > 0 || len(v) >= 16 && mixed(v))
	case generated, long, nonEmpty:
		return p.valueEnd, len(v) >= 16 && t != long || len(v) >= 12 && flag || len(v) >= 20 && all(v, b64any|equals) && mixed(v) && !isULID(v)
	}
	return 0, false
}

// clause reports whether a value in quotes that only white space sets off from
// its name is a secret, as in the clause of a statement.
func (p *pair) clause(text, v string, t test) bool {
	switch t {
	case password:
		return p.valueEnd < len(text) && !placeholder(v) && !harmless(v) && len(v) >= 4 &&
			(messy(v) || inStatement(text, p.nameStart) && strings.Count(v, " ") < 2 || !wordy(v))
	case generated, nonEmpty, long:
		if !secretLike(v) || reference(v) {
			return false
		}
		return len(v) >= 16 && p.variable(text) || text[p.valueStart-1] == '\'' && len(v) >= 8 && inStatement(text, p.nameStart)
	}
	return false
}

// variable reports whether the name is that of a variable, of several words, rather
// than a word of a sentence.
func (p *pair) variable(text string) bool {
	named := p.name(text)
	return strings.ContainsAny(named, "_-") || humps(named) > 0
}

// inNetrc reports whether "login" and a user stand before the name at text[at],
// as in a netrc file (gnu.org: inetutils).
func inNetrc(text string, at int) bool {
	const longest = 64
	space := back(text, at, 8, white)
	user := back(text, space, longest, opaque|bang)
	gap := back(text, user, 8, white)
	return space < at && user < space && gap < user && gap >= len("login") && hasFold(text, gap-len("login"), "login") && bounded(text, gap-len("login"))
}

// mixesDigits reports whether v has letters and digits.
func mixesDigits(v string) bool {
	var seen set
	for i := range len(v) {
		seen |= sets[v[i]]
	}
	return seen&digit != 0 && seen&letter != 0
}

// header judges the value of an authorization header: the credential is the
// word behind the scheme, or the first word when there is no other.
func (p *pair) header(text, v string) (int, bool) {
	end := p.valueEnd
	if word, ok := p.credential(text, v); ok {
		return word, true
	}
	if placeholder(v) || harmless(v) || reference(v) {
		return 0, false
	}
	if !p.quoted {
		end = credentialEnd(text, end)
	}
	return end, len(v) >= 12 && random(v) && !wordy(v) && !spelled(v)
}

// schemes are those of authorization headers, as members of dumps have them.
var schemes = stateSet(`basic bearer token key apikey api-key dpop oauth ssws splunk geniekey`)

// credential returns the end of the credential behind the value when that is a
// scheme.
func (p *pair) credential(text, v string) (int, bool) {
	next := runMax(text, p.valueEnd, 2, white)
	if len(v) >= 20 || !isScheme(v) || next == p.valueEnd || p.sep == '|' || stateful(v) && fieldAhead(text, next) {
		return 0, false
	}
	end := run(text, next, opaque|colon)
	v = text[next:end]
	return credentialEnd(text, end), len(v) >= 12 && random(v) && !wordy(v) && !harmless(v)
}

// xmlValue reports whether the end tag of the element with that name closes the text
// that begins here; without a name any end tag does. Names in attributes can follow each other without a tag, so that
// the way is bounded.
func xmlValue(text, name string) bool {
	const reach = 8 << 10
	i := strings.IndexByte(text[:min(len(text), reach)], '<')
	if i < 0 {
		end := run(text, 0, opaque|colon|bang)
		return end > 0 && text[0] != '@' && cutAt(text, end)
	}
	if i > 0 && strings.HasPrefix(text[i:], "</") {
		tag := text[i+len("</") : min(len(text), i+len("</")+maxName)]
		return strings.IndexByte(tag, '>') < 0 || strings.Contains(tag, name)
	}
	return literalMark(text, i) > 0
}

func isScheme(v string) bool { return all(v, alnum|dash) }
