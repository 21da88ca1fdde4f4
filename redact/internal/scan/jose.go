package scan

import "slices"

// maxHeader bounds the length of a JOSE header.
const maxHeader = 16 << 10

// matchJOSE judges a base64url run whose first byte is text[at] as the header
// of a JWS or JWE (RFC 7515, RFC 7516): it decodes to a JSON object that has
// "alg" or "enc", and something follows behind a dot.
func matchJOSE(text string, at int) (Finding, bool) {
	if at > 0 && is(text[at-1], alnum) {
		return Finding{}, false
	}
	header := runMax(text, at, maxHeader, b64url)
	if header >= len(text) || text[header] != '.' || header-at < 12 {
		return Finding{}, false
	}
	alg, enc := headerMembers(text[at:header])
	if !alg && !enc {
		return Finding{}, false
	}
	f := Finding{Kind: kindJWT, Start: at, End: header}
	most := 3
	if enc {
		f.Kind, most = kindJWE, 5
	}
	for n := 1; n < most && f.End < len(text) && text[f.End] == '.'; n++ {
		f.End = run(text, f.End+1, b64url)
	}
	return f, f.End-header >= 5
}

// headerMembers reports whether a base64url run decodes to a JSON object with
// the members alg and enc. It decodes piece by piece: certificates can make
// headers long.
func headerMembers(header string) (alg, enc bool) {
	const piece = 1024
	var buf [piece]byte
	plain := decodeBase64(buf[:0], header[:min(len(header), piece)])
	i := 0
	for i < len(plain) && is(plain[i], white) {
		i++
	}
	if i == len(plain) || plain[i] != '{' {
		return false, false
	}
	for from := 0; ; from += piece / 2 {
		alg, enc = alg || hasMember(plain, "alg"), enc || hasMember(plain, "enc")
		if from+piece >= len(header) {
			return alg, enc
		}
		next := header[from+piece/2:]
		plain = decodeBase64(buf[:0], next[:min(len(next), piece)])
	}
}

// hasMember reports whether the JSON text names a member.
func hasMember(json []byte, member string) bool {
	for i := 0; i+len(member)+2 <= len(json); i++ {
		if json[i] == '"' && string(json[i+1:i+1+len(member)]) == member && json[i+1+len(member)] == '"' {
			return true
		}
	}
	return false
}

// decodeBase64 appends the bytes of a run of base64 or base64url, without
// padding, and ignores what is left over at its end.
func decodeBase64(dst []byte, text string) []byte {
	n := len(dst)
	dst = slices.Grow(dst, len(text)/4*3)
	room := dst[n:cap(dst)]
	for len(text) >= 4 && len(room) >= 3 {
		a, b, c, d := sextet[text[0]], sextet[text[1]], sextet[text[2]], sextet[text[3]]
		if (a|b|c|d)&0x80 != 0 {
			break
		}
		room[0], room[1], room[2] = a<<2|b>>4, b<<4|c>>2, c<<6|d
		text, room = text[4:], room[3:]
		n += 3
	}
	return decodeRest(dst[:n], text)
}

// decodeRest decodes what is not whole groups, or has line ends in it.
func decodeRest(dst []byte, text string) []byte {
	acc, bits := uint32(0), 0
	for i := range len(text) {
		v := sextet[text[i]]
		if v == noSextet {
			continue
		}
		acc = acc<<6 | uint32(v)
		bits += 6
		if bits >= 8 {
			bits -= 8
			dst = append(dst, byte(acc>>bits))
		}
	}
	return dst
}

const noSextet = 0xFF

var sextet = buildSextets()

func buildSextets() (t [256]byte) {
	for i := range t {
		t[i] = noSextet
	}
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	for i := range len(alphabet) {
		t[alphabet[i]] = byte(i)
	}
	t['+'], t['-'], t['/'], t['_'] = 62, 62, 63, 63
	return t
}
