package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/redact"
	"github.com/daxis-io/arco-audit/sinks/writersink"
)

// trailLines are the lines of a trail that was opened, used and closed.
func trailLines(t *testing.T) []string {
	t.Helper()
	var out bytes.Buffer
	trail, err := audit.Open(audit.Config{
		Service: "catalog", Environment: "test", Volatile: true, Keys: redact.EphemeralKeys(),
		Routes: []audit.Route{{Name: "lines", Sink: writersink.New(&out), Required: true}},
	})
	require.NoError(t, err)
	ctx := audit.WithRequest(t.Context(), audit.Request{Actor: audit.Anonymous()})
	for _, e := range []audit.Event{audit.AuthAllow(audit.RPCOperation("/a.B/C"), audit.AuthMethodJWT), audit.URLMintDeny(audit.DomainSearch, audit.MintReasonTraversal)} {
		_, err := trail.Emit(ctx, e)
		require.NoError(t, err)
	}
	require.NoError(t, trail.Close(t.Context()))
	return strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
}

func TestParseTrail(t *testing.T) {
	lines := trailLines(t)
	events, err := parseTrail(lines[1] + "\n" + lines[0] + "\n" + lines[0][:100] + "\n\n" + lines[0] + "\n")
	require.NoError(t, err)
	require.Len(t, events, 2)
	assert.Equal(t, lines[:2], []string{events[0].text, events[1].text}, "in sequence, each once, half lines left out")
	for _, bad := range []string{`{}`, `{"specversion":"1.0","id":"","source":"s","type":"t"}`, lines[0] + "\n" + `{"specversion":"0.1"}`,
		lines[0] + "\n" + strings.Replace(lines[0], `"eventVersion":1`, `"eventVersion":2`, 1)} {
		_, err := parseTrail(bad)
		assert.Error(t, err, bad)
	}
}

func TestCheckCopies(t *testing.T) {
	lines := trailLines(t)
	events, err := parseTrail(strings.Join(lines, "\n"))
	require.NoError(t, err)
	all := strings.Join(lines, "\n")
	require.NoError(t, checkCopies(events, map[string]string{"a": lines[1] + "\n" + lines[0] + "\n" + strings.Join(lines[1:], "\n")}))
	for name, bad := range map[string]string{
		"one less":    strings.Join(lines[1:], "\n"),
		"other bytes": strings.ReplaceAll(all, "traversal", "reversal"),
		"no event":    all + "\n{}",
	} {
		assert.Error(t, checkCopies(events, map[string]string{"a": all, "b": bad}), name)
	}
	assert.Error(t, checkCopies(events[1:], map[string]string{"a": all}), "one more")
}

func TestCheckLog(t *testing.T) {
	_, events := agreeing()
	text := `{"id":"e0"}{"id":"e1"}{"id":"e2"}`
	require.NoError(t, checkLog(events, text))
	assert.Error(t, checkLog(events, text[:22]))
}

func TestCheckGaps(t *testing.T) {
	lines := trailLines(t)
	parsed := func(lines ...string) []event {
		events, err := parseTrail(strings.Join(lines, "\n"))
		require.NoError(t, err)
		return events
	}
	trails, err := checkGaps(parsed(lines...), 0)
	require.NoError(t, err)
	assert.Equal(t, 1, trails)
	_, err = checkGaps(parsed(append(lines[:1:1], lines[2:]...)...), 0)
	assert.ErrorContains(t, err, "gap")
	_, err = checkGaps(parsed(lines[:2]...), 0)
	assert.ErrorContains(t, err, "no end")
	_, err = checkGaps(parsed(strings.ReplaceAll(lines[1], "AUTH_ALLOW", "GAP_FOUND")), 1)
	assert.Error(t, err)
}

func TestCheckSecrets(t *testing.T) {
	p := newSource(1, "test").google()
	require.NoError(t, checkSecrets(map[string]string{"a": "nothing"}, []plant{p}))
	err := checkSecrets(map[string]string{"a": "nothing", "b": "before " + p.text}, []plant{p})
	require.ErrorContains(t, err, "b holds")
	assert.NotContains(t, err.Error(), p.text)
}
