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

// TestMain makes the test binary one of the services, as main does with the program.
func TestMain(m *testing.M) {
	if os.Getenv(serviceMark) != "" {
		os.Exit(serveMain())
	}
	os.Exit(m.Run())
}

func runLakehouse(t *testing.T, args ...string) string {
	t.Helper()
	var stdout, stderr bytes.Buffer
	require.NoError(t, run(t.Context(), args, strings.NewReader(""), &stdout, &stderr))
	assert.Empty(t, stderr.String())
	return stdout.String()
}

func TestRunKeepsItsPromises(t *testing.T) {
	out := runLakehouse(t)
	for _, says := range []string{
		`\nThe catalog was killed with SIGKILL when [1-9]\d* of its events had not reached Cloud Logging; its next life delivered them\.\n`,
		`\n\d+ requests and \d+ decisions agree, each decision once\. The five answers of Cloud Logging and SQLite are the same\.\n`,
		`\nLost: none of \d+ events that answers announced; files, slog, memory, Pub/Sub and Cloud Logging have the same events\.\n`,
		`\nGaps: none in 4 trails\. Secrets: \d+ planted, none in any destination, journal, log or report\.\n$`,
		`\n[1-9]\d\d denies of the floods have no event of their own`,
		`(?m)^TRAIL_ADOPTED +1 +- +-$`,
		`(?m)^TRAIL_OPENED +2 +1 +1$`,
		`\n5\. How many URLs`,
	} {
		assert.Regexp(t, says, out)
	}
	for line := range strings.Lines(out) {
		assert.LessOrEqual(t, utf8.RuneCountInString(strings.TrimRight(line, "\n")), reportWidth, line)
	}
	for _, action := range []string{
		"AUTH_ALLOW", "AUTH_DENY", "CRED_VEND_ALLOW", "CRED_VEND_DENY", "ICEBERG_COMMIT", "ICEBERG_COMMIT_DENY", "CATALOG_MUTATE", "CATALOG_MUTATE_DENY",
		"URL_MINT_ALLOW", "URL_MINT_DENY", "TASK_DISPATCH_ALLOW", "TASK_CALLBACK_ALLOW", "RUN_CANCEL_ALLOW", "RUN_CANCEL_DENY",
	} {
		assert.Regexp(t, `(?m)^`+action+` +`, out)
	}
	for _, field := range []string{"requestId", "resource", "details.planId", "details.destination", "origin.agent"} {
		assert.Contains(t, out, field)
	}
	assert.NotRegexp(t, `(?m)^\d+\. .*: 0 rows\)$`, out, "a question without an answer shows nothing")
}

// changing is what two runs of one seed may differ in: times of the day, and ids and what is cut of them.
var changing = regexp.MustCompile(`\d\d:\d\d:\d\d\.\d{3}|[0-9a-f]*…?[0-9a-f-]*[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)

func TestRunIsDeterministicBySeed(t *testing.T) {
	same := func(args ...string) string { return changing.ReplaceAllString(runLakehouse(t, args...), "*") }
	first := same("--seed", "7")
	assert.Equal(t, first, same("--seed", "7"))
	assert.NotEqual(t, first, same("--seed", "8"))
}

func TestRunWithABlockedRoute(t *testing.T) {
	assert.Regexp(t, `\nRoutes that are blocked for ever delivered 0 events, \d{3,4} wait for them\.\n$`, runLakehouse(t, "--block"))
}

func TestRunKeepsItsDirectory(t *testing.T) {
	dir := t.TempDir()
	runLakehouse(t, "--dir", dir)
	for _, name := range []string{"catalog-1", "catalog-2", "api-1", "flow-1"} {
		text, err := os.ReadFile(filepath.Join(dir, "trail", name+".jsonl"))
		require.NoError(t, err)
		events, err := parseTrail(string(text))
		require.NoError(t, err)
		assert.NotEmpty(t, events, name)
	}
	files, err := filepath.Glob(filepath.Join(dir, "warehouse", "*", "data", "*.parquet"))
	require.NoError(t, err)
	assert.NotEmpty(t, files)

	err = run(t.Context(), []string{"--dir", dir}, strings.NewReader(""), io.Discard, io.Discard)
	assert.Error(t, err, "a run overwrote the trail of another")
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
	for _, args := range [][]string{{"--unknown"}, {"argument"}, {"--seed", "x"}, {"--dir", file}} {
		assert.Error(t, run(t.Context(), args, strings.NewReader(""), io.Discard, io.Discard), args)
	}
}
