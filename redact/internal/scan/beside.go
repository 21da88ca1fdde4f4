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
	return nearSecret(text, max(0, at-200), at, id, size, f)
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

// nearSecret looks for a run of exactly size bytes of base64 around the id.
func nearSecret(text string, low, at, id, size int, f Finding) (Finding, bool) {
	high := min(len(text), id+240)
	for i := low; i < high; {
		end := run(text, i, b64)
		if end == i {
			i++
			continue
		}
		if (end-i == size || end == len(text) && end-i >= 20 && end-i < size) && (i < at || i >= id) && !all(text[i:end], hexa) && random(text[i:end]) && mixed(text[i:end]) {
			f.Start, f.End = i, end
			return f, true
		}
		i = end
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
