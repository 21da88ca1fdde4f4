// Package overlay builds the tests of a package with other sources in place of some of its files, or beside them.
package overlay

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// Build compiles the tests of the package in dir into a program in temporary, an existing directory, and returns its
// name. files are sources by absolute name.
func Build(ctx context.Context, dir, temporary string, files map[string][]byte) (string, error) {
	replace := map[string]string{}
	for name, source := range files {
		replace[name] = filepath.Join(temporary, fmt.Sprintf("%d-%s", len(replace), filepath.Base(name)))
		if err := os.WriteFile(replace[name], source, 0o600); err != nil {
			return "", err
		}
	}
	list, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	file, program := filepath.Join(temporary, "overlay.json"), filepath.Join(temporary, "tests.exe")
	if err := os.WriteFile(file, list, 0o600); err != nil {
		return "", err
	}
	build := exec.CommandContext(ctx, "go", "test", "-c", "-vet=off", "-overlay", file, "-o", program, ".")
	build.Dir = dir
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("overlay: %w\n%s", err, out)
	}
	return program, nil
}
