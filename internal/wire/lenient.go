package wire

import (
	"strconv"
	"strings"
	"time"
)

// maxLenientBytes bounds what DecodeLenient reads; it is what Cloud Logging takes in one entry. maxPrefix bounds
// the path of an object in details, with its dot.
const (
	maxLenientBytes = 256 << 10
	maxPrefix       = 128
)

// DecodeLenient takes an event apart as a reader of any age does: members in any order, members of no known
// name, names and versions from the future, and null for absent. It refuses what is no JSON, what lacks an
// identity, known members of another type or written twice, and members that contradict each other. The texts
// share memory with event. An error is a *Fault.
func DecodeLenient(event string) (Parts, error) {
	var p Parts
	c := scanner{s: event}
	if len(event) > maxLenientBytes {
		return p, &Fault{noMember.String(), -1, "is longer than 256 KiB: no event of any version is"}
	}
	if !c.parse(&p) {
		return Parts{}, c.fault
	}
	if f := p.missing(identifying); f != nil {
		return Parts{}, f
	}
	if f := p.contradiction(); f != nil {
		return Parts{}, f
	}
	return p, nil
}

// missing returns a fault that names the first member of set that has no text.
func (p *Parts) missing(set memberSet) *Fault {
	for m := range noMember {
		if set.has(m) && p.Text[m] == "" {
			return &Fault{m.String(), -1, isMissing}
		}
	}
	return nil
}

// contradiction returns a fault when two members that must say the same do not.
func (p *Parts) contradiction() *Fault {
	for _, pair := range pairs {
		a, b := p.Text[pair[0]], p.Text[pair[1]]
		if a != b && a != "" && b != "" {
			return differs(pair[1], pair[0])
		}
	}
	if _, outcome, ok := p.Type(); !ok {
		return &Fault{MemberType.String(), -1, "is not " + TypePrefix + "category.outcome.vN: this is no audit event"}
	} else if o := p.Text[MemberOutcome]; o != "" && o != outcome {
		return differs(MemberType, MemberOutcome)
	}
	if id := p.Text[MemberTraceID]; id != "" && !strings.Contains(p.Text[MemberTraceParent], id) && p.Text[MemberTraceParent] != "" {
		return differs(MemberTraceID, MemberTraceParent)
	}
	return nil
}

func differs(m, from Member) *Fault {
	return &Fault{m.String(), -1, "does not agree with " + from.String() + ": the event was changed after it was emitted, do not use it"}
}

// Type returns the category and the outcome that the type attribute names.
func (p *Parts) Type() (category, outcome string, ok bool) {
	rest, ok := strings.CutPrefix(p.Text[MemberType], TypePrefix)
	category, rest, dot := strings.Cut(rest, ".")
	outcome, version, last := strings.Cut(rest, ".")
	ok = ok && dot && last && category != "" && outcome != "" && len(version) > 1 && version[0] == 'v'
	return category, outcome, ok
}

// Version returns data.eventVersion; 0 when there is none.
func (p *Parts) Version() (int, bool) {
	s := strings.TrimSuffix(strings.Trim(p.Text[MemberEventVersion], `"`), ".0")
	if s == "" {
		return 0, true
	}
	n, err := strconv.ParseUint(s, 10, 31)
	return int(n), err == nil
}

// Sequence returns the position in the trail.
func (p *Parts) Sequence() (uint64, bool) {
	n, err := strconv.ParseUint(p.Text[MemberSequence], 10, 64)
	return n, err == nil
}

// Time returns the time, UTC.
func (p *Parts) Time() (time.Time, bool) {
	if ms, ok := parseTime(p.Text[MemberTime]); ok {
		return time.UnixMilli(ms).UTC(), true
	}
	t, err := time.Parse(time.RFC3339Nano, p.Text[MemberTime])
	return t.UTC(), err == nil
}

// CountDetails returns how often Details calls visit.
func (p *Parts) CountDetails() int { return p.details }

// Details calls visit with every member of details, and with the members of objects in it, whose path is
// joined by dots. Values that are no text are given as JSON; null is left out. It stops when visit returns
// false.
func (p *Parts) Details(visit func(path, value string) bool) {
	if p.Text[MemberDetails] == "" {
		return
	}
	var names strings.Builder
	c := scanner{s: p.Text[MemberDetails]}
	c.flatten("", 0, &names, visit)
}

// flatten visits one object. Paths are kept in names, one allocation for all of them; without names they
// are not made. size is the length of the prefix: the bound on it keeps the paths of a hostile event in
// proportion to the event, and their depth.
func (c *scanner) flatten(prefix string, size int, names *strings.Builder, visit func(path, value string) bool) bool {
	if size > maxPrefix {
		return c.fail(isFarDown)
	}
	for first := true; ; first = false {
		path, ok := c.key(first)
		if !ok {
			return c.fault == nil
		}
		length := size + len(path)
		if size > 0 && names != nil {
			path = joined(names, prefix, path, len(c.s))
		}
		if c.peek() == '{' {
			ok = c.flatten(path, length+1, names, visit)
		} else {
			ok = c.leaf(path, visit)
		}
		if !ok {
			return false
		}
	}
}

// joined keeps prefix.name in names; room is what the first of them makes there.
func joined(names *strings.Builder, prefix, name string, room int) string {
	if names.Cap() == 0 {
		names.Grow(room)
	}
	at := names.Len()
	names.WriteString(prefix)
	names.WriteByte('.')
	names.WriteString(name)
	return names.String()[at:]
}

// leaf visits one value that is no object.
func (c *scanner) leaf(path string, visit func(path, value string) bool) bool {
	if c.peek() == '"' {
		s, ok := c.text()
		return ok && visit(path, s)
	}
	if c.null() {
		return true
	}
	start := c.at
	return c.skip(1) && visit(path, c.s[start:c.at])
}
