package wire

// Parts are the members of an encoded event, taken apart but not understood.
type Parts struct {
	// Text holds what each member says, without quotes and escapes; "" is absent. For objects, arrays and
	// numbers it is the JSON.
	Text     [memberCount]string
	withheld int // entries of redactions
	details  int // leaves of details, counted by a lenient reader
	seen     memberSet
}

// CountRedactions returns how often Redactions calls visit.
func (p *Parts) CountRedactions() int { return p.withheld }

// Redactions calls visit with every entry of redactions.
func (p *Parts) Redactions(visit func(Redaction)) {
	c := scanner{s: p.Text[MemberRedactions]}
	for i := range p.withheld {
		var r Redaction
		if !c.element(i == 0) || !c.redaction(&r) {
			return
		}
		visit(r)
	}
}

// parse takes one event apart.
func (c *scanner) parse(p *Parts) bool {
	c.member = noMember
	if !c.members(p, noMember) {
		return false
	}
	c.member = noMember
	if c.peek(); c.at != len(c.s) {
		return c.fail("has bytes after its end: give one event at a time")
	}
	return true
}

// members reads the object that is the value of parent; noMember is the event itself.
func (c *scanner) members(p *Parts, parent Member) bool {
	last := -1
	for first := true; ; first = false {
		c.member = parent
		at := c.at
		name, ok := c.key(first)
		if !ok {
			return c.fault == nil
		}
		m := memberIn(parent, name)
		if m == noMember {
			if c.strict {
				return c.failAt(at, isUnknown)
			}
			if !c.skip(1) {
				return false
			}
			continue
		}
		c.member = m
		if p.seen.has(m) {
			return c.failAt(at, isDuplicate)
		}
		if c.strict && int(m) < last {
			return c.failAt(at, isUnordered)
		}
		p.seen |= 1 << m
		last = int(m)
		if !c.value(p, m) {
			return false
		}
	}
}

func memberIn(parent Member, name string) Member {
	switch parent {
	case MemberData:
		return dataMember(name)
	case MemberOrigin:
		return originMember(name)
	}
	return envelopeMember(name)
}

// value reads the value of a known member. To a lenient reader null is absent.
func (c *scanner) value(p *Parts, m Member) (ok bool) {
	if !c.strict && c.null() {
		return true
	}
	c.peek()
	start := c.at
	switch m {
	case MemberData, MemberOrigin:
		ok = c.members(p, m)
	case MemberDetails:
		if c.strict {
			ok = c.details(1, 0)
		} else {
			ok = c.flatten("", 0, nil, func(string, string) bool { p.details++; return true })
		}
	case MemberRedactions:
		ok = c.redactions(p)
	case MemberEventVersion:
		ok = c.version()
	default:
		p.Text[m], ok = c.text()
		if ok && c.strict && p.Text[m] == "" {
			return c.failAt(start, isEmpty)
		}
		return ok
	}
	p.Text[m] = c.s[start:c.at]
	return ok
}

// version reads data.eventVersion. Stores that have only one kind of number, or only texts, change its
// spelling.
func (c *scanner) version() bool {
	if !c.strict && c.peek() == '"' {
		_, ok := c.text()
		return ok
	}
	return c.number()
}

// details reads the object of details, or one in it, in canonical form. size is the length of its path.
func (c *scanner) details(depth, size int) bool {
	if size > maxPrefix {
		return c.fail(isFarDown)
	}
	last := ""
	for first := true; ; first = false {
		at := c.at
		name, ok := c.key(first)
		switch {
		case !ok:
			return c.fault == nil
		case name == "":
			return c.failAt(at, "has a member without a name: give it one")
		case name == last:
			return c.failAt(at, "has a member twice: write it once")
		case !first && !lessUTF16(last, name):
			return c.failAt(at, isUnordered)
		}
		last = name
		if !c.detail(depth, size+len(name)+1) {
			return false
		}
	}
}

// detail reads one value of details: text, or an object of such.
func (c *scanner) detail(depth, size int) bool {
	start := c.at
	if c.peek() == '{' {
		if depth >= maxDetailsDepth {
			return c.fail(isTooDeep)
		}
		return c.details(depth+1, size)
	}
	s, ok := c.text()
	if ok && s == "" {
		return c.failAt(start, isEmpty)
	}
	return ok
}

// redactions reads the list of what was withheld.
func (c *scanner) redactions(p *Parts) bool {
	for first := true; c.element(first); first = false {
		var r Redaction
		if !c.redaction(&r) {
			return false
		}
		p.withheld++
	}
	return c.fault == nil
}

// redaction reads {"field","kind"}.
func (c *scanner) redaction(r *Redaction) bool {
	begin := c.at
	for first := true; ; first = false {
		at := c.at
		name, ok := c.key(first)
		if !ok {
			break
		}
		var dst *string
		switch name {
		case "field":
			dst = &r.Field
		case "kind":
			dst = &r.Kind
		}
		switch {
		case dst == nil && c.strict:
			return c.failAt(at, isUnknown)
		case dst == nil:
			ok = c.skip(2)
		case *dst != "":
			return c.failAt(at, isDuplicate)
		case c.strict && dst == &r.Field && r.Kind != "":
			return c.failAt(at, isUnordered)
		case c.strict || !c.null():
			*dst, ok = c.text()
		}
		if !ok {
			return false
		}
	}
	if c.fault == nil && (r.Field == "" || r.Kind == "") {
		return c.failAt(begin, "has an entry without field or kind: write both")
	}
	return c.fault == nil
}

// lessUTF16 compares by UTF-16 code units (RFC 8785 section 3.2.3). For UTF-8 that is the order of the bytes,
// but that characters beyond the basic plane come before U+E000 to U+FFFF.
func lessUTF16(a, b string) bool {
	n := min(len(a), len(b))
	for i := range n {
		x, y := a[i], b[i]
		if x == y {
			continue
		}
		if x >= 0xee && y >= 0xee && x >= 0xf0 != (y >= 0xf0) {
			return x >= 0xf0
		}
		return x < y
	}
	return len(a) < len(b)
}
