package wire_test

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/daxis-io/arco-audit/internal/wire"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// dealer deals the fields of an envelope out of the bytes that the fuzzer makes.
type dealer struct{ data []byte }

func (d *dealer) byte() byte {
	if len(d.data) == 0 {
		return 0
	}
	b := d.data[0]
	d.data = d.data[1:]
	return b
}

func (d *dealer) number() uint64 {
	var b [8]byte
	for i := range b {
		b[i] = d.byte()
	}
	return binary.BigEndian.Uint64(b[:])
}

// text is any bytes; invalid UTF-8 is what AppendString is for.
func (d *dealer) text() string {
	n := min(int(d.byte()), len(d.data))
	s := string(d.data[:n])
	d.data = d.data[n:]
	return s
}

// some is text that is not empty.
func (d *dealer) some() string { return cmp.Or(d.text(), "x") }

// code is text of a closed alphabet, which the encoder does not escape.
func (d *dealer) code(alphabet string) string {
	var b strings.Builder
	for range 1 + d.byte()%12 {
		b.WriteByte(alphabet[int(d.byte())%len(alphabet)])
	}
	return b.String()
}

// details is a canonical object with hostile names and values.
func (d *dealer) details(depth int) []byte {
	names := map[string]bool{}
	for range d.byte() % 6 {
		names[valid(d.some())] = true
	}
	sorted := make([]string, 0, len(names))
	for name := range names {
		sorted = append(sorted, name)
	}
	slices.SortFunc(sorted, compareUTF16)
	var b []byte
	for _, name := range sorted {
		sep := byte(',')
		if len(b) == 0 {
			sep = '{'
		}
		b = wire.AppendString(append(b, sep), name)
		b = append(b, ':')
		if depth < 4 && len(name) < 30 && d.byte()%4 == 0 {
			if inner := d.details(depth + 1); len(inner) > 0 {
				b = append(b, inner...)
				continue
			}
		}
		b = wire.AppendString(b, d.some())
	}
	if len(b) > 0 {
		b = append(b, '}')
	}
	return b
}

// envelope deals one that Append is for. Its resource is not blank, which the CloudEvents SDK takes for empty.
func (d *dealer) envelope() wire.Envelope {
	const upper, lower = "ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789", "abcdefghijklmnopqrstuvwxyz_0123456789"
	const lastMillis = 253402300799999
	e := wire.Envelope{
		Millis: int64(d.number() % (lastMillis + 1)), Sequence: d.number(), Source: "//" + d.code(lower) + "/" + d.code(lower),
		PolicyVersion: d.some(), Action: d.code(upper), Category: d.code(lower), Outcome: d.code(lower), Severity: d.code(upper),
		Reason: d.some(), Resource: []byte("r" + d.text()), Actor: d.some(), ActorKeyID: d.text(), AuthType: d.code(lower),
		Tenant: d.text(), Workspace: d.text(), RequestID: d.some(), OriginAgent: d.text(), Details: d.details(1),
	}
	binary.BigEndian.PutUint64(e.ID[:], d.number())
	binary.BigEndian.PutUint64(e.ID[8:], d.number())
	var trail [16]byte
	binary.BigEndian.PutUint64(trail[:], d.number())
	e.Trail = string(wire.AppendUUID(nil, trail))
	if d.byte()%4 == 0 {
		e.AuthType = "unauthenticated"
	}
	if s := d.text(); s != "" {
		e.OriginAddr = []byte(s)
	}
	if d.byte()%2 == 0 {
		binary.BigEndian.PutUint64(e.Trace.ID[:], d.number()|1)
		binary.BigEndian.PutUint64(e.Trace.Span[:], d.number()|1)
		e.Trace.Flags = d.byte()
	}
	for range d.byte() % 4 {
		e.Redactions = append(e.Redactions, wire.Redaction{Field: d.some(), Kind: d.some()})
	}
	return e
}

// valid is what a reader gets of s: every wrong byte has become U+FFFD.
func valid(s string) string { return string([]rune(s)) }

// read is the envelope that a reader gets.
func read(e wire.Envelope) wire.Envelope {
	for _, s := range []*string{
		&e.Source, &e.PolicyVersion, &e.Reason, &e.Actor, &e.ActorKeyID, &e.Tenant, &e.Workspace, &e.RequestID, &e.OriginAgent,
	} {
		*s = valid(*s)
	}
	e.Resource = []byte(valid(string(e.Resource)))
	if e.OriginAddr != nil {
		e.OriginAddr = []byte(valid(string(e.OriginAddr)))
	}
	e.Redactions = slices.Clone(e.Redactions)
	for i, r := range e.Redactions {
		e.Redactions[i] = wire.Redaction{Field: valid(r.Field), Kind: valid(r.Kind)}
	}
	return e
}

// FuzzAppend holds what the encoder writes to the oracles, and to what the decoders read.
func FuzzAppend(f *testing.F) {
	o := newOracle(f)
	f.Add([]byte{})
	f.Add([]byte(strings.Repeat("\x03a\"\\\x04\xf0\x9f\x98\x80\x02\xc3(\x05\x00\x1f\x7f\n\r", 40)))
	f.Add([]byte(strings.Repeat("\x01\xff\x06\xef\xbf\xbdabc\x08\xf0\x90\x80\x80\xee\x80\x80x", 60)))
	f.Fuzz(func(t *testing.T, data []byte) { roundTrip(t, o, data) })
}

// The same with random bytes, half of them from an alphabet of what is special in JSON and UTF-8.
func TestAppendRandomEnvelopes(t *testing.T) {
	o, r := newOracle(t), rand.New(rand.NewPCG(3, 4))
	const special = "\x00\x01\x1f\x7f\"\\/{}[],:\xc3\xa9\xe2\x80\xa8\xee\x80\x80\xef\xbf\xbd\xf0\x9f\x98\x80\xff"
	for range 500 {
		data := make([]byte, 100+r.IntN(900))
		for i := range data {
			if data[i] = byte(r.Uint32()); r.IntN(2) == 0 {
				data[i] = special[r.IntN(len(special))]
			}
		}
		roundTrip(t, o, data)
		require.False(t, t.Failed(), "%q", data)
	}
}

func roundTrip(t *testing.T, o oracle, data []byte) {
	t.Helper()
	d := dealer{data}
	e := d.envelope()
	b, layout := wire.Append([]byte("before"), &e)
	require.Equal(t, "before", string(b[:6]))
	checkLayout(t, b, layout, &e)
	shared := e
	shared.Static = wire.NewStatic(&e)
	same, sameLayout := wire.Append([]byte("before"), &shared)
	require.Equal(t, string(b), string(same), "members that are encoded once")
	require.Equal(t, layout, sameLayout)
	want := read(e)
	got, err := wire.Decode(b[6:])
	require.NoError(t, err)
	require.Equal(t, want, got)
	o.check(t, b[6:], &want)
	p, err := wire.DecodeLenient(string(b[6:]))
	require.NoError(t, err)
	assert.Equal(t, want.Reason, p.Text[wire.MemberDecisionReason])
	assert.Equal(t, string(want.Details), p.Text[wire.MemberDetails])
}

func checkLayout(t *testing.T, b []byte, l wire.Layout, e *wire.Envelope) {
	t.Helper()
	assert.Equal(t, string(wire.AppendUUID(nil, e.ID)), string(b[l.ID:l.ID+36]))
	assert.Equal(t, fmt.Sprintf("%020d", e.Sequence), string(b[l.Sequence:l.Sequence+20]))
	assert.Equal(t, string(wire.AppendString(nil, e.Tenant)), `"`+string(b[l.TenantAt:l.TenantAt+l.Tenant])+`"`)
}

// FuzzDecode gives the decoders any bytes. What the strict one takes is what Append writes.
func FuzzDecode(f *testing.F) {
	o := newOracle(f)
	files, err := filepath.Glob("testdata/golden/*.json")
	require.NoError(f, err)
	for _, file := range files {
		b, err := os.ReadFile(file)
		require.NoError(f, err)
		f.Add(b)
	}
	f.Add([]byte(` { "id" : null , "novel" : [ 1e5 , { "a" : "\ud83d\ude00" } ] } `))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, lenientErr := wire.DecodeLenient(string(data))
		if lenientErr == nil {
			p.Details(func(string, string) bool { return true })
			_, _ = p.Time()
			_, _ = p.Version()
		}
		e, err := wire.Decode(data)
		if err != nil {
			var fault *wire.Fault
			require.ErrorAs(t, err, &fault)
			require.LessOrEqual(t, fault.Offset, len(data))
			return
		}
		again, _ := wire.Append(nil, &e)
		require.Equal(t, string(data), string(again))
		require.NoError(t, lenientErr, "the lenient decoder takes all that the strict one takes")
		if strings.HasPrefix(e.Source, "//catalog/") && strings.Trim(e.Source, "/-abcdefghijklmnopqrstuvwxyz0123456789") == "" {
			o.check(t, data, &e)
		}
	})
}
