package wire

const notUUID = "is no UUID: write 36 characters in lower case"

// parseUUID reads a UUID as AppendUUID writes it, and no other form.
func parseUUID(s string) (id [16]byte, ok bool) {
	if !isUUID(s) {
		return id, false
	}
	at := 0
	for i := range id {
		if s[at] == '-' {
			at++
		}
		id[i] = hexValue[s[at]]<<4 | hexValue[s[at+1]]
		at += 2
	}
	return id, true
}

// isUUID reports whether s has the form that AppendUUID writes.
func isUUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := range len(s) {
		if i == 8 || i == 13 || i == 18 || i == 23 {
			if s[i] != '-' {
				return false
			}
		} else if hexValue[s[i]] > 0xf {
			return false
		}
	}
	return true
}

// hexValue is the value of each lower-case hexadecimal digit, 0xff for other bytes.
var hexValue = func() (t [256]byte) {
	for i := range t {
		t[i] = 0xff
	}
	for i := range len(hexDigits) {
		t[hexDigits[i]] = byte(i)
	}
	return t
}()

// parseHex reads two lower-case hexadecimal digits for each byte of dst.
func parseHex(dst []byte, s string) bool {
	if len(s) != 2*len(dst) {
		return false
	}
	for i := range dst {
		hi, lo := hexValue[s[2*i]], hexValue[s[2*i+1]]
		if hi > 0xf || lo > 0xf {
			return false
		}
		dst[i] = hi<<4 | lo
	}
	return true
}

// parseTrace reads a traceparent of version 00 (W3C Trace Context section 3.2.2).
func parseTrace(s string) (t Trace, ok bool) {
	var flags [1]byte
	ok = len(s) == 55 && s[:3] == "00-" && s[35] == '-' && s[52] == '-' &&
		parseHex(t.ID[:], s[3:35]) && parseHex(t.Span[:], s[36:52]) && parseHex(flags[:], s[53:]) && !t.IsZero()
	t.Flags = flags[0]
	return t, ok
}
