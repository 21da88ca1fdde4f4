package wire

// attributeKeys are the members of the envelope as they stand before a text, by their canonical order.
var attributeKeys = func() (keys [MemberWorkspace + 1]string) {
	for m := range keys {
		keys[m] = `,"` + memberNames[m] + `":"`
	}
	return keys
}()

// Attribute takes the text of one context attribute of an event whose data stands apart. It returns false for one that
// Join has no place for: of no known name, of two texts, or with characters that JSON escapes.
func (p *Parts) Attribute(name, text string) bool {
	m := envelopeMember(name)
	if m == noMember || m == MemberData || !allPlain(text) || p.seen.has(m) && p.Text[m] != text {
		return false
	}
	p.seen |= 1 << m
	p.Text[m] = text
	return true
}

// Join completes p, which has the attributes, with data, and returns the event as JSON: the attributes in canonical
// order and data as it stands. What DecodeLenient makes of that JSON is p. It returns false where that would be an
// error, or where data is anything but one object. buf is what it may write to; it is returned, grown.
func Join[T ~string | ~[]byte](p *Parts, buf []byte, data T) (_ []byte, event string, ok bool) {
	at := 0
	for m, key := range attributeKeys {
		switch {
		case Member(m) == MemberData:
			buf = append(buf, key[:len(key)-1]...)
			at = len(buf)
			buf = append(buf, data...)
		case p.seen.has(Member(m)):
			buf = append(append(append(buf, key...), p.Text[m]...), '"')
		}
	}
	buf[0] = '{'
	buf = append(buf, '}')
	if len(buf) > maxLenientBytes {
		return buf, "", false
	}
	event = string(buf)
	c := scanner{s: event, at: at, member: MemberData}
	p.seen |= 1 << MemberData
	ok = c.value(p, MemberData) && c.at == at+len(data) && p.missing(identifying) == nil && p.contradiction() == nil
	return buf, event, ok
}
