package scan

// macaroonV2 reports whether a run of base64 begins like a macaroon in the
// binary format: version 2, then a packet with the location.
func macaroonV2(token string) bool {
	const packet, head = 1, 3
	var buf [48]byte
	b := decodeBase64(buf[:0], token[:min(len(token), 64)])
	if len(b) <= head || b[0] != 2 || b[1] != packet || b[2] < 4 || b[2] >= 0x80 {
		return false
	}
	for _, c := range b[head:min(len(b), head+int(b[2]))] {
		if c <= 0x20 || c >= 0x7F {
			return false
		}
	}
	return true
}
