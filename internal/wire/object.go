package wire

import (
	"slices"
	"strconv"
)

// Object appends one JSON object, member by member. Members must come in canonical order (sorted by
// UTF-16 code units) and need no escapes; values that are absent (empty text) are left out. The object that got no member is
// not written at all.
type Object struct {
	buf   []byte
	start int
}

// Begin starts an object at the end of dst, which the Object then owns until End.
func Begin(dst []byte) Object { return Object{buf: dst, start: len(dst)} }

// String adds a member with a string value.
func (o *Object) String(key, value string) {
	if value == "" {
		return
	}
	if allPlain(value) {
		copy(o.member(key, len(value)), value)
		return
	}
	o.key(key)
	o.buf = AppendString(o.buf, value)
}

// Code adds a member whose value is a code of an enum: it needs no escapes.
func (o *Object) Code(key, value string) {
	if value == "" {
		return
	}
	copy(o.member(key, len(value)), value)
}

// Bytes adds a member with a string value.
func (o *Object) Bytes(key string, value []byte) {
	if len(value) == 0 {
		return
	}
	if allPlain(value) {
		copy(o.member(key, len(value)), value)
		return
	}
	o.key(key)
	o.buf = AppendString(o.buf, value)
}

// Int adds a member whose value is a decimal string.
func (o *Object) Int(key string, value int64) {
	var digits [20]byte
	text := strconv.AppendInt(digits[:0], value, 10)
	copy(o.member(key, len(text)), text)
}

// UUID adds a member whose value is a UUID in lower-case text; the zero UUID is absent.
func (o *Object) UUID(key string, value [16]byte) {
	if value == [16]byte{} {
		return
	}
	putUUID((*[36]byte)(o.member(key, 36)), value)
}

// Object adds a member that is an object, filled by fill.
func (o *Object) Object(key string, fill func(*Object)) {
	before := len(o.buf)
	o.key(key)
	inner := Begin(o.buf)
	fill(&inner)
	start := inner.start
	o.buf = inner.End()
	if len(o.buf) == start {
		o.buf = o.buf[:before]
	}
}

// End closes the object and returns the buffer.
func (o *Object) End() []byte {
	if len(o.buf) > o.start {
		o.buf = append(o.buf, '}')
	}
	return o.buf
}

func (o *Object) key(key string) {
	sep := byte(',')
	if len(o.buf) == o.start {
		sep = '{'
	}
	o.buf = append(o.buf, sep, '"')
	o.buf = append(o.buf, key...)
	o.buf = append(o.buf, '"', ':')
}

// member adds a member whose value is a string of n bytes, and returns where they are to be written. It looks
// for room once.
func (o *Object) member(key string, n int) []byte {
	b, at := o.buf, len(o.buf)
	end := at + len(key) + n + len(`,"":""`)
	if end > cap(b) {
		b = slices.Grow(b, end-at)
	}
	b = b[:end]
	b[at] = ','
	if at == o.start {
		b[at] = '{'
	}
	b[at+1] = '"'
	value := at + 2 + copy(b[at+2:], key)
	b[value], b[value+1], b[value+2], b[end-1] = '"', ':', '"', '"'
	o.buf = b
	return b[value+3 : end-1]
}
