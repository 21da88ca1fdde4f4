package auditvet_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestGoVetReadsSources runs the tool under go vet on a module whose leak needs the bodies of another package: functions
// that are returned there and called there. A change of that package alone is seen.
func TestGoVetReadsSources(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "auditvet")
	out, err := exec.CommandContext(t.Context(), "go", "build", "-o", name, "./cmd/auditvet").CombinedOutput()
	require.NoError(t, err, string(out))
	root, err := filepath.Abs(filepath.Join("..", ".."))
	require.NoError(t, err)
	sums, err := os.ReadFile(filepath.Join(root, "go.sum"))
	require.NoError(t, err)
	write := func(file, text string) {
		t.Helper()
		path := filepath.Join(dir, "module", file)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o750))
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	}
	write("go.mod", "module shop\n\ngo 1.26.0\n\nrequire github.com/daxis-io/arco-audit v0.0.0\n\nreplace github.com/daxis-io/arco-audit => "+root+"\n")
	write("go.sum", string(sums))
	write("client/client.go", clientSource+"func WithName(s string) Option { return func(c *Client) { c.Name = s } }\n")
	write("main.go", `package main

import (
	"net/http"

	"github.com/daxis-io/arco-audit/audit"
	"shop/client"
)

func actor(r *http.Request) audit.Actor {
	return audit.Service(client.New(client.WithToken(r.Header.Get("Authorization")), client.WithName("flow")).Name)
}

func main() { http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { _ = actor(r) }) }
`)
	vet := func() (string, error) {
		cmd := exec.CommandContext(t.Context(), "go", "vet", "-mod=mod", "-vettool", name, "./...")
		cmd.Dir = filepath.Join(dir, "module")
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	text, err := vet()
	require.NoError(t, err, text)
	write("client/client.go", clientSource+"func WithName(s string) Option { return func(c *Client) { c.Name = s + c.token } }\n")
	text, err = vet()
	require.Error(t, err)
	assert.Contains(t, text, "header Authorization from main.go:11 reaches audit.Service")
}

const clientSource = `package client

type Client struct{ token, Name string }
type Option func(*Client)

func New(options ...Option) *Client {
	c := &Client{}
	for _, o := range options {
		o(c)
	}
	return c
}

func WithToken(s string) Option { return func(c *Client) { c.token = s } }
`
