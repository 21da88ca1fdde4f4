package scan

import "strings"

// matchPayload judges the data of a version of a secret (cloud.google.com: Secret
// Manager, AccessSecretVersionResponse) in the payload at text[at].
func matchPayload(text string, at int) (Finding, bool) {
	const reach = 512
	k := at + len("payload")
	for limit := min(len(text), k+24); k < limit && (is(text[k], quote|white|colon|equals) || text[k] == '{' || text[k] == '&'); {
		k++
	}
	around := text[max(0, at-reach):min(len(text), k+2*reach)]
	if !hasFold(text, k, "data") || !containsFold(around, "crc32c") && !strings.Contains(around, "/secrets/") {
		return Finding{}, false
	}
	return storedMember(text, k, k+len("data"))
}

// matchSecureString judges the value of the parameter whose type stands at text[at]
// (docs.aws.amazon.com: Systems Manager, Parameter).
func matchSecureString(text string, at int) (Finding, bool) {
	const reach = 768
	if !strings.HasPrefix(text[at:], "SecureString") {
		return Finding{}, false
	}
	end := objectEnd(text[:min(len(text), at+reach)], at)
	low := max(0, at-reach)
	low += strings.LastIndexByte(text[low:at], '{') + 1
	for i := low; i < end; i++ {
		if is(text[i], letter) && (i == 0 || !is(text[i-1], name)) && hasFold(text, i, "value") {
			if f, ok := storedMember(text, i, i+len("value")); ok {
				return f, true
			}
		}
	}
	return Finding{}, false
}

// sealed is what the values begin with that AWS encrypted and nobody decrypted.
const sealed = "AQICA"

// storedMember judges the member text[start:end] of an object that holds secrets.
func storedMember(text string, start, end int) (Finding, bool) {
	p := pair{nameStart: start, nameEnd: end, sep: '='}
	k, ok := p.behind(text, end)
	if !ok {
		return Finding{}, false
	}
	p.openValue(text, k)
	p.closeValue(text)
	if p.valueEnd <= p.valueStart {
		return Finding{}, false
	}
	return Finding{Kind: kindStored, Start: p.valueStart, End: p.wholeEnd(text, p.valueEnd)}, storedValue(p.value(text))
}

// storedValue reports whether v is a value of a store of secrets rather than what says
// where it comes from.
func storedValue(v string) bool {
	return len(v) > 1 && !placeholder(v) && !reference(v) && !stateful(v) && !strings.HasPrefix(v, sealed)
}
