package scan

import (
	"strings"
	"unicode/utf8"
)

// matchScheme judges an HTTP authentication scheme (RFC 9110) at text[at] and
// the credential behind it.
func matchScheme(text string, at int) (Finding, bool) {
	if at > 0 && is(text[at-1], alnum|dash|under|dot) {
		return Finding{}, false
	}
	word := runMax(text, at, 24, alnum|dash)
	next := runMax(text, word, 6, forms)
	if plus := runMax(text, word, 6, white); plus > word && plus < len(text) && text[plus] == '+' {
		next = plus // no space, behind one
	}
	if next == word || next >= len(text) || told(text, at, next) {
		return Finding{}, false
	}
	const judged = 512
	end := runMax(text, next, judged, opaque)
	whole := true
	if strings.IndexByte(text[word:next], '+') >= 0 {
		if i := strings.IndexByte(text[next:end], '+'); i >= 0 {
			end, whole = next+i, false // a space of a form
		}
	}
	f := Finding{Kind: kindScheme, Start: next, End: end}
	if whole && end-next < leastCredential && end < len(text) && text[end] != ':' { // a name has no marks but that
		end = credentialEnd(text[:min(len(text), next+judged)], end)
	}
	f, ok := scheme(text, at, word, end, f)
	if ok && whole {
		f.End = credentialEnd(text, run(text, f.End, opaque))
		for escapes(text, f.End) && is(nibble(text[f.End+1])<<4|nibble(text[f.End+2]), plus|equals) {
			f.End = credentialEnd(text, run(text, f.End+len("%3D"), opaque))
		}
	}
	return f, ok
}

// told reports whether the scheme at text[at] is itself the value of a name, and a pair
// with a word for its name stands behind it at text[next], as fields of logs follow
// each other.
func told(text string, at, next int) bool {
	return at > 0 && text[at-1] == '=' && fieldAhead(text, next)
}

// fieldAhead reports whether a word, an equals sign and a value begin at text[at].
func fieldAhead(text string, at int) bool {
	const longest = 24
	end := runMax(text, at, longest, lower|under)
	return nextPair(text, at) && end < len(text) && text[end] == '=' && wordy(text[at:end])
}

// leastCredential is the length of a credential that only its scheme gives away.
const leastCredential = 16

// scheme judges the scheme text[at:word] and the credential text[f.Start:end].
func scheme(text string, at, word, end int, f Finding) (Finding, bool) {
	next := f.Start
	segment := at > 0 && (text[at-1] == '/' || text[at-1] == '#') // of a path: there a word such as "digest" is a name
	for end > next && text[end-1] == '.' {
		end-- // of a sentence, or of what was cut
	}
	scheme, v := text[at:word], text[next:end]
	switch {
	case hasFold(scheme, 0, "basic"):
		f.Kind = kindBasic
		return f, len(v) >= 4 && basicLike(v)
	case segment, strings.Contains(v, "****"):
		return Finding{}, false
	case hasFold(scheme, 0, "negotiate"), hasFold(scheme, 0, "ntlm"):
		return f, len(v) >= leastCredential && random(v)
	case hasFold(scheme, 0, "sharedkey"):
		return sharedKey(text, next, f)
	case len(v) < leastCredential || headerAlone(text, next) || wordy(v) || spelled(v) || stateful(v) || !random(v) && !isUUID(v) || reference(v):
		return Finding{}, false
	case hasFold(scheme, 0, "bearer"), hasFold(scheme, 0, "dpop"):
		f.Kind = kindBearer
		return f, true
	}
	// Other schemes are words of prose too.
	return f, (f.End == len(text) || text[f.End] != ' ') && (!hasFold(scheme, 0, "token") || !identifier(v))
}

// credentialEnd returns where a credential ends that goes on at text[at]. The
// grammar of headers (RFC 9110) ends it at white space, a comma or a quote, but
// tokens in use have marks beyond it inside of them: they belong to the token
// when it goes on behind them.
func credentialEnd(text string, at int) int {
	for at < len(text) {
		next := at
		for next < len(text) && (is(text[next], bang|colon) && text[next] != '&' && !escapes(text, next) || inToken(text, next)) {
			next++
		}
		if next == len(text) || next == at || !is(text[next], opaque) {
			return at
		}
		at = run(text, next, opaque)
	}
	return at
}

// escapes reports whether text[i] begins a percent escape.
func escapes(text string, i int) bool {
	return len(text)-i >= 3 && text[i] == '%' && is(text[i+1], hexa) && is(text[i+2], hexa)
}

// inToken reports whether the pipe at text[i] is a mark inside of a token rather
// than between fields: what stands behind it was made by a generator.
func inToken(text string, i int) bool {
	const least = 8
	if text[i] != '|' {
		return false
	}
	v := text[i+1 : run(text, i+1, opaque)]
	return len(v) >= least && (all(v, digit) || !wordy(v))
}

// lastPart reports whether text[from:] goes on with a part of a token that was cut.
func lastPart(text string, from int) bool {
	end := run(text, from, opaque)
	v := strings.TrimRight(text[from:end], ".")
	return v != "" && (cutAt(text, end) || len(v)+len("...") <= end-from) && (all(v, digit) || !wordy(v))
}

// cookieEnd returns where the value of a cookie ends (RFC 6265) that goes on at
// text[at]. Pipes and pairs can stand inside of it.
func cookieEnd(text string, at int) int {
	const least = 8
	piped := false // a part of it has been behind a pipe
	for ; at < len(text); at++ {
		switch {
		case !is(text[at], stop):
		case inToken(text, at), text[at] == '|' && (piped && run(text, at+1, opaque)-at > least || lastPart(text, at+1)):
			piped = true
		case text[at] != '&' || !nextPair(text, at+1):
			return at
		}
	}
	return at
}

// identifier reports whether v is an identifier of a common kind, perhaps behind
// a few letters that say of what.
func identifier(v string) bool {
	const longest = 5
	if head := runMax(v, 0, longest, letter); head > 0 && head < len(v) && is(v[head], dash|under) {
		v = v[head+1:]
	}
	return isUUID(v) || usual(v) && !all(v, hexa)
}

// sharedKey judges "SharedKey account:signature" (Azure storage).
func sharedKey(text string, at int, f Finding) (Finding, bool) {
	account := runMax(text, at, 64, alnum|dash|dot)
	if account == at || account >= len(text) || text[account] != ':' {
		return Finding{}, false
	}
	end := run(text, account+1, b64|equals)
	f.Start, f.End = account+1, end
	return f, end-account > 24
}

// basicLike reports whether v is base64 of printable text with a colon.
func basicLike(v string) bool {
	if end := run(v, 0, b64any|equals); end != len(v) {
		return false
	}
	var buf [512]byte
	plain := decodeBase64(buf[:0], v[:min(len(v), 680)])
	colon, ascii := false, true
	for _, c := range plain {
		if c < 0x20 || c == 0x7F {
			return false
		}
		colon = colon || c == ':'
		ascii = ascii && c < 0x80
	}
	if !ascii {
		return colon && utf8.Valid(plain)
	}
	return colon && len(plain) >= 3 || len(plain) >= 9 // a cut one may have lost its colon
}
