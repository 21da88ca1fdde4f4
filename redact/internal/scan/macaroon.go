package scan

// macaroonV2 reports whether a run of base64 begins like a macaroon in the
// binary format (libmacaroons: version 2): the version, a packet with the
// location, which may be missing, and one with an identifier. Without a location
// little tells it from other data, so that the signature has to stand at its end.
func macaroonV2(token string) bool {
	const head = 2
	var buf [96]byte
	b := decodeBase64(buf[:0], token[:min(len(token), 128)])
	if len(b) <= head || b[0] != 2 {
		return false
	}
	switch size := int(b[2]); {
	case b[1] == 1 && size > 0 && size < 0x80:
		for _, c := range b[head+1 : min(len(b), head+1+size)] {
			if c <= 0x20 || c >= 0x7F {
				return false
			}
		}
		return len(b) <= head+1+size || b[head+1+size] == 2
	case b[1] == 2 && size > 0:
		return endsSigned(token)
	}
	return false
}

// endsSigned reports whether a run of base64 ends with the packet of a
// macaroon's signature: its type, its size and 32 bytes.
func endsSigned(token string) bool {
	const signature = 32
	var buf [96]byte
	token = token[:base64Run(token, 0)]
	from := max(0, len(token)-120) &^ 3
	b := decodeBase64(buf[:0], token[from:])
	i := len(b) - signature - 2
	return i > 0 && b[i-1] == 0 && b[i] == 6 && b[i+1] == signature
}
