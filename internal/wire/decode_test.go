package wire_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/daxis-io/arco-audit/internal/wire"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func readGolden(t testing.TB, name string) string {
	t.Helper()
	b, err := os.ReadFile("testdata/golden/" + name + ".json")
	require.NoError(t, err)
	return string(b)
}

func TestDecodeStrict(t *testing.T) {
	const hidden = "hunter2hunter2"
	tests := []struct {
		name     string
		old, new string // the last old becomes new
		member   string
		problem  string
	}{
		{"cut", `"}`, `"`, "event", "cut or damaged"},
		{"space at the end", `"workspace":"main"}`, `"workspace":"main"} `, "event", "after its end"},
		{"space at the start", `{"action":"ICEBERG_COMMIT","authid"`, ` {"action":"ICEBERG_COMMIT","authid"`, "event", "no object"},
		{"space before a value", `"trail":"`, `"trail": "`, "trail", "canonical"},
		{"space before a name", `"trail"`, ` "trail"`, "event", "canonical"},
		{"space before a colon", `"trail":`, `"trail" :`, "event", "canonical"},
		{"space before a comma", `,"trail"`, ` ,"trail"`, "event", "canonical"},
		{"long escape", `"main"`, `"m\u0061in"`, "workspace", "canonical"},
		{"upper-case escape", `"main"`, `"m\u001Fin"`, "workspace", "canonical"},
		{"long form of a short escape", `"main"`, `"m\u000ain"`, "workspace", "canonical"},
		{"escaped slash", `"main"`, `"m\/in"`, "workspace", "canonical"},
		{"no such escape", `"main"`, `"m\xin"`, "workspace", "no JSON"},
		{"escape is cut", `"main"}`, `"m\`, "workspace", "no JSON"},
		{"control", `"main"`, "\"m\nin\"", "workspace", "no JSON"},
		{"not UTF-8", `"main"`, "\"m\xffin\"", "workspace", "not UTF-8"},
		{"not UTF-8 after an escape", `"main"`, "\"m\\n\xffin\"", "workspace", "not UTF-8"},
		{"null", `"workspace":"main"`, `"workspace":null`, "workspace", "no string"},
		{"empty text", `"workspace":"main"`, `"workspace":""`, "workspace", "empty"},
		{"number", `"workspace":"main"`, `"workspace":7`, "workspace", "no string"},
		{"boolean", `"workspace":"main"`, `"workspace":true`, "workspace", "no string"},
		{"object", `"workspace":"main"`, `"workspace":{}`, "workspace", "no string"},
		{"unknown member", `,"workspace":`, `,"whatever":"` + hidden + `","workspace":`, "event", "does not have"},
		{"unknown member of data", `,"eventVersion":1`, `,"eventVersion":1,"hunter2hunter2":"` + hidden + `"`, "data", "does not have"},
		{"unknown member of origin", `"agent":`, `"aged":"` + hidden + `","agent":`, "data.origin", "does not have"},
		{"twice", `"workspace":"main"`, `"workspace":"main","workspace":"main"`, "workspace", "twice"},
		{"order", `"trail":"019ca7ee-0000-7000-8000-00000000c0de","type":"io.arco.audit.iceberg_commit.allow.v1"`,
			`"type":"io.arco.audit.iceberg_commit.allow.v1","trail":"019ca7ee-0000-7000-8000-00000000c0de"`, "trail", "out of order"},
		{"order of origin", `"addr":"203.0.113.0/24","agent":"PyIceberg/0.9.1"`, `"agent":"PyIceberg/0.9.1","addr":"203.0.113.0/24"`,
			"data.origin.addr", "out of order"},
		{"empty origin", `{"addr":"203.0.113.0/24","agent":"PyIceberg/0.9.1"}`, `{}`, "data.origin", "empty"},
		{"version of another age", `"eventVersion":1`, `"eventVersion":2`, "data.eventVersion", "is not 1"},
		{"version spelt otherwise", `"eventVersion":1`, `"eventVersion":1.0`, "data.eventVersion", "is not 1"},
		{"version as text", `"eventVersion":1`, `"eventVersion":"1"`, "data.eventVersion", "no number"},
		{"version of the type", `.allow.v1`, `.allow.v2`, "event", "canonical"},
		{"schema", `:record:v1`, `:record:v2`, "dataschema", "is not " + wire.DataSchema},
		{"specversion", `"1.0"`, `"0.3"`, "specversion", "is not 1.0"},
		{"content type", `"application/json"`, `"text/xml"`, "datacontenttype", "is not application/json"},
		{"type of another family", `io.arco.audit.`, `io.arco.other.`, "type", "no audit event"},
		{"category is no code", `.iceberg_commit.`, `.iceberg\"commit.`, "type", "no code"},
		{"severity is no code", `"NOTICE"`, `"NO TICE"`, "severitytext", "no code"},
		{"authtype is no code", `"app_user"`, `"app\nuser"`, "authtype", "no code"},
		{"id", `"id":"019ca7f0-`, `"id":"019CA7F0-`, "data.eventId", "agree with id"},
		{"trail", `"trail":"019ca7ee`, `"trail":"019CA7EE`, "trail", "agree with partitionkey"},
		{"sequence is short", `"00000000000000000041"`, `"41"`, "sequence", "20 digits"},
		{"sequence overflows", `"00000000000000000041"`, `"99999999999999999999"`, "sequence", "64 bits"},
		{"time", `"time":"2026-02-28T23:59:59.007Z"`, `"time":"2026-02-28T23:59:59.0070Z"`, "data.timestamp", "agree with time"},
		{"tenants differ", `"tenant":"acme"`, `"tenant":"` + hidden + `"`, "data.tenantId", "agree with tenant"},
		{"traces differ", `"traceId":"4b`, `"traceId":"4c`, "data.traceId", "agree with traceparent"},
		{"trace flags", `b7-01"`, `b7-0g"`, "traceparent", "no trace context"},
		{"no tenant", `"tenant":"acme",`, ``, "tenant", "missing"},
		{"no tenant in data", `"tenantId":"acme",`, ``, "data.tenantId", "missing"},
		{"no trace in data", `"traceId":"4b000000000000000000000000000036",`, ``, "data.traceId", "missing"},
		{"no authid", `"authid":"user:467acd2f4ef12159bbfd22e9e7e9a13c",`, ``, "authid", "unless"},
		{"authid of nobody", `"app_user"`, `"unauthenticated"`, "authid", "unless"},
		{"no id", `"id":"019ca7f0-1d27-7444-9b3c-5a1122334455",`, ``, "id", "missing"},
		{"details is text", `"details":{`, `"details":"` + hidden + `","x":{`, "data.details", "no object"},
		{"empty details", `"details":{`, `"details":{},"x":{`, "data.details", "empty"},
		{"details out of order", `"operation":"overwrite"`, `"zoperation":"overwrite"`, "data.details", "out of order"},
		{"detail twice", `"operation":"overwrite"`, `"operation":"overwrite","operation":"` + hidden + `"`, "data.details", "twice"},
		{"detail without a name", `"operation":"overwrite"`, `"":"overwrite"`, "data.details", "without a name"},
		{"empty detail", `"overwrite"`, `""`, "data.details", "empty"},
		{"detail is a number", `"sequenceNumber":"7"`, `"sequenceNumber":7`, "data.details", "no string"},
		{"detail is a list", `"sequenceNumber":"7"`, `"sequenceNumber":["7"]`, "data.details", "no string"},
		{"detail is null", `"sequenceNumber":"7"`, `"sequenceNumber":null`, "data.details", "no string"},
		{"summary out of order", `"added-data-files"`, `"total-records"`, "data.details", "out of order"},
		{"long path of details", `"summary"`, `"summary` + strings.Repeat("x", 121) + `"`, "data.details", "longer than 128 bytes"},
		{"details too deep", `"3"`, `{"a":{"b":{"c":"d"}}}`, "data.details", "too deeply"},
	}
	full := readGolden(t, "ICEBERG_COMMIT")
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) { refuses(t, full, test.old, test.new, test.member, test.problem) })
	}
}

func TestDecodeStrictRedactions(t *testing.T) {
	tests := []struct{ name, old, new, problem string }{
		{"empty list", `"redactions":[`, `"redactions":[],"x":[`, "empty"},
		{"text", `"redactions":[`, `"redactions":"x","y":[`, "no array"},
		{"empty entry", `{"field":"resource","kind":"control"}`, `{}`, "empty"},
		{"no kind", `{"field":"resource","kind":"control"}`, `{"field":"resource"}`, "field or kind"},
		{"empty kind", `"kind":"control"`, `"kind":""`, "field or kind"},
		{"order", `{"field":"resource","kind":"control"}`, `{"kind":"control","field":"resource"}`, "out of order"},
		{"twice", `{"field":"resource",`, `{"field":"resource","field":"resource",`, "twice"},
		{"unknown", `{"field":"resource",`, `{"field":"resource","fielx":"hunter2hunter2",`, "does not have"},
		{"null", `"kind":"control"`, `"kind":null`, "no string"},
		{"no comma", `{"field":"resource"`, `{}{"field":"resource"`, "empty"},
		{"comma at the end", `"kind":"control"}]`, `"kind":"control"},]`, "no object"},
		{"space", `[{"field"`, `[ {"field"`, "no object"},
	}
	full := readGolden(t, "hostile-controls")
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) { refuses(t, full, test.old, test.new, "data.redactions", test.problem) })
	}
}

// refuses checks that the event is refused once the last old has become new, that the fault names the member
// and the problem, and that it holds nothing of the event.
func refuses(t *testing.T, event, old, changed, member, problem string) {
	t.Helper()
	at := strings.LastIndex(event, old)
	require.GreaterOrEqual(t, at, 0, "the event has no %s", old)
	_, err := wire.Decode(event[:at] + changed + event[at+len(old):])
	var fault *wire.Fault
	require.ErrorAs(t, err, &fault)
	assert.Equal(t, member, fault.Member)
	assert.Contains(t, fault.Problem, problem)
	assert.NotContains(t, err.Error(), "hunter2hunter2")
	assert.LessOrEqual(t, fault.Offset, len(event)+len(changed))
}

func TestDecodeLength(t *testing.T) {
	e, err := wire.Decode(readGolden(t, "AUTH_ALLOW"))
	require.NoError(t, err)
	e.RequestID = ""
	bare, _ := wire.Append(nil, &e)
	e.RequestID = strings.Repeat("r", wire.MaxBytes-len(bare))
	longest, _ := wire.Append(nil, &e)
	require.Len(t, longest, wire.MaxBytes)
	back, err := wire.Decode(longest)
	require.NoError(t, err)
	assert.Equal(t, e, back)

	e.RequestID += "r"
	longer, _ := wire.Append(nil, &e)
	_, err = wire.Decode(longer)
	assert.ErrorContains(t, err, "longer than 64 KiB")
}

// Decode keeps nothing of the bytes that it was given.
func TestDecodeOwnsItsMemory(t *testing.T) {
	b := []byte(readGolden(t, "ICEBERG_COMMIT"))
	e, err := wire.Decode(b)
	require.NoError(t, err)
	clear(b)
	again, _ := wire.Append(nil, &e)
	assert.Equal(t, readGolden(t, "ICEBERG_COMMIT"), string(again))
	e.Resource = append(e.Resource, "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"...)
	assert.Equal(t, "203.0.113.0/24", string(e.OriginAddr))
}

// The nesting that an attacker can ask for costs nothing.
func TestDecodeDeep(t *testing.T) {
	deep := strings.Repeat(`{"a":`, 12000)
	_, err := wire.Decode(strings.Replace(readGolden(t, "ICEBERG_COMMIT"), `"details":{`, `"details":`+deep, 1))
	assert.ErrorContains(t, err, "too deeply")
	_, err = wire.DecodeLenient(`{"x":` + strings.Repeat("[", 200000))
	assert.ErrorContains(t, err, "too deeply")
}

// What an event needs is named when it does not stand.
func TestDecodeRequired(t *testing.T) {
	full := readGolden(t, "ICEBERG_COMMIT")
	for _, test := range []struct{ member, name string }{
		{"action", `"action":"ICEBERG_COMMIT","authid"`}, {"data.actor", `"actor"`}, {"authtype", `"authtype"`}, {"datacontenttype", `"datacontenttype"`},
		{"dataschema", `"dataschema"`}, {"data.decisionReason", `"decisionReason"`}, {"data.eventId", `"eventId"`}, {"outcome", `"outcome":"allow","partitionkey"`},
		{"partitionkey", `"partitionkey"`}, {"data.policyVersion", `"policyVersion"`}, {"data.requestId", `"requestId"`}, {"data.resource", `"resource"`},
		{"sequence", `"sequence"`}, {"severitytext", `"severitytext"`}, {"source", `"source"`}, {"specversion", `"specversion"`}, {"subject", `"subject"`},
		{"time", `"time"`}, {"data.timestamp", `"timestamp"`}, {"trail", `"trail"`}, {"type", `"type"`},
	} {
		t.Run(test.member, func(t *testing.T) {
			at := strings.Index(full, test.name)
			require.GreaterOrEqual(t, at, 0)
			end := at + strings.Index(full[at:], `",`) + 2
			_, err := wire.Decode(full[:at] + full[end:])
			var fault *wire.Fault
			require.ErrorAs(t, err, &fault)
			assert.Equal(t, test.member, fault.Member)
			assert.Contains(t, fault.Problem, "missing")
		})
	}
}

// Members that stand twice in an event are checked where both have changed too.
func TestDecodeStrictPairs(t *testing.T) {
	full := readGolden(t, "ICEBERG_COMMIT")
	tests := []struct{ name, old, new, member string }{
		{"trail has other letters", "019ca7ee-0000", "019ca7eg-0000", "trail"},
		{"trail has capitals", "019ca7ee-0000", "019CA7EE-0000", "trail"},
		{"trail without a hyphen", "019ca7ee-0000", "019ca7ee00000", "trail"},
		{"trail is short", "019ca7ee-0000", "019ca7ee-000", "trail"},
		{"id has other letters", "019ca7f0-", "019ca7g0-", "id"},
		{"id without a hyphen", "019ca7f0-", "019ca7f00", "id"},
		{"day that does not exist", "2026-02-28T", "2026-02-29T", "time"},
		{"month 13", "2026-02-28T", "2026-13-28T", "time"},
		{"month 0", "2026-02-28T", "2026-00-28T", "time"},
		{"hour 24", "T23:59:59", "T24:59:59", "time"},
		{"leap second", "T23:59:59", "T23:59:60", "time"},
		{"year before 1970", "2026-02-28T", "1969-02-28T", "time"},
		{"time zone", "59.007Z", "59.007z", "time"},
		{"no digits", "2026-02-28T", "20:6-02-28T", "time"},
		{"action is no code", "ICEBERG_COMMIT", "iceberg_commit", "action"},
		{"outcome is no code", `"allow"`, `"Allow"`, "type"},
		{"span of zeros", "0f000000000000b7", "0000000000000000", "traceparent"},
		{"trace of capitals", "4b000000000000000000000000000036", "4B000000000000000000000000000036", "traceparent"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			require.Contains(t, full, test.old)
			_, err := wire.Decode(strings.ReplaceAll(full, test.old, test.new))
			var fault *wire.Fault
			require.ErrorAs(t, err, &fault)
			assert.Equal(t, test.member, fault.Member)
		})
	}
}

// The names of RFC 8785 section 3.2.3 as details: the order of UTF-16 is not that of UTF-8.
func TestDecodeStrictOrderOfUTF16(t *testing.T) {
	sorted := []string{`"\r":"Carriage Return"`, `"1":"One"`, "\"\u0080\":\"Control\"", `"ö":"Latin Small Letter O With Diaeresis"`,
		`"€":"Euro Sign"`, `"😀":"Emoji: Grinning Face"`, "\"\ufb33\":\"Hebrew Letter Dalet With Dagesh\""}
	e, err := wire.Decode(readGolden(t, "ICEBERG_COMMIT"))
	require.NoError(t, err)
	e.Details = []byte("{" + strings.Join(sorted, ",") + "}")
	event, _ := wire.Append(nil, &e)
	newOracle(t).check(t, event, &e)
	_, err = wire.Decode(event)
	require.NoError(t, err)
	for i := range len(sorted) - 1 {
		swapped := slices.Clone(sorted)
		swapped[i], swapped[i+1] = swapped[i+1], swapped[i]
		e.Details = []byte("{" + strings.Join(swapped, ",") + "}")
		event, _ := wire.Append(nil, &e)
		_, err := wire.Decode(event)
		assert.ErrorContains(t, err, "out of order", "%d", i)
	}
}
