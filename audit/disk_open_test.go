package audit_test

import (
	"io/fs"
	"path/filepath"
	"testing"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/internal/faultfs"
	"github.com/daxis-io/arco-audit/internal/journal/vfs"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestOpenRefusesAMediumThatDoesNotLast(t *testing.T) {
	tests := []struct {
		name   string
		medium vfs.Medium
		says   string
	}{
		{"memory", vfs.Medium{Name: "tmpfs", Volatile: true}, "tmpfs"},
		{"overlay", vfs.Medium{Name: "overlay", Volatile: true}, "overlay"},
		{"network", vfs.Medium{Name: "nfs", Network: true}, "nfs"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			fsys := faultfs.New()
			c := diskConfig(audit.Route{Name: "a", Sink: discard, Required: true})
			_, err := audit.OpenOn(c, fsys, tt.medium)
			require.ErrorContains(t, err, "audit: Config.Dir lies on "+tt.says)
			require.ErrorContains(t, err, "set Volatile")
			assert.Empty(t, fsys.Files())
			c.Volatile = true
			trail, err := audit.OpenOn(c, fsys, tt.medium)
			require.NoError(t, err)
			assert.Equal(t, "routes", trail.Health().Journal.Acknowledged)
			require.NoError(t, trail.Close(t.Context()))
		})
	}
}

func TestOpenLooksAtTheNearestDirectoryThatExists(t *testing.T) {
	var asked []string
	mediumOf := func(dir string) (vfs.Medium, error) {
		asked = append(asked, dir)
		if dir != "/var" {
			return vfs.Medium{}, fs.ErrNotExist
		}
		return vfs.Medium{Name: "overlay", Volatile: true}, nil
	}
	c := diskConfig(audit.Route{Name: "a", Sink: discard})
	c.Dir = "/var/lib/audit"
	_, err := audit.OpenWhere(c, faultfs.New(), mediumOf)
	require.ErrorContains(t, err, "overlay")
	assert.Equal(t, []string{"/var/lib/audit", "/var/lib", "/var"}, asked)
}

func TestOpenOnARealDisk(t *testing.T) {
	sink := &capture{}
	c := diskConfig(audit.Route{Name: "a", Sink: sink, Required: true})
	c.Dir = filepath.Join(t.TempDir(), "made", "by", "open")
	medium, err := vfs.MediumOf(filepath.ToSlash(t.TempDir()))
	require.NoError(t, err)
	c.Volatile = medium.Volatile || medium.Network
	trail, err := audit.Open(c)
	require.NoError(t, err)
	_, err = trail.Emit(anonymous(t.Context()), vend(1))
	require.NoError(t, err)
	require.NoError(t, trail.Flush(t.Context()))
	require.Len(t, sink.all(), 1)
	require.NoError(t, trail.Close(t.Context()))
	opened := decode(t, sink.records[0]).details()
	assert.Equal(t, medium.Name, opened["fileSystem"])
	assert.Equal(t, "journal", opened["store"])
	assert.NotEmpty(t, opened["version"])
	assert.NotContains(t, opened, "unclean")
}
