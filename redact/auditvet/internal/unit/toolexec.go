package unit

import (
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/daxis-io/arco-audit/redact/auditvet/internal/rule"
	"golang.org/x/tools/go/analysis"
)

// Toolexec runs one tool of a build, as go build -toolexec asks for, and returns its exit status. Before the compiler
// gets a package that imports package audit, the analyzers see it; what they find fails the build. Facts are not
// kept: a flow through another package is seen only by go vet.
func Toolexec(args []string, stdout, stderr io.Writer, analyzers []*analysis.Analyzer) int {
	if len(args) == 0 {
		fmt.Fprintln(stderr, "auditvet: toolexec needs the tool to run: go build -toolexec=\"auditvet toolexec\"")
		return 2
	}
	tool := strings.TrimSuffix(filepath.Base(args[0]), ".exe")
	if len(args) == 2 && args[1] == "-V=full" {
		return toolVersion(args, tool, stdout, stderr)
	}
	if tool == "compile" {
		if c := compilation(args[1:]); c != nil {
			found, err := c.check(analyzers)
			if err != nil {
				fmt.Fprintln(stderr, err)
				return 1
			}
			if status := found.text(stderr); status != 0 {
				return status
			}
		}
	}
	return runTool(args, stdout, stderr)
}

func runTool(args []string, stdout, stderr io.Writer) int {
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, stdout, stderr
	if err := cmd.Run(); err != nil {
		if exit, ok := err.(*exec.ExitError); ok {
			return exit.ExitCode()
		}
		fmt.Fprintln(stderr, "auditvet:", err)
		return 1
	}
	return 0
}

// toolVersion makes this executable part of the version of the compiler, and so of the keys of the build cache.
func toolVersion(args []string, tool string, stdout, stderr io.Writer) int {
	var out strings.Builder
	if status := runTool(args, &out, stderr); status != 0 || tool != "compile" {
		fmt.Fprint(stdout, out.String())
		return status
	}
	name, err := os.Executable()
	if err != nil {
		fmt.Fprintln(stderr, "auditvet:", err)
		return 1
	}
	data, err := os.ReadFile(name)
	if err != nil {
		fmt.Fprintln(stderr, "auditvet:", err)
		return 1
	}
	fmt.Fprintf(stdout, "%s +auditvet-%x\n", strings.TrimSpace(out.String()), sha256.Sum256(data))
	return 0
}

// compilation reads from the arguments of the compiler which package it compiles; nil when the package cannot import
// package audit.
func compilation(args []string) *Config {
	c := &Config{Compiler: "gc", PackageFile: make(map[string]string), ImportMap: make(map[string]string), ModulePath: "command-line-arguments"}
	var importcfg string
	for i, a := range args {
		next := func(name string) (string, bool) {
			if v, ok := strings.CutPrefix(a, name+"="); ok {
				return v, true
			}
			if a == name && i+1 < len(args) {
				return args[i+1], true
			}
			return "", false
		}
		if v, ok := next("-p"); ok {
			c.ImportPath = v
		} else if v, ok := next("-importcfg"); ok {
			importcfg = v
		} else if v, ok := next("-lang"); ok {
			c.GoVersion = v
		} else if strings.HasSuffix(a, ".go") {
			c.GoFiles = append(c.GoFiles, a)
		}
	}
	if importcfg == "" || !c.readImports(importcfg) {
		return nil
	}
	return c
}

// readImports reads where the types of dependencies are, and reports whether package audit is among them.
func (c *Config) readImports(file string) bool {
	data, err := os.ReadFile(file)
	if err != nil {
		return false
	}
	for line := range strings.Lines(string(data)) {
		kind, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		path, to, _ := strings.Cut(rest, "=")
		switch kind {
		case "packagefile":
			c.PackageFile[path] = to
		case "importmap":
			c.ImportMap[path] = to
		}
	}
	return c.PackageFile[rule.Audit] != ""
}
