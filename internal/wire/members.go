package wire

import "strings"

// Members calls visit with every member of the JSON object that value is, in the order in which they stand,
// and with every element of an array, whose name is "". The second text is the value as it stands, without
// space around it. Members stops when visit returns false. An error is a *Fault; what came before it was
// visited.
func Members(value string, visit func(name, value string) bool) error {
	c := scanner{s: value, member: noMember}
	if len(value) > maxLenientBytes {
		return &Fault{noMember.String(), -1, "is longer than 1 MiB: no event of any version is"}
	}
	next := c.key
	if c.peek() == '[' {
		next = func(first bool) (string, bool) { return "", c.element(first) }
	}
	for first := true; ; first = false {
		name, ok := next(first)
		if !ok {
			break
		}
		c.peek()
		start := c.at
		if !c.skip(1) {
			break
		}
		if !visit(name, value[start:c.at]) {
			return nil
		}
	}
	if c.fault == nil && c.peek() != 0 {
		c.fail("has bytes after its end: give one value at a time")
	}
	if c.fault != nil {
		return c.fault
	}
	return nil
}

// Text returns what the JSON string that value is says, and false when it is none.
func Text(value string) (string, bool) {
	if end := len(value) - 1; end > 0 && value[0] == '"' && strings.IndexByte(value[1:], '"') == end-1 && allPlain(value[1:end]) {
		return value[1:end], true
	}
	c := scanner{s: value}
	s, ok := c.text()
	return s, ok && c.at == len(value)
}
