package vfs_test

import (
	"io/fs"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/daxis-io/arco-audit/internal/journal/vfs"
)

func TestMediumOf(t *testing.T) {
	m, err := vfs.MediumOf("/proc")
	require.NoError(t, err)
	assert.Equal(t, vfs.Medium{Name: "unknown"}, m)
	_, err = vfs.MediumOf(t.TempDir() + "/missing")
	require.ErrorIs(t, err, fs.ErrNotExist)
	mounts, err := os.ReadFile("/proc/mounts")
	require.NoError(t, err)
	if memory := "tmpfs /dev/shm "; len(mounts) > 0 && containsLine(string(mounts), memory) {
		m, err := vfs.MediumOf("/dev/shm")
		require.NoError(t, err)
		assert.Equal(t, vfs.Medium{Name: "tmpfs", Volatile: true}, m)
	}
}

func containsLine(text, start string) bool {
	return strings.HasPrefix(text, start) || strings.Contains(text, "\n"+start)
}
