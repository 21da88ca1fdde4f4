package scan

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
	return f, f.End-header >= 5 && !hasFold(text, header+1, "redacted")
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
