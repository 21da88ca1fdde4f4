package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func runLakehouse(t *testing.T, args ...string) string {
	t.Helper()
	var stdout, stderr bytes.Buffer
	require.NoError(t, run(t.Context(), args, strings.NewReader(""), &stdout, &stderr))
	assert.Empty(t, stderr.String())
	return stdout.String()
}

func TestRunPrintsATrailThatAgrees(t *testing.T) {
	out := runLakehouse(t)
	assert.Regexp(t, `\n\d+ requests and \d+ events agree\. \d+ planted secrets, none in 5 sinks\.\n$`, out)
	assert.Regexp(t, `\nThe consumer of Pub/Sub and the entries of Cloud Logging have the same \d{3} events, by id and leaf hash; no gap\.\n`, out)
	for line := range strings.Lines(out) {
		assert.LessOrEqual(t, utf8.RuneCountInString(strings.TrimRight(line, "\n")), reportWidth, line)
	}
	for _, action := range []string{
		"AUTH_ALLOW", "AUTH_DENY", "CRED_VEND_ALLOW", "CRED_VEND_DENY", "ICEBERG_COMMIT", "ICEBERG_COMMIT_DENY",
		"CATALOG_MUTATE", "CATALOG_MUTATE_DENY",
	} {
		assert.Regexp(t, `(?m)^\d+ +`+action+`$`, out)
	}
	for _, field := range []string{"requestId", "resource", "details.planId", "details.destination", "origin.agent"} {
		assert.Contains(t, out, field)
	}
}

func TestRunWithABlockedRoute(t *testing.T) {
	assert.Regexp(t, `\nRoute blocked delivered 0 events, \d{3} wait for it\.\n$`, runLakehouse(t, "--block"))
}

func TestRunKeepsItsDirectory(t *testing.T) {
	dir := t.TempDir()
	runLakehouse(t, "--dir", dir)
	text, err := os.ReadFile(filepath.Join(dir, "trail.jsonl"))
	require.NoError(t, err)
	events, err := parseTrail(string(text))
	require.NoError(t, err)
	assert.Equal(t, "TRAIL_OPENED", events[0].Action)
	assert.Equal(t, "TRAIL_CLOSED", events[len(events)-1].Action)
	files, err := filepath.Glob(filepath.Join(dir, "warehouse", "*", "data", "*.parquet"))
	require.NoError(t, err)
	assert.NotEmpty(t, files)

	err = run(t.Context(), []string{"--dir", dir}, strings.NewReader(""), io.Discard, io.Discard)
	assert.ErrorIs(t, err, os.ErrExist, "a run overwrote the trail of another")
}

// printed is told when the program has said how to talk to it.
type printed struct {
	bytes.Buffer
	howTo chan string
}

func (p *printed) Write(b []byte) (int, error) {
	if found := regexp.MustCompile(`"Authorization: Bearer \$\(cat (\S+)\)" (http://\S+)`).FindSubmatch(b); found != nil {
		p.howTo <- string(found[1]) + " " + string(found[2])
	}
	return p.Buffer.Write(b)
}

func TestRunServesUntilItIsInterrupted(t *testing.T) {
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	stdout := &printed{howTo: make(chan string, 1)}
	ended := make(chan error, 1)
	go func() { ended <- run(ctx, []string{"--serve"}, strings.NewReader(""), stdout, io.Discard) }()
	var file, url string
	select {
	case said := <-stdout.howTo:
		file, url, _ = strings.Cut(said, " ")
	case err := <-ended:
		require.NoError(t, err)
		require.Fail(t, "it ended before it was interrupted")
	}
	token, err := os.ReadFile(file)
	require.NoError(t, err)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	require.NoError(t, err)
	r.Header.Set("Authorization", "Bearer "+string(token))
	response, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	assert.Equal(t, http.StatusOK, response.StatusCode)
	assert.Contains(t, string(body), "customers")

	interrupt()
	require.NoError(t, <-ended)
	assert.NoFileExists(t, file)
}

func TestRunRefusesArguments(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	for _, args := range [][]string{{"--unknown"}, {"argument"}, {"--dir", file}} {
		assert.Error(t, run(t.Context(), args, strings.NewReader(""), io.Discard, io.Discard), args)
	}
}
