package scan

import "strings"

// placeholder reports whether v stands for a value that is not there.
func placeholder(v string) bool {
	for v != "" && (v[len(v)-1] == '.' || v[len(v)-1] == '!') {
		v = v[:len(v)-1]
	}
	if v == "" || repeated(v) {
		return true
	}
	switch v[0] {
	case '<', '{', '[':
		return !messy(v)
	case '*':
		return strings.Count(v, "*")*2 >= len(v) || strings.HasPrefix(v, "****")
	case '#':
		return templated(v)
	case '%', '\\', '&':
		return v[0] == '%' && (len(v) <= 4 || templated(v) || strings.IndexByte("sdvq", v[1]) >= 0 && is(v[2], quote)) || escapedMark(v)
	case '$':
		return len(v) > 1 && (v[1] == '{' || v[1] == '(' || all(v[1:], upper|under|digit|dot|dash) || variable(v[1:]) || environment(v))
	}
	switch foldByte(v[0]) {
	case 'r', '(', 'x', 'c', '@', 'y':
		if standsIn(v) {
			return true
		}
	}
	return strings.HasSuffix(v, "placeholder") || strings.HasPrefix(v, bullet) || strings.Contains(v, "****") || strings.HasPrefix(v, "...") || strings.HasSuffix(v, "***") && len(v) < 12
}

// standsIn reports whether v begins as what stands in for a value does.
func standsIn(v string) bool {
	for _, head := range [...]string{"redacted", "xxxx", "(redacted", "change_me", "change-me", "@microsoft.keyvault"} {
		if hasFold(v, 0, head) {
			return true
		}
	}
	return hasFold(v, 0, "your") && len(v) > 5 && is(v[4], dash|under|dot|upper) || hasFold(v, 0, "replace") && len(v) > 8 && is(v[7], dash|under)
}

// escapedMark reports whether v is a placeholder whose bracket or stars are escaped.
func escapedMark(v string) bool {
	if len(v) > longestMark {
		return false
	}
	var buf [longestMark]byte
	plain, _ := decodeText(buf[:0], v, stepEscapes, longestMark)
	return len(plain) > 0 && len(plain) < len(v) && strings.IndexByte("<{[(*%\\&", plain[0]) >= 0 && placeholder(view(plain))
}

// variable reports whether v is the name of a variable that holds a secret,
// like db_password.
func variable(v string) bool {
	return all(v, letter|under) && stateful(v[strings.LastIndexByte(v, '_')+1:])
}

// templated reports whether v is the mark of a variable behind a percent or a number
// sign: %NAME%, %{NAME}, #{ENV['NAME']}.
func templated(v string) bool {
	last := len(v) - 1
	if last < 3 {
		return false
	}
	if strings.HasPrefix(v, "%(") && strings.HasSuffix(v, ")s") {
		return wordy(v[2 : last-1]) // of Python
	}
	return v[0] == '%' && v[last] == '%' && all(v[1:last], name) && wordy(v[1:last]) || v[1] == '{' && v[last] == '}' && wordy(v[2:last])
}

// environment reports whether v is a path below a variable of the environment:
// $HOME/x.
func environment(v string) bool {
	const least = 3
	end := run(v, 1, upper|under|digit)
	return end >= least && end < len(v) && v[end] == '/'
}
