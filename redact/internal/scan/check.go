package scan

// check is what a token has to pass beyond its shape.
type check uint8

const (
	unchecked check = iota
	checkGrafana
	checkNewRelic
)

// passes reports whether a token that has the shape, or begins like it, passes.
// Calls through function values would move every text to the heap.
func (c check) passes(token string) bool {
	switch c {
	case checkGrafana:
		return grafanaKey(token)
	case checkNewRelic:
		return newRelicKey(token)
	}
	return true
}

// grafanaKey reports whether base64 of a JSON object with the member k is a key of
// Grafana (grafana.com: authentication API): a generator made that member, where
// cursors and public reports have words and UUIDs.
func grafanaKey(token string) bool {
	const whole, least, head = 32, 20, len(`{"k":"`)
	var buf [64]byte
	plain := view(decodeBase64(buf[:0], token[:min(len(token), 4*len(buf)/3)]))
	if len(plain) < head+least {
		return false
	}
	end := runMax(plain, head, whole+1, alnum)
	return end == len(plain) || end == head+whole && plain[end] == '"'
}

// newRelicKey reports whether a license key of New Relic has its region, or as many
// digits, before 30 hexadecimal digits.
func newRelicKey(key string) bool {
	const region, body = 6, 36
	return all(key[min(region, len(key)):min(body, len(key))], lowhex)
}
