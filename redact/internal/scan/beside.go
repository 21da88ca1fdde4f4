package scan

// matchBeside finds the secret that stands near the id of an access key, which
// alone is an identifier. The ids have fixed shapes: AKIA and ASIA (AWS),
// GOOG1E (Cloud Storage), LTAI (Alibaba).
func matchBeside(text string, at int) (Finding, bool) {
	if !bounded(text, at) {
		return Finding{}, false
	}
	id := runMax(text, at, 64, upper|lower|digit)
	idLen := id - at
	f := Finding{Kind: kindAWSSecret}
	size := 40
	switch {
	case text[at] == 'G' && idLen >= 24:
		f.Kind = kindGCSSecret
	case text[at] == 'L' && idLen >= 16:
		f.Kind, size = kindAlibabaSecret, 30
	case text[at] == 'A' && idLen >= 16 && idLen <= 24 && all(text[at:id], upper|digit):
	default:
		return Finding{}, false
	}
	if end, ok := headerSignature(text, id); ok {
		f.Start, f.End = id+1, end
		return f, true
	}
	const reach = 200
	after := id
	if id < len(text) && text[id] == '+' {
		after++ // a space in a form
	}
	if f, ok := nearSecret(text, after, min(len(text), id+reach), size, f); ok {
		return f, true
	}
	return nearSecret(text, max(0, at-reach), at, size, f)
}

// headerSignature judges "id:signature" with 20 bytes in base64, as the older
// authorization headers of AWS and OSS have it.
func headerSignature(text string, id int) (int, bool) {
	if id >= len(text) || text[id] != ':' {
		return 0, false
	}
	end := run(text, id+1, b64|equals)
	n := end - id - 1
	return end, n >= 12 && n <= 44 && random(text[id+1:end])
}

// leastHumps is how often the case changes in a secret right behind an id that
// has no digits or few.
const leastHumps = 4

// nearSecret looks for a run of exactly size bytes of base64, or fewer where
// the text ends or was cut.
func nearSecret(text string, from, to, size int, f Finding) (Finding, bool) {
	for i := from; i < to; {
		end := run(text, i, b64)
		if i == from && end-i == size+1 && text[i] == '/' {
			i++ // divides the secret from its id
		}
		v := text[i:end]
		whole, cut := len(v) == size, len(v) < size && len(v) >= 20 && cutAt(text, end) && (i == 0 || text[i-1] < 0x80)
		if (whole || cut) && !all(v, hexa) && (random(v) && mixed(v) || whole && i-from <= 2 && humps(v) >= leastHumps) {
			f.Start, f.End = i, end
			return f, true
		}
		i = end + 1
	}
	return Finding{}, false
}

// mixed reports whether v has digits and letters of both cases.
func mixed(v string) bool {
	var seen set
	for i := range len(v) {
		seen |= sets[v[i]]
	}
	return seen&digit != 0 && seen&lower != 0 && seen&upper != 0
}
