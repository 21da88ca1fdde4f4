package redact_test

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/daxis-io/arco-audit/redact"
)

// hold has a secret where printers do not call methods.
type hold struct {
	secret redact.Secret[string]
}

func TestSecretPrintsNoByteOfTheValue(t *testing.T) {
	const value = "plain" + "value" + "42"
	s := redact.NewSecret(value)
	places := map[string]any{
		"value": s, "pointer": &s, "slice": []redact.Secret[string]{s}, "map": map[string]redact.Secret[string]{"k": s},
		"unexported field": hold{secret: s}, "pointer to that": &hold{secret: s},
	}
	for name, place := range places {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d"} {
			assert.NotContains(t, fmt.Sprintf(verb, place), value, "%s %s", name, verb)
			assert.NotContains(t, fmt.Sprintf(verb, place), fmt.Sprintf("%x", value), "%s %s", name, verb)
		}
	}
	assert.Equal(t, value, s.Expose())
	assert.Empty(t, redact.Secret[string]{}.Expose())
}

func TestSecretEncodesNoByteOfTheValue(t *testing.T) {
	const value = "plain" + "value" + "42"
	s := redact.NewSecret(value)
	text, err := json.Marshal(map[string]any{"a": s, "b": &s, "c": hold{secret: s}})
	require.NoError(t, err)
	assert.NotContains(t, string(text), value)
	assert.Contains(t, string(text), `"a":"[REDACTED]"`)
	type document struct{ S redact.Secret[string] }
	text, err = xml.Marshal(document{s})
	require.NoError(t, err)
	assert.NotContains(t, string(text), value)
	var out bytes.Buffer
	slog.New(slog.NewTextHandler(&out, nil)).Info("x", "s", s, "h", hold{secret: s}, "p", &s)
	assert.NotContains(t, out.String(), value)

	require.Error(t, gob.NewEncoder(&out).Encode(s))
	_, err = s.MarshalBinary()
	require.Error(t, err)
	assert.NotContains(t, err.Error(), value)
	_, err = s.Value()
	require.Error(t, err)
}
