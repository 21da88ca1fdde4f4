package audittest

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// vetTool is the import path of the command that VetClean runs.
const vetTool = "github.com/daxis-io/arco-audit/redact/auditvet/cmd/auditvet"

// VetClean fails the test with what auditvet finds: secrets on their way into audit events, constants that are
// secrets, events whose error is ignored. Without patterns it looks at all packages of the module that the test
// belongs to; patterns are those of go vet, relative to the directory of the test.
//
// It needs the go command, and a tool line in go.mod, which go get -tool writes:
//
//	go get -tool github.com/daxis-io/arco-audit/redact/auditvet/cmd/auditvet
//
// Without that line the command is built from the version of this module in use. What go vet has in its cache is
// not looked at again. Call it from one test of a module.
func VetClean(t testing.TB, patterns ...string) {
	t.Helper()
	root, err := moduleRoot(t)
	if err != nil {
		t.Fatalf("audittest: VetClean: %v", err)
	}
	tool, err := vetToolOf(t)
	if err != nil {
		t.Fatalf("audittest: VetClean: %v", err)
	}
	dir := "."
	if len(patterns) == 0 {
		dir, patterns = root, []string{"./..."}
	}
	out, err := runGo(t, dir, append([]string{"vet", "-vettool=" + tool}, patterns...)...)
	if err != nil {
		t.Errorf("audittest: auditvet is not content with %s, go run %s explain NAME says more about each finding:\n%s",
			strings.Join(patterns, " "), vetTool, strings.TrimSpace(out+"\n"+err.Error()))
	}
}

// moduleRoot is the directory of the go.mod that the test's directory is under.
func moduleRoot(t testing.TB) (string, error) {
	if _, err := exec.LookPath("go"); err != nil {
		return "", fmt.Errorf("the go command is not in PATH: install it where the tests run, or run auditvet in another job: %w", err)
	}
	out, err := runGo(t, ".", "env", "GOMOD")
	file := strings.TrimSpace(out)
	switch {
	case err != nil:
		return "", err
	case file == "" || file == os.DevNull:
		return "", errors.New("the test is not in a module: run it from a directory under a go.mod")
	}
	return filepath.Dir(file), nil
}

// vetToolOf is the path of the executable: the tool of go.mod, else one built for this test.
func vetToolOf(t testing.TB) (string, error) {
	out, toolErr := runGo(t, ".", "tool", "-n", "auditvet")
	if name := strings.TrimSpace(out); toolErr == nil {
		if _, err := os.Stat(name); err == nil {
			return name, nil
		}
	}
	name := filepath.Join(t.TempDir(), "auditvet.exe") // the extension does no harm where it is not needed
	if _, err := runGo(t, ".", "build", "-o", name, vetTool); err != nil {
		return "", fmt.Errorf("auditvet cannot be built, run go get -tool %s: %w", vetTool, err)
	}
	return name, nil
}

// runGo runs the go command and returns its standard output. What it says on standard error is part of the error.
func runGo(t testing.TB, dir string, args ...string) (string, error) {
	cmd := exec.CommandContext(t.Context(), "go", args...)
	cmd.Dir = dir
	var said strings.Builder
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		return string(out), fmt.Errorf("go %s: %w\n%s", args[0], err, strings.TrimSpace(said.String()))
	}
	return string(out), nil
}
