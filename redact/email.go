package redact

import "strings"

// FindEmail returns the span of the first e-mail address in s that belongs to
// a person: service accounts (*.gserviceaccount.com), host and service
// principals and the user part of an ssh or git remote are not reported.
// The at sign may be percent-encoded.
func FindEmail(s string) (start, end int, ok bool) {
	for at := 0; at < len(s); {
		i, width := nextAt(s, at)
		if i < 0 {
			return 0, 0, false
		}
		start, end := emailAround(s, i, width)
		if start < end && !isServiceAddress(s, start, end, i, width) {
			return start, end, true
		}
		at = i + width
	}
	return 0, 0, false
}

func nextAt(s string, from int) (int, int) {
	i := strings.IndexByte(s[from:], '@')
	p := strings.Index(s[from:], "%40")
	switch {
	case i >= 0 && (p < 0 || i < p):
		return from + i, 1
	case p >= 0:
		return from + p, 3
	}
	return -1, 0
}

// emailAround returns the address whose at sign is at s[at:at+width], or an
// empty span.
func emailAround(s string, at, width int) (int, int) {
	const maxLocal, maxDomain = 64, 253
	start := at
	for start > 0 && at-start < maxLocal && isLocalByte(s[start-1]) {
		start--
	}
	for start < at && (s[start] == '.' || s[start] == '-') {
		start++
	}
	end, lastDot := at+width, -1
	for end < len(s) && end-at < maxDomain && isDomainByte(s[end]) {
		if s[end] == '.' {
			lastDot = end
		}
		end++
	}
	for end > at+width && (s[end-1] == '.' || s[end-1] == '-') {
		end--
		if lastDot >= end {
			lastDot = strings.LastIndexByte(s[at+width:end], '.') + at + width
		}
	}
	if start == at || s[at-1] == '.' || lastDot <= at+width || !isTopLevel(s[lastDot+1:end]) {
		return at, at
	}
	return start, end
}

func isServiceAddress(s string, start, end, at, width int) bool {
	domain := s[at+width : end]
	if len(domain) >= 19 && strings.EqualFold(domain[len(domain)-19:], "gserviceaccount.com") {
		return true
	}
	local := s[start:at]
	// scheme://user@host and scp-like user@host:path name an account of a host.
	if strings.HasSuffix(s[:start], "://") || (local == "git" && end < len(s) && s[end] == ':') {
		return true
	}
	// Kerberos: service/host@REALM.
	return start > 0 && s[start-1] == '/' && domain == strings.ToUpper(domain) && strings.Contains(local, ".")
}

func isTopLevel(label string) bool {
	if len(label) < 2 {
		return false
	}
	if len(label) > 4 && strings.EqualFold(label[:4], "xn--") {
		return true
	}
	for i := range len(label) {
		if c := label[i] | 0x20; c < 'a' || c > 'z' {
			return false
		}
	}
	return true
}

func isLocalByte(c byte) bool {
	return isAlnum(c) || c == '.' || c == '_' || c == '%' || c == '+' || c == '-' || c == '\'' || c >= 0x80
}

func isDomainByte(c byte) bool {
	return isAlnum(c) || c == '.' || c == '-' || c >= 0x80
}

func isAlnum(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}
