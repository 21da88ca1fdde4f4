package vfs_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/daxis-io/arco-audit/internal/journal/vfs"
)

func TestOSFiles(t *testing.T) {
	dir := filepath.ToSlash(t.TempDir()) + "/a/b"
	var fsys vfs.OS
	require.NoError(t, fsys.MkdirAll(dir))
	require.NoError(t, fsys.MkdirAll(dir))
	f, err := fsys.Create(dir + "/one")
	require.NoError(t, err)
	_, err = fsys.Create(dir + "/one")
	require.ErrorIs(t, err, fs.ErrExist)
	require.NoError(t, f.Allocate(8192))
	size, err := f.Size()
	require.NoError(t, err)
	assert.Equal(t, int64(8192), size)
	_, err = f.WriteAt([]byte("text"), 100)
	require.NoError(t, err)
	require.NoError(t, f.Sync())
	require.NoError(t, fsys.Rename(dir+"/one", dir+"/two"))
	linked, err := f.Linked()
	require.NoError(t, err)
	assert.False(t, linked, "it goes by another name now")
	f.Moved(dir + "/two")
	linked, err = f.Linked()
	require.NoError(t, err)
	assert.True(t, linked)
	require.NoError(t, fsys.SyncDir(dir))
	names, err := fsys.ReadDir(dir)
	require.NoError(t, err)
	assert.Equal(t, []string{"two"}, names)
	require.NoError(t, f.Close())

	g, err := fsys.Open(dir + "/two")
	require.NoError(t, err)
	b := make([]byte, 4)
	_, err = g.ReadAt(b, 100)
	require.NoError(t, err)
	assert.Equal(t, "text", string(b))
	require.NoError(t, g.Close())
	require.NoError(t, fsys.Remove(dir+"/two"))
	_, err = fsys.Open(dir + "/two")
	require.ErrorIs(t, err, fs.ErrNotExist)
	require.NoError(t, fsys.Remove(dir))
}

func TestOSLock(t *testing.T) {
	name := filepath.ToSlash(t.TempDir()) + "/lock"
	var fsys vfs.OS
	lock, err := fsys.Lock(name)
	require.NoError(t, err)
	_, err = fsys.Lock(name)
	require.ErrorIs(t, err, vfs.ErrLocked)
	require.NoError(t, fsys.Remove(name))
	require.NoError(t, lock.Close())
	lock, err = fsys.Lock(name)
	require.NoError(t, err)
	require.NoError(t, lock.Close())
}

func ExampleOS() {
	dir, err := os.MkdirTemp("", "vfs")
	if err != nil {
		fmt.Println(err)
		return
	}
	fsys := vfs.OS{}
	f, err := fsys.Create(filepath.ToSlash(dir) + "/log")
	fmt.Println(err)
	_, err = f.WriteAt([]byte("hello"), 0)
	fmt.Println(err, f.Sync(), fsys.SyncDir(filepath.ToSlash(dir)), f.Close(), os.RemoveAll(dir))
	// Output:
	// <nil>
	// <nil> <nil> <nil> <nil> <nil>
}
