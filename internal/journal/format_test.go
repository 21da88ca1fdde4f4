package journal

import (
	"encoding/hex"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/daxis-io/arco-audit/internal/faultfs"
)

var updateGolden = flag.Bool("journal.golden", false, "write the golden files of the format anew")

const formatTrail = "0190a5f0-0000-7000-8000-00000000f001"

// golden compares bytes with a hex dump that version 1 wrote once; a difference is a change of the format.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *updateGolden {
		require.NoError(t, os.WriteFile(file, []byte(hex.Dump(got)), 0o644))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, string(want), hex.Dump(got))
}

// formatFrames are three frames of a segment, the first of which has sequence seq.
func formatFrames(salt uint32, seq uint64, starts bool) (b []byte) {
	for i, text := range []string{"first", "a second record", "3"} {
		b = appendFrame(b, &item{payload: []byte(text)}, salt, seq+uint64(i), starts && i == 0)
	}
	return b
}

func TestFormatGolden(t *testing.T) {
	segment := encodeHeader(formatTrail, 7, 1234, stale{index: 3, base: 100, end: 200})
	batch := formatFrames(saltOf(formatTrail, 7), 1234, true)
	golden(t, "segment-v1.hex", append(segment, batch...))
	golden(t, "cursor-slot-v1.hex", encodeSlot(cursorSlot{generation: 5, next: 1237, dropped: 2}, formatTrail+"pubsub"))
	assert.Equal(t, "0000000007-00000000000000001234.seg", segmentName(7, 1234))
	assert.Equal(t, "cursor-a%2Fb", cursorName("a/b"))
}

func TestFormatClosedGolden(t *testing.T) {
	fsys := faultfs.New()
	j, err := open(Options{FS: fsys, Dir: "/d", Trail: formatTrail, SegmentBytes: 1024, MaxPayload: 200, Reserve: 512,
		Keep: Keep{Bytes: 64 << 10}}, true)
	require.NoError(t, err)
	_, err = j.Append(t.Context(), &Entry{Payload: []byte("x"), Slot: -1})
	require.NoError(t, err)
	require.NoError(t, j.Close(t.Context()))
	golden(t, "closed-v1.hex", readFile(t, fsys, "/d/"+formatTrail+"/"+closedName))
}

func readFile(t *testing.T, fsys *faultfs.FS, name string) []byte {
	t.Helper()
	var content []byte
	require.NoError(t, fsys.Mutate(name, func(b []byte) []byte {
		content = append(content, b...)
		return b
	}))
	return content
}

func TestFormatHeaderRoundTrip(t *testing.T) {
	old := stale{index: 3, base: 100, end: 200}
	b := encodeHeader(formatTrail, 7, 1234, old)
	h, ok := decodeHeader(b, formatTrail)
	require.True(t, ok)
	assert.Equal(t, header{version: Version, index: 7, base: 1234, old: old}, h)
	for i := range b {
		b[i] ^= 0x10
		_, ok := decodeHeader(b, formatTrail)
		assert.False(t, ok, "byte %d changed", i)
		b[i] ^= 0x10
	}
	_, ok = decodeHeader(b, crashTrail)
	assert.False(t, ok, "header of another trail")
}

func TestFormatSegmentName(t *testing.T) {
	for _, tc := range []struct {
		name  string
		index uint32
		base  uint64
		ok    bool
	}{
		{segmentName(0, 0), 0, 0, true},
		{segmentName(noIndex, endless), noIndex, endless, true},
		{"0000000007-0000000000000000123.seg", 0, 0, false},
		{"9999999999-00000000000000001234.seg", 0, 0, false},
		{"0000000007-00000000000000001234.seg.tmp", 0, 0, false},
		{"0000000007_00000000000000001234.seg", 0, 0, false},
		{"-000000007-00000000000000001234.seg", 0, 0, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			index, base, ok := parseSegmentName(tc.name)
			assert.Equal(t, tc.ok, ok)
			if ok {
				assert.Equal(t, tc.index, index)
				assert.Equal(t, tc.base, base)
			}
		})
	}
}

func FuzzScanner(f *testing.F) {
	batch := formatFrames(saltOf(formatTrail, 7), 1234, true)
	f.Add(append(encodeHeader(formatTrail, 7, 1234, stale{index: noIndex}), batch...))
	f.Fuzz(func(t *testing.T, b []byte) {
		fsys := faultfs.New()
		require.NoError(t, fsys.MkdirAll("/d"))
		file, err := fsys.Create("/d/s")
		require.NoError(t, err)
		require.NoError(t, writeFull(file, b, 0))
		seg := &segment{index: 7, base: 1234, salt: saltOf(formatTrail, 7), size: int64(len(b)), end: endless}
		s := survey{fs: fsys, dir: "/d", trail: formatTrail}
		end, err := s.trustedEnd(file, seg)
		require.NoError(t, err)
		seg.end = min(end, 1234+uint64(len(b)))
		s.at = seg.base
		require.NoError(t, s.readFrames(file, seg, nil))
	})
}

// TestScannerRejectsStaleFrames puts frames of a segment's former life where their checksums happen to fit the place.
func TestScannerRejectsStaleFrames(t *testing.T) {
	const index, base, old = 7, 1234, 3
	// After the second of three frames the next two sequences are missing; stale frames that look like the third follow.
	lookalike := uint64(saltOf(formatTrail, index) + base + 3 - saltOf(formatTrail, old))
	for _, tc := range []struct {
		name string
		old  stale
		want uint64
	}{
		{"told by the header", stale{index: old, base: lookalike, end: lookalike + 3}, base + 2},
		{"not told", stale{index: noIndex}, base + 6},
	} {
		t.Run(tc.name, func(t *testing.T) {
			b := encodeHeader(formatTrail, index, base, tc.old)
			mine := formatFrames(saltOf(formatTrail, index), base, false)
			ghosts := formatFrames(saltOf(formatTrail, old), lookalike, true)
			b = append(append(b, mine[:len(mine)-1]...), make([]byte, 20)...)
			b = append(b, ghosts...)
			fsys := faultfs.New()
			file, err := fsys.Create("/s")
			require.NoError(t, err)
			require.NoError(t, writeFull(file, b, 0))
			seg := &segment{index: index, base: base, salt: saltOf(formatTrail, index), size: int64(len(b))}
			s := survey{fs: fsys, dir: "/", trail: formatTrail}
			end, err := s.trustedEnd(file, seg)
			require.NoError(t, err)
			assert.Equal(t, tc.want, end)
		})
	}
}
