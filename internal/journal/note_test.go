package journal_test

import (
	"bytes"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/daxis-io/arco-audit/internal/faultfs"
	"github.com/daxis-io/arco-audit/internal/journal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// noted returns the note as the next process finds it in an image of the disk.
func noted(t *testing.T, image *faultfs.FS) []byte {
	t.Helper()
	j, err := journal.Adopt(small(image))
	require.NoError(t, err)
	text, err := j.Note()
	require.NoError(t, err)
	require.NoError(t, j.Release(t.Context()))
	return text
}

func TestNote(t *testing.T) {
	fsys := faultfs.New()
	j := opened(t, fsys)
	text, err := j.Note()
	require.NoError(t, err)
	assert.Empty(t, text)
	seq, err := j.AppendDurable(t.Context(), entry(1))
	require.NoError(t, err)
	require.Zero(t, seq)

	for _, last := range [][]byte{[]byte("first"), []byte("second"), bytes.Repeat([]byte("long"), 20_000), []byte("short"), {}} {
		require.NoError(t, j.KeepNote(last))
		text, err := j.Note()
		require.NoError(t, err)
		assert.Equal(t, string(last), string(text))
		assert.Equal(t, string(last), string(noted(t, fsys.Crash(faultfs.LoseAll()))), "a power cut leaves it")
	}
}

// Whatever fails, the note is this one or the one before, also after a power cut at that moment, and the next is kept.
func TestNoteFaults(t *testing.T) {
	for _, kind := range []faultfs.Kind{faultfs.KindCreate, faultfs.KindWrite, faultfs.KindSync, faultfs.KindRename, faultfs.KindSyncDir} {
		for _, text := range [][]byte{[]byte("new"), bytes.Repeat([]byte("new "), 20_000)} {
			t.Run(kind.String(), func(t *testing.T) {
				fsys := faultfs.New()
				j := opened(t, fsys)
				_, err := j.AppendDurable(t.Context(), entry(1))
				require.NoError(t, err)
				require.NoError(t, j.KeepNote([]byte("old")))
				pattern := "*note"
				if kind == faultfs.KindSyncDir {
					pattern = ""
				}
				fsys.Inject(faultfs.Rule{Kind: kind, Pattern: pattern, Times: 1, Err: syscall.EIO})
				want := []string{"old", string(text)}
				if j.KeepNote(text) == nil {
					want = want[1:]
				}
				for _, loss := range []faultfs.Loss{faultfs.LoseAll(), faultfs.LoseNothing()} {
					assert.Contains(t, want, string(noted(t, fsys.Crash(loss))))
				}
				fsys.Inject()
				require.NoError(t, j.KeepNote([]byte("next")))
				assert.Equal(t, "next", string(noted(t, fsys.Crash(faultfs.LoseAll()))))
			})
		}
	}
}

// A write that a power cut tears leaves the note before.
func TestNoteTorn(t *testing.T) {
	fsys := faultfs.New()
	j := opened(t, fsys)
	_, err := j.AppendDurable(t.Context(), entry(1))
	require.NoError(t, err)
	for _, text := range []string{"one", "two", "three"} {
		require.NoError(t, j.KeepNote([]byte(text)))
		fsys.Inject(faultfs.Rule{Kind: faultfs.KindWrite, Pattern: "note", Short: 25, Err: syscall.EIO},
			faultfs.Rule{Kind: faultfs.KindCreate, Err: syscall.EIO})
		require.ErrorIs(t, j.KeepNote([]byte("the next one")), syscall.EIO)
		assert.Equal(t, text, string(noted(t, fsys.Crash(faultfs.LoseNothing()))))
		fsys.Inject()
		made := 0
		fsys.Observe(func(op faultfs.Op) {
			if op.Kind == faultfs.KindCreate && strings.HasSuffix(op.Name, "note") {
				made++
			}
		})
		require.NoError(t, j.KeepNote([]byte("after")))
		fsys.Observe(nil)
		assert.Equal(t, 1, made, "a descriptor that failed is not used again")
	}
}

func TestNoteDamaged(t *testing.T) {
	fsys := faultfs.New()
	j := opened(t, fsys)
	require.NoError(t, j.KeepNote([]byte("one")))
	require.NoError(t, j.KeepNote([]byte("two")))
	name := "/audit/" + trailA + "/note"
	flip := func(at int) {
		require.NoError(t, fsys.Mutate(name, func(b []byte) []byte { b[at] ^= 1; return b }))
	}
	flip(20)
	text, err := j.Note()
	require.NoError(t, err)
	assert.Equal(t, "one", string(text), "the other slot")
	flip(16<<10 + 20)
	_, err = j.Note()
	require.ErrorContains(t, err, "damaged")
	require.NoError(t, j.KeepNote([]byte("three")))
	text, err = j.Note()
	require.NoError(t, err)
	assert.Equal(t, "three", string(text))
}

// Its owner looks for what the note speaks of among the records: a crash that left the note without them would have it
// done again.
func TestNoteIsRemovedBeforeRecords(t *testing.T) {
	fsys := faultfs.New()
	j := opened(t, fsys)
	seq, err := j.AppendDurable(t.Context(), entry(1))
	require.NoError(t, err)
	require.NoError(t, j.KeepNote([]byte("counted by the record")))
	closeJournal(t, j)
	dead, err := journal.Adopt(small(fsys))
	require.NoError(t, err)
	r, err := dead.Route("sink", journal.StartOldest, true)
	require.NoError(t, err)
	require.NoError(t, r.Advance(seq+1))

	holds := func(image *faultfs.FS, suffix string) bool {
		names, _ := image.ReadDir("/audit/" + trailA)
		return slices.ContainsFunc(names, func(name string) bool { return strings.HasSuffix(name, suffix) })
	}
	alone, whole := 0, 0
	fsys.Observe(func(op faultfs.Op) {
		if op.Kind != faultfs.KindRemove && op.Kind != faultfs.KindSyncDir {
			return
		}
		for _, loss := range []faultfs.Loss{faultfs.LoseAll(), faultfs.LoseNothing()} {
			image := fsys.Crash(loss)
			switch noted, recorded := holds(image, "note"), holds(image, ".seg"); {
			case noted && recorded:
				whole++
			case noted:
				alone++
			}
		}
	})
	require.NoError(t, dead.Remove())
	assert.Zero(t, alone)
	assert.NotZero(t, whole, "the note was there when it began")
}
