package auditread

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/daxis-io/arco-audit/internal/wire"
)

// ErrUnverifiable says that the canonical bytes cannot be had back from what was read. The event may be genuine:
// fetch it from another store before anything is concluded from it.
var ErrUnverifiable = errors.New("auditread: the canonical bytes cannot be rebuilt: read the event from another store")

// Leaf is the hash of an event as a leaf of its trail's tree (RFC 6962 section 2.1): SHA-256 over a zero byte and
// the canonical bytes.
type Leaf [sha256.Size]byte

// LeafOf returns the leaf hash of canonical bytes, as Rebuild returns them.
func LeafOf(canonical string) Leaf {
	buf := scratch.Get().(*[]byte)
	defer scratch.Put(buf)
	*buf = append(append((*buf)[:0], 0), canonical...)
	return sha256.Sum256(*buf)
}

// Canonical returns the bytes that were emitted and hashed, or an error that is ErrUnverifiable; see Rebuild.
func (e Entry) Canonical() (string, error) { return Rebuild(e.JSON) }

// Leaf returns the hash of the canonical bytes, or an error that is ErrUnverifiable.
func (e Entry) Leaf() (Leaf, error) {
	canonical, err := e.Canonical()
	if err != nil {
		return Leaf{}, err
	}
	return LeafOf(canonical), nil
}

// StubOf returns the leaf hash of the event for which e stands in a destination that refused it (see audit.Poison), and
// false when e is an event itself.
func (e Entry) StubOf() (leaf Leaf, ok bool) {
	digits, ok := strings.CutPrefix(e.Resource, "leaf/")
	if !ok || e.Reason != "quarantined" || len(digits) != 2*len(leaf) {
		return Leaf{}, false
	}
	if _, err := hex.Decode(leaf[:], []byte(digits)); err != nil {
		return Leaf{}, false
	}
	return leaf, true
}

// Rebuild returns the canonical bytes of an event in CloudEvents JSON whatever its order, white space, escapes
// and nulls are, by the rules in the package documentation. What the rules do not give back with certainty is an
// error that is ErrUnverifiable, and never other bytes: for version 1 that is all that the encoder would not have
// written.
func Rebuild(json string) (string, error) {
	if _, err := wire.Decode(json); err == nil {
		return json, nil
	}
	r := rebuilder{known: true}
	buf := scratch.Get().(*[]byte)
	defer scratch.Put(buf)
	var err error
	if *buf, err = r.event((*buf)[:0], json); err != nil {
		return "", fmt.Errorf("%w: %s", ErrUnverifiable, problem(err))
	}
	canonical := string(*buf)
	if !r.known {
		return canonical, nil
	}
	if _, err := wire.Decode(canonical); err != nil {
		return "", fmt.Errorf("%w: %s", ErrUnverifiable, problem(err))
	}
	return canonical, nil
}

// problem is the text of a fault of the wire format, without a package's name.
func problem(err error) string {
	if f, ok := errors.AsType[*wire.Fault](err); ok {
		return f.Text()
	}
	return err.Error()
}

var scratch = sync.Pool{New: func() any { b := make([]byte, 0, 4096); return &b }}

// maxNesting bounds how deep containers stand in each other, the event being the first.
const maxNesting = 32

var (
	errNested = errors.New("event: is nested too deeply")
	errNumber = errors.New("event: has a number that is no whole one of at most 15 digits")
	errTwice  = errors.New("event: has a member twice")
	errNull   = errors.New("event: has null in an array")
)

// rebuilder writes an event in canonical form.
type rebuilder struct {
	known bool // it is of a version whose canonical form this package knows whole
}

// pair is a member of an object, its value as JSON.
type pair struct{ name, value string }

// members are the members of an object in canonical order, without those that are null.
func members(object string) ([]pair, error) {
	var list []pair
	err := wire.Members(object, func(name, value string) bool {
		if value != "null" {
			list = append(list, pair{name, value})
		}
		return true
	})
	slices.SortFunc(list, func(a, b pair) int { return compareUTF16(a.name, b.name) })
	for i := 1; i < len(list) && err == nil; i++ {
		if list[i].name == list[i-1].name {
			err = errTwice
		}
	}
	return list, err
}

// event writes the event. What its envelope repeats of data takes its spelling from there: stores that know a
// time print it in a way of their own.
func (r *rebuilder) event(dst []byte, json string) ([]byte, error) {
	if !strings.HasPrefix(strings.TrimLeft(json, " \t\r\n"), "{") {
		return dst, errors.New("event: is no object")
	}
	list, err := members(json)
	if err != nil {
		return dst, err
	}
	var at *pair
	for i := range list {
		switch list[i].name {
		case "time":
			at = &list[i]
		case "dataschema":
			schema, isText := wire.Text(list[i].value)
			r.known = !isText || schema == wire.DataSchema
		case "data":
			var data []byte
			if data, err = r.data(nil, list[i].value); err != nil {
				return dst, err
			}
			list[i].value = string(data)
		}
	}
	if data := find(list, "data"); at != nil && data != "" {
		at.value = sameInstant(at.value, data)
	}
	return r.object(dst, list, 1)
}

func find(list []pair, name string) string {
	for _, p := range list {
		if p.name == name {
			return p.value
		}
	}
	return ""
}

// sameInstant returns data.timestamp when it is the instant that at is, else at.
func sameInstant(at, data string) string {
	list, err := members(data)
	stamp := find(list, "timestamp")
	if err != nil || stamp == "" {
		return at
	}
	a, _ := wire.Text(at)
	b, _ := wire.Text(stamp)
	x, errA := time.Parse(time.RFC3339Nano, a)
	y, errB := time.Parse(time.RFC3339Nano, b)
	if errA != nil || errB != nil || !x.Equal(y) {
		return at
	}
	return stamp
}

// data writes the record. Its version is a number, which stores with one kind of scalar keep as text or as 1.0.
func (r *rebuilder) data(dst []byte, json string) ([]byte, error) {
	if json[0] != '{' {
		return r.value(dst, json, 1)
	}
	list, err := members(json)
	if err != nil {
		return dst, err
	}
	for i := range list {
		if list[i].name == "eventVersion" {
			list[i].value = strings.TrimSuffix(strings.Trim(list[i].value, `"`), ".0")
		}
	}
	return r.object(dst, list, 2)
}

// object writes members that stand in order. Containers that have nothing in them are absent.
func (r *rebuilder) object(dst []byte, list []pair, depth int) ([]byte, error) {
	start := len(dst)
	dst = append(dst, '{')
	for _, p := range list {
		before := len(dst)
		if before > start+1 {
			dst = append(dst, ',')
		}
		dst = append(wire.AppendString(dst, p.name), ':')
		at := len(dst)
		var err error
		if dst, err = r.value(dst, p.value, depth); err != nil {
			return dst, err
		}
		if empty := string(dst[at:]); empty == "{}" || empty == "[]" {
			dst = dst[:before]
		}
	}
	return append(dst, '}'), nil
}

// value writes one value, which stands in depth containers.
func (r *rebuilder) value(dst []byte, json string, depth int) ([]byte, error) {
	switch {
	case depth > maxNesting:
		return dst, errNested
	case json == "":
		return dst, errNumber
	case json[0] == '"':
		text, ok := wire.Text(json)
		if !ok {
			return dst, errors.New("event: has a string that is none")
		}
		return wire.AppendString(dst, text), nil
	case json[0] == '{':
		list, err := members(json)
		if err != nil {
			return dst, err
		}
		return r.object(dst, list, depth+1)
	case json[0] == '[':
		return r.array(dst, json, depth+1)
	case json == "true", json == "false", isPlainInteger(json):
		return append(dst, json...), nil
	}
	return dst, errNumber
}

func (r *rebuilder) array(dst []byte, json string, depth int) ([]byte, error) {
	dst = append(dst, '[')
	first := true
	var inner error
	err := wire.Members(json, func(_, value string) bool {
		if value == "null" {
			inner = errNull
			return false
		}
		if !first {
			dst = append(dst, ',')
		}
		first = false
		dst, inner = r.value(dst, value, depth)
		return inner == nil
	})
	return append(dst, ']'), errors.Join(err, inner)
}

// isPlainInteger reports whether RFC 8785 writes the number as it stands.
func isPlainInteger(s string) bool {
	digits := strings.TrimPrefix(s, "-")
	if digits == "" || len(digits) > 15 || digits[0] == '0' && s != "0" {
		return false
	}
	for i := range len(digits) {
		if digits[i] < '0' || digits[i] > '9' {
			return false
		}
	}
	return true
}
