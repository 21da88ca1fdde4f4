package wire

import "strings"

// skip reads a value of any kind, with depth levels around it.
func (c *scanner) skip(depth int) bool {
	switch b := c.peek(); {
	case b == '"':
		_, ok := c.text()
		return ok
	case b == '{', b == '[':
		if depth >= maxDepth {
			return c.fail(isTooDeep)
		}
		if b == '[' {
			return c.skipArray(depth + 1)
		}
		for first := true; ; first = false {
			if _, ok := c.key(first); !ok {
				return c.fault == nil
			}
			if !c.skip(depth + 1) {
				return false
			}
		}
	case b == '-', '0' <= b && b <= '9':
		return c.number()
	}
	for _, word := range []string{"null", "true", "false"} {
		if strings.HasPrefix(c.s[c.at:], word) {
			c.at += len(word)
			return true
		}
	}
	return c.fail(c.broken())
}

func (c *scanner) skipArray(depth int) bool {
	for first := true; c.element(first); first = false {
		if !c.skip(depth) {
			return false
		}
	}
	return c.fault == nil
}

// element goes to the next element of the array that is being read; first says that "[" is still to come.
func (c *scanner) element(first bool) bool {
	b := c.peek()
	switch {
	case first && b != '[':
		return c.fail("is no array: write a JSON array")
	case first:
		c.at++
		if c.peek() != ']' {
			return true
		}
		c.at++
		return c.strict && c.failAt(c.at-2, isEmpty)
	case b == ']':
		c.at++
		return false
	case b != ',':
		return c.fail(c.broken())
	}
	c.at++
	return true
}

// number reads a number.
func (c *scanner) number() bool {
	c.peek()
	c.accept("-")
	if !c.accept("0") && c.digits() == 0 {
		return c.fail("is no number: write a JSON number")
	}
	if c.accept(".") && c.digits() == 0 {
		return c.fail(notJSON)
	}
	if c.accept("eE") {
		c.accept("+-")
		if c.digits() == 0 {
			return c.fail(notJSON)
		}
	}
	return true
}

// accept reads one of these bytes when it comes next.
func (c *scanner) accept(bytes string) bool {
	if c.at < len(c.s) && strings.IndexByte(bytes, c.s[c.at]) >= 0 {
		c.at++
		return true
	}
	return false
}

func (c *scanner) digits() int {
	start := c.at
	for c.at < len(c.s) && '0' <= c.s[c.at] && c.s[c.at] <= '9' {
		c.at++
	}
	return c.at - start
}
