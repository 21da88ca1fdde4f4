package scan

import (
	"strings"
	"unicode/utf8"
)

// matchScheme judges an HTTP authentication scheme (RFC 9110) at text[at] and
// the credential behind it.
func matchScheme(text string, at int) (Finding, bool) {
	segment := at > 0 && (text[at-1] == '/' || text[at-1] == '#') // of a path: there a word such as "digest" is a name
	if at > 0 && is(text[at-1], alnum|dash|under|dot) {
		return Finding{}, false
	}
	word := runMax(text, at, 24, alnum|dash)
	next := runMax(text, word, 6, forms)
	if next == word || next >= len(text) {
		return Finding{}, false
	}
	const judged = 512
	end := runMax(text, next, judged, opaque)
	f := Finding{Kind: kindScheme, Start: next, End: run(text, end, opaque)}
	if strings.IndexByte(text[word:next], '+') >= 0 {
		if i := strings.IndexByte(text[next:end], '+'); i >= 0 {
			end = next + i // a space of a form
			f.End = end
		}
	}
	for end > next && text[end-1] == '.' {
		end-- // of a sentence, or of what was cut
	}
	scheme, v := text[at:word], text[next:end]
	switch {
	case hasFold(scheme, 0, "basic"):
		f.Kind = kindBasic
		return f, len(v) >= 4 && basicLike(v)
	case segment:
		return Finding{}, false
	case hasFold(scheme, 0, "negotiate"), hasFold(scheme, 0, "ntlm"):
		return f, len(v) >= 16 && random(v)
	case hasFold(scheme, 0, "sharedkey"):
		return sharedKey(text, next, f)
	case len(v) < 16 || wordy(v) || stateful(v) || !random(v) && !isUUID(v) || reference(v):
		return Finding{}, false
	case hasFold(scheme, 0, "bearer"), hasFold(scheme, 0, "dpop"):
		f.Kind = kindBearer
		return f, true
	}
	// Other schemes are words of prose too.
	return f, (f.End == len(text) || text[f.End] != ' ') && (!hasFold(scheme, 0, "token") || !identifier(v))
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
