package wire_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cloudevents/sdk-go/v2/event"
	"github.com/daxis-io/arco-audit/internal/wire"
	"github.com/gowebpki/jcs"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// oracle holds an event to what others say of it.
type oracle struct{ schema *jsonschema.Schema }

// newOracle reads the published schema of CloudEvents. Formats are asserted too.
func newOracle(t testing.TB) oracle {
	t.Helper()
	f, err := os.Open("testdata/cloudevents.json")
	require.NoError(t, err)
	defer func() { _ = f.Close() }()
	doc, err := jsonschema.UnmarshalJSON(f)
	require.NoError(t, err)
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	require.NoError(t, c.AddResource("cloudevents.json", doc))
	schema, err := c.Compile("cloudevents.json")
	require.NoError(t, err)
	return oracle{schema}
}

// check holds canonical bytes to the oracles, and what they read to e.
func (o oracle) check(t testing.TB, b []byte, e *wire.Envelope) {
	t.Helper()
	canonical, err := jcs.Transform(b)
	require.NoError(t, err)
	assert.Equal(t, string(canonical), string(b), "RFC 8785")

	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(b))
	require.NoError(t, err)
	assert.NoError(t, o.schema.Validate(doc), "JSON schema of CloudEvents")

	var ce event.Event
	require.NoError(t, json.Unmarshal(b, &ce))
	assert.NoError(t, ce.Validate(), "CloudEvents SDK")
	assert.Equal(t, e.Source, ce.Source())
	assert.Equal(t, string(e.Resource), ce.Subject())
	assert.Equal(t, e.Millis, ce.Time().UnixMilli())
	assert.Equal(t, wire.DataSchema, ce.DataSchema())
	assert.Equal(t, "io.arco.audit."+e.Category+"."+e.Outcome+".v1", ce.Type())
	assert.Equal(t, e.Trail, ce.Extensions()["partitionkey"])
	assert.True(t, bytes.Contains(b, ce.Data()), "data survives byte for byte")
	flat(t, doc, "event")
}

// flat checks that every leaf is text that is not empty, but for data.eventVersion, and that no container
// is empty.
func flat(t testing.TB, v any, path string) {
	t.Helper()
	switch v := v.(type) {
	case map[string]any:
		assert.NotEmpty(t, v, path)
		for name, member := range v {
			flat(t, member, path+"."+name)
		}
	case []any:
		assert.NotEmpty(t, v, path)
		for _, element := range v {
			flat(t, element, path+"[]")
		}
	case json.Number:
		assert.Equal(t, "event.data.eventVersion", path)
	default:
		assert.IsType(t, "", v, path)
		assert.NotEmpty(t, v, path)
	}
}

func TestOraclesOnGolden(t *testing.T) {
	o := newOracle(t)
	files, err := filepath.Glob("testdata/golden/*.json")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".json"), func(t *testing.T) {
			b, err := os.ReadFile(file)
			require.NoError(t, err)
			e, err := wire.Decode(b)
			require.NoError(t, err)
			o.check(t, b, &e)
			p, err := wire.DecodeLenient(string(b))
			require.NoError(t, err)
			assert.Equal(t, e.Action, p.Text[wire.MemberAction])
		})
	}
}

// The oracles must be able to say no.
func TestOraclesRefuse(t *testing.T) {
	o := newOracle(t)
	b, err := os.ReadFile("testdata/golden/AUTH_ALLOW.json")
	require.NoError(t, err)
	for _, change := range [][2]string{
		{`"time":"2026-02-28T`, `"time":"2026-02-30T`}, {`"source":"//catalog`, `"source":"//cat alog`}, {`"subject":"GET`, `"subject":"","x":"`},
	} {
		require.Contains(t, string(b), change[0])
		doc, err := jsonschema.UnmarshalJSON(strings.NewReader(strings.Replace(string(b), change[0], change[1], 1)))
		require.NoError(t, err)
		assert.Error(t, o.schema.Validate(doc), change[1])
	}
	for _, change := range [][2]string{{`"action":`, ` "action":`}, {`"actor":`, `"\u0061ctor":`}, {`"app_user"`, `"app\u005fuser"`}} {
		require.Contains(t, string(b), change[0])
		bad := strings.Replace(string(b), change[0], change[1], 1)
		canonical, err := jcs.Transform([]byte(bad))
		require.NoError(t, err)
		assert.NotEqual(t, bad, string(canonical), change[1])
	}
	for _, change := range [][2]string{{`"specversion":"1.0",`, ``}, {`"subject":"GET`, `"subject":7,"x":"GET`}} {
		require.Contains(t, string(b), change[0])
		var ce event.Event
		assert.Error(t, json.Unmarshal([]byte(strings.Replace(string(b), change[0], change[1], 1)), &ce), change[1])
	}
}
