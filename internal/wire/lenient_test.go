package wire_test

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/daxis-io/arco-audit/internal/wire"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// leaves are the details of an event, or the texts of its members.
func leaves(t *testing.T, event string) (texts map[string]string, details map[string]string) {
	t.Helper()
	p, err := wire.DecodeLenient(event)
	require.NoError(t, err)
	texts, details = map[string]string{}, map[string]string{}
	for i, text := range p.Text {
		texts[wire.Member(i).String()] = text
	}
	for _, raw := range []wire.Member{wire.MemberData, wire.MemberDetails, wire.MemberOrigin, wire.MemberRedactions} {
		delete(texts, raw.String())
	}
	p.Details(func(path, value string) bool { details[path] = value; return true })
	p.Redactions(func(r wire.Redaction) { details[r.Field+"/"+r.Kind] = "" })
	assert.Len(t, details, p.CountDetails()+p.CountRedactions())
	return texts, details
}

// Whatever a store does to the layout, the order and the escapes of an event, a lenient reader reads the same.
func TestDecodeLenientOtherLayouts(t *testing.T) {
	files, err := filepath.Glob("testdata/golden/*.json")
	require.NoError(t, err)
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		t.Run(name, func(t *testing.T) {
			event := readGolden(t, name)
			texts, details := leaves(t, event)

			var spaced bytes.Buffer
			require.NoError(t, json.Indent(&spaced, []byte(event), "\r\n", "\t"))
			gotTexts, gotDetails := leaves(t, spaced.String())
			assert.Equal(t, texts, gotTexts)
			assert.Equal(t, details, gotDetails)

			gotTexts, gotDetails = leaves(t, reversed(t, []byte(event)))
			assert.Equal(t, texts, gotTexts)
			assert.Equal(t, details, gotDetails)
		})
	}
}

// reversed writes objects from the last member to the first, with members of no known name between, and
// every character beyond ASCII, and every "a", as an escape.
func reversed(t *testing.T, raw json.RawMessage) string {
	t.Helper()
	switch raw[0] {
	case '{':
		d := json.NewDecoder(bytes.NewReader(raw))
		_, err := d.Token()
		require.NoError(t, err)
		out := `"nobody knows":[{},[null,-1.5e-7,true,"\ud83d"]]}`
		for d.More() {
			name, err := d.Token()
			require.NoError(t, err)
			var value json.RawMessage
			require.NoError(t, d.Decode(&value))
			if text, ok := name.(string); ok && (text == "details" || text == "summary") {
				out = `"` + text + `":` + string(value) + "," + out
				continue
			}
			quoted, err := json.Marshal(name)
			require.NoError(t, err)
			out = escaped(quoted) + ":" + reversed(t, value) + "," + out
		}
		return "{" + out
	case '"':
		return escaped(raw)
	}
	return string(raw)
}

func escaped(quoted []byte) string {
	var out strings.Builder
	for _, r := range string(quoted) {
		switch {
		case r == 'a':
			out.WriteString(`\u0061`)
		case r > 0xffff:
			high, low := (r-0x10000)>>10+0xd800, (r-0x10000)&0x3ff+0xdc00
			out.WriteString(`\u` + hex4(high) + `\u` + hex4(low))
		case r > 0x7f:
			out.WriteString(`\u` + strings.ToUpper(hex4(r)))
		default:
			out.WriteRune(r)
		}
	}
	return out.String()
}

func hex4(r rune) string {
	const digits = "0123456789abcdef"
	return string([]byte{digits[r>>12&15], digits[r>>8&15], digits[r>>4&15], digits[r&15]})
}

func TestDecodeLenientText(t *testing.T) {
	event := readGolden(t, "AUTH_ALLOW")
	tests := []struct{ name, json, want string }{
		{"every escape", `"\"\\\/\b\f\n\r\t\u0041"`, "\"\\/\b\f\n\r\tA"},
		{"surrogate pair", `"\uD83D\uDE00"`, "😀"},
		{"high surrogate alone", `"\ud83dx"`, "\ufffdx"},
		{"low surrogate alone", `"\ude00"`, "\ufffd"},
		{"two high surrogates", `"\ud83d\ud83d\ude00"`, "\ufffd😀"},
		{"high surrogate before an escape", `"\ud83d\u0041"`, "\ufffdA"},
		{"high surrogate at the end", `"\ud83d"`, "\ufffd"},
		{"null is absent", `null`, ""},
		{"empty is absent", `""`, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p, err := wire.DecodeLenient(strings.Replace(event, `"jwt_valid"`, test.json, 1))
			require.NoError(t, err)
			assert.Equal(t, test.want, p.Text[wire.MemberDecisionReason])
			var m struct {
				Data struct{ DecisionReason string }
			}
			require.NoError(t, json.Unmarshal([]byte(strings.Replace(event, `"jwt_valid"`, test.json, 1)), &m))
			assert.Equal(t, test.want, m.Data.DecisionReason, "as encoding/json reads it")
		})
	}
}

func TestDecodeLenientVersionAndTime(t *testing.T) {
	event := readGolden(t, "AUTH_ALLOW")
	for spelling, want := range map[string]int{`1`: 1, `1.0`: 1, `"1"`: 1, `27`: 27, `null`: 0} {
		p, err := wire.DecodeLenient(strings.Replace(event, `"eventVersion":1`, `"eventVersion":`+spelling, 1))
		require.NoError(t, err, spelling)
		version, ok := p.Version()
		assert.True(t, ok, spelling)
		assert.Equal(t, want, version, spelling)
	}
	for _, spelling := range []string{`1.5`, `-1`, `1e0`, `"one"`, `99999999999`} {
		p, err := wire.DecodeLenient(strings.Replace(event, `"eventVersion":1`, `"eventVersion":`+spelling, 1))
		require.NoError(t, err, spelling)
		_, ok := p.Version()
		assert.False(t, ok, spelling)
	}
	for _, spelling := range []string{"2026-02-28T23:59:59.007Z", "2026-03-01T01:59:59.007+02:00", "2026-02-28T23:59:59.007000Z"} {
		p, err := wire.DecodeLenient(strings.ReplaceAll(event, "2026-02-28T23:59:59.007Z", spelling))
		require.NoError(t, err, spelling)
		got, ok := p.Time()
		assert.True(t, ok, spelling)
		assert.Equal(t, time.Date(2026, 2, 28, 23, 59, 59, 7e6, time.UTC), got)
	}
}

func TestDecodeLenientNoJSON(t *testing.T) {
	for _, event := range []string{
		``, ` `, `[]`, `7`, `"x"`, `{`, `{"`, `{"a`, `{"a"`, `{"a":`, `{"a":1`, `{"a":1,`, `{"a":1,}`, `{,}`, `{"a" 1}`, `{a:1}`, `{"a":01}`, `{"a":+1}`,
		`{"a":.5}`, `{"a":1.}`, `{"a":1e}`, `{"a":-}`, `{"a":nul}`, `{"a":True}`, `{"a":[1,]}`, `{"a":[1 2]}`, `{"a":[}`, `{"a":"\q"}`, `{"a":"\u12g4"}`,
		"{\"a\":\"\t\"}", `{"a":1}}`, `{"a":1}{}`, "\ufeff{}",
	} {
		_, err := wire.DecodeLenient(event)
		var fault *wire.Fault
		require.ErrorAs(t, err, &fault, event)
		assert.GreaterOrEqual(t, fault.Offset, 0, event)
		assert.LessOrEqual(t, fault.Offset, len(event), event)
		assert.False(t, json.Valid([]byte(event)) && event[0] == '{', event)
	}
}
