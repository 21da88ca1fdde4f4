package auditread_test

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/daxis-io/arco-audit/audit/auditread"
)

// numberedEvent is a golden event under another id.
func numberedEvent(t testing.TB, n int) auditread.Entry {
	t.Helper()
	text := readGolden(t, "AUTH_ALLOW")
	e, err := auditread.Decode(strings.ReplaceAll(text, "019ca7f0-1d27-7444-9b3c-5a1122334455", fmt.Sprintf("019ca7f0-1d27-7444-9b3c-%012d", n)))
	require.NoError(t, err)
	return e
}

func opened(t *testing.T, path string) *os.File {
	t.Helper()
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	require.NoError(t, err)
	t.Cleanup(func() { _ = f.Close() })
	return f
}

func dedupe(t testing.TB, window int, store auditread.Store) *auditread.Dedupe {
	t.Helper()
	d, err := auditread.NewDedupe(auditread.DedupeConfig{Window: window, Store: store})
	require.NoError(t, err)
	return d
}

func TestDedupe(t *testing.T) {
	d := dedupe(t, 3, nil)
	one := numberedEvent(t, 1)
	assert.Equal(t, auditread.Fresh, d.Seen(one))
	assert.Equal(t, auditread.Fresh, d.Seen(one), "Seen marked it")
	require.NoError(t, d.Mark(one))
	require.NoError(t, d.Mark(one))
	assert.Equal(t, auditread.Copy, d.Seen(one))

	elsewhere := one
	elsewhere.Source = "//catalog/prod/i-2"
	assert.Equal(t, auditread.Fresh, d.Seen(elsewhere), "ids are unique within a source")

	respelled, err := auditread.Decode(strings.Replace(one.JSON, `,"authid"`, ` , "authid"`, 1))
	require.NoError(t, err)
	assert.Equal(t, auditread.Copy, d.Seen(respelled), "the same event in another spelling")
	forged, err := auditread.Decode(strings.ReplaceAll(one.JSON, "acme", "evil"))
	require.NoError(t, err)
	assert.Equal(t, auditread.Conflict, d.Seen(forged))
	unknown := one
	unknown.JSON = ""
	assert.Equal(t, auditread.Copy, d.Seen(unknown), "nothing is known against it")

	for n := 2; n <= 4; n++ {
		require.NoError(t, d.Mark(numberedEvent(t, n)))
	}
	assert.Equal(t, auditread.Fresh, d.Seen(one), "the window is three events")
	assert.Equal(t, auditread.Copy, d.Seen(numberedEvent(t, 2)))
	assert.Equal(t, "fresh copy conflict", fmt.Sprint(auditread.Fresh, auditread.Copy, auditread.Conflict))
}

func TestDedupeRestarts(t *testing.T) {
	path := filepath.Join(t.TempDir(), "seen")
	sightings := func(window int) (list []auditread.Sighting) {
		d := dedupe(t, window, opened(t, path))
		for n := range 9 {
			list = append(list, d.Seen(numberedEvent(t, n)))
		}
		return list
	}
	mark := func(window int, numbers ...int) {
		d := dedupe(t, window, opened(t, path))
		for _, n := range numbers {
			require.NoError(t, d.Mark(numberedEvent(t, n)))
		}
	}
	const f, c = auditread.Fresh, auditread.Copy
	mark(4, 0, 1)
	assert.Equal(t, []auditread.Sighting{c, c, f, f, f, f, f, f, f}, sightings(4))
	mark(4, 1, 2, 3, 4, 5)
	assert.Equal(t, []auditread.Sighting{f, f, c, c, c, c, f, f, f}, sightings(4))
	forged, err := auditread.Decode(strings.ReplaceAll(numberedEvent(t, 5).JSON, "acme", "evil"))
	require.NoError(t, err)
	assert.Equal(t, auditread.Conflict, dedupe(t, 4, opened(t, path)).Seen(forged))
	assert.Equal(t, []auditread.Sighting{f, f, f, f, c, c, f, f, f}, sightings(2), "a smaller window")
	mark(7, 6, 7) // of a larger one, 7 stands where 4 stood
	assert.Equal(t, []auditread.Sighting{f, f, c, c, f, c, c, c, f}, sightings(7))
	info, err := os.Stat(path)
	require.NoError(t, err)
	assert.LessOrEqual(t, info.Size(), int64(7*40))
}

// What was torn by a crash is not taken for a mark.
func TestDedupeTornStore(t *testing.T) {
	path := filepath.Join(t.TempDir(), "seen")
	d := dedupe(t, 4, opened(t, path))
	for n := range 4 {
		require.NoError(t, d.Mark(numberedEvent(t, n)))
	}
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	text[40+9] ^= 1
	require.NoError(t, os.WriteFile(path, text[:4*40-3], 0o600))
	d = dedupe(t, 4, opened(t, path))
	var got []auditread.Sighting
	for n := range 4 {
		got = append(got, d.Seen(numberedEvent(t, n)))
	}
	assert.Equal(t, []auditread.Sighting{auditread.Copy, auditread.Fresh, auditread.Copy, auditread.Fresh}, got)
	require.NoError(t, d.Mark(numberedEvent(t, 9)))
	assert.Equal(t, auditread.Copy, dedupe(t, 4, opened(t, path)).Seen(numberedEvent(t, 9)))
}

func TestDedupeStoreFormat(t *testing.T) {
	path := filepath.Join(t.TempDir(), "seen")
	require.NoError(t, dedupe(t, 4, opened(t, path)).Mark(numberedEvent(t, 7)))
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, slotV1, hex.EncodeToString(text))
}

// slotV1, made by version 1, is the first slot of a store in which event 7 was marked.
const slotV1 = "000000000000000017da555a3d9fcd66e45ffdf1d69789a461acd6ecb390b76b99bc0fd600000000"

// broken is a store whose disk fails.
type broken struct{ read, write error }

func (b broken) ReadAt([]byte, int64) (int, error)      { return 0, b.read }
func (b broken) WriteAt(p []byte, _ int64) (int, error) { return 0, b.write }

func TestDedupeStoreFails(t *testing.T) {
	torn := errors.New("torn")
	_, err := auditread.NewDedupe(auditread.DedupeConfig{Store: broken{read: torn}})
	require.ErrorIs(t, err, torn)
	require.ErrorContains(t, err, "auditread: ")
	d := dedupe(t, 4, broken{read: io.EOF, write: torn})
	require.ErrorIs(t, d.Mark(numberedEvent(t, 1)), torn)
	assert.Equal(t, auditread.Copy, d.Seen(numberedEvent(t, 1)), "it was handled all the same")
}

func BenchmarkDedupe(b *testing.B) {
	d := dedupe(b, 1000, nil)
	e := numberedEvent(b, 1)
	b.ReportAllocs()
	for b.Loop() {
		_ = d.Seen(e)
		_ = d.Mark(e)
	}
}

func ExampleDedupe() {
	d, err := auditread.NewDedupe(auditread.DedupeConfig{Window: 1000})
	if err != nil {
		fmt.Println(err)
		return
	}
	e := auditread.Entry{Source: "//catalog/prod/i-1"}
	for range 2 {
		if d.Seen(e) == auditread.Fresh {
			fmt.Println("handled")
			_ = d.Mark(e)
		}
	}
	// Output: handled
}

// stubOf is what stands for e in a destination that refused it.
func stubOf(t *testing.T, e auditread.Entry) auditread.Entry {
	t.Helper()
	leaf, err := e.Leaf()
	require.NoError(t, err)
	stub := e
	stub.Reason, stub.Resource, stub.JSON = "quarantined", "leaf/"+hex.EncodeToString(leaf[:]), ""
	got, ok := stub.StubOf()
	require.True(t, ok)
	require.Equal(t, leaf, got)
	return stub
}

func TestDedupeOfStubs(t *testing.T) {
	one, two := numberedEvent(t, 1), numberedEvent(t, 2)
	stub, forged := stubOf(t, one), stubOf(t, two)
	forged.ID = one.ID
	_, ok := one.StubOf()
	assert.False(t, ok)

	d := dedupe(t, 100, nil)
	require.NoError(t, d.Mark(one))
	assert.Equal(t, auditread.Copy, d.Seen(stub), "it stands for what is there")
	assert.Equal(t, auditread.Conflict, d.Seen(forged), "it stands for something else under this id")

	d = dedupe(t, 100, nil)
	assert.Equal(t, auditread.Fresh, d.Seen(stub))
	require.NoError(t, d.Mark(stub))
	require.NoError(t, d.Mark(stub))
	assert.Equal(t, auditread.Copy, d.Seen(stub))
	assert.Equal(t, auditread.Conflict, d.Seen(forged))
	assert.Equal(t, auditread.Fresh, d.Seen(one), "the event says more than its stub")
	altered, err := auditread.Decode(strings.ReplaceAll(one.JSON, "acme", "evil"))
	require.NoError(t, err)
	assert.Equal(t, auditread.Conflict, d.Seen(altered), "it is not the event that the stub stands for")
	require.NoError(t, d.Mark(one))
	assert.Equal(t, auditread.Copy, d.Seen(one))
	assert.Equal(t, auditread.Copy, d.Seen(stub))
}
