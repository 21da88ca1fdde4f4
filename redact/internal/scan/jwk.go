package scan

import "strings"

// object is the JSON Web Key (RFC 7517, RFC 7518) that a sweep came upon last:
// its private members behind at are still to be looked at.
type object struct {
	at, end int
	tries   int
	unkeyed int // the end of what was no key
}

const (
	keyReach    = 8 << 10 // how long a key of 8192 bits is, with a certificate
	keyBefore   = 2 << 10 // how much of it is looked at before its type
	keyAttempts = 32      // bytes that can begin a private member
)

// open notes the key around "kty", or what gives a key away that has none of it, at
// text[at]. What lies before the end of the last key is not looked at again.
func (o *object) open(text string, at int) {
	member := is(text[at], quote)
	if at < o.end || member && at < o.unkeyed {
		return
	}
	size := len("kty")
	switch {
	case member:
		size = len(`"d`)
	case text[at] == 'A':
		size = len("AQAB")
	}
	if at > 0 && is(text[at-1], alnum) || at+size < len(text) && is(text[at+size], alnum) {
		return
	}
	low := max(o.end, at-keyBefore)
	if brace := strings.LastIndexByte(text[low:at], '{'); brace >= 0 {
		low += brace
	}
	end := objectEnd(text, at)
	if member && !keyed(text[low:end], text[at+1]) {
		o.unkeyed = end
		return
	}
	o.at, o.end, o.tries = low+1, end, keyAttempts
}

// keyed reports whether an object with the private member is a key although it does not
// say of what type: what the key is for stands beside one of bytes, and another
// number beside an exponent.
func keyed(object string, member byte) bool {
	const leastNumber = 40
	for i := 0; i+3 < len(object); i++ {
		if !is(object[i], quote) || !is(object[i+1], letter) {
			continue
		}
		end := runMax(object, i+1, longestWord, letter|under)
		if end == len(object) || !is(object[end], quote) {
			continue
		}
		value := runMax(object, end, 8, quote|white|colon)
		v := object[value:runMax(object, value, 2*leastNumber, b64url)]
		switch named := object[i+1 : end]; {
		case member|0x20 == 'd':
			if len(named) == 1 && strings.Contains("npqx", named) && len(v) >= leastNumber && random(v) {
				return true
			}
		case named == "key_ops", named == "use" && (v == "sig" || v == "enc"), named == "alg" && knows(keyAlgorithms, v):
			return true
		}
		i = end - 1
	}
	return false
}

// keyAlgorithms are those that keys of bytes are for (RFC 7518, 3.1, 4.1 and 5.1).
var keyAlgorithms = stateSet(`hs256 hs384 hs512 a128kw a192kw a256kw dir a128gcmkw a192gcmkw a256gcmkw a128cbc-hs256 a192cbc-hs384 a256cbc-hs512
	a128gcm a192gcm a256gcm c20p xc20p`)

// objectEnd returns the end of the object in which text[at] stands.
func objectEnd(text string, at int) int {
	limit := min(len(text), at+keyReach)
	depth := 0
	for i := at; i < limit; i++ {
		switch text[i] {
		case '{':
			depth++
		case '}':
			if depth--; depth < 0 {
				return i
			}
		}
	}
	return limit
}

// next returns the next private member of the key: an exponent, a prime, what is
// derived from them, or the key itself.
func (o *object) next(text string) (Finding, bool) {
	for ; o.at < o.end && o.tries > 0; o.at++ {
		i := o.at
		if i == 0 || !is(text[i-1], stop) || !is(text[i], letter) || !privateMember(text[i:o.end]) {
			continue
		}
		o.tries--
		p, ok := pairAt(text, i)
		if !ok {
			continue
		}
		v := p.value(text)
		if end := run(v, 0, b64url); end >= 20 && (end == len(v) || cutAt(v, end)) && random(v[:min(end, 64)]) {
			end = p.valueStart + end
			if end == p.valueEnd {
				end = p.wholeEnd(text, end)
			}
			o.at = end
			return Finding{Kind: kindJWK, Start: p.valueStart, End: end}, true
		}
	}
	o.at = o.end
	return Finding{}, false
}

// privateMember reports whether the name of a private member stands at the
// beginning of text (RFC 7518, 6.2.2, 6.3.2 and 6.4.1; RFC 9864: priv).
func privateMember(text string) bool {
	second := byte(0)
	switch text[0] | 0x20 {
	case 'd':
		second = 'p'
		if hasFold(text, 0, "dq") {
			second = 'q'
		}
	case 'p':
		if hasFold(text, 0, "priv") {
			return len(text) > 4 && is(text[4], joint)
		}
	case 'q':
		second = 'i'
	case 'k', 'r', 't':
	default:
		return false
	}
	end := 1
	if len(text) > 1 && text[1]|0x20 == second {
		end++
	}
	return len(text) > end && is(text[end], joint)
}
