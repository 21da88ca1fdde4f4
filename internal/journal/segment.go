package journal

import (
	"encoding/binary"
	"fmt"
	"math"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/daxis-io/arco-audit/internal/journal/vfs"
	"github.com/daxis-io/arco-audit/internal/sequence"
)

const (
	// Version is the number of the format that this package writes.
	Version = 1

	headerSize    = 64
	segmentMagic  = "ARCOSEG\n"
	segmentSuffix = ".seg"
	indexDigits   = 10
	noIndex       = math.MaxUint32
	endless       = math.MaxUint64
)

// segment is one file of frames. It holds the sequences from base up to, not including, end; while it is written
// to, end is endless.
type segment struct {
	index    uint32
	base     uint64
	end      uint64
	size     int64 // of the file
	revision int   // counts the files that have had the name
	salt     uint32
	full     bool // frames reach to the end, so stale bytes of an older life cannot follow
	sealed   time.Time
}

// stale names the segment whose bytes a reused file still holds after its last frame.
type stale struct {
	index uint32
	base  uint64
	end   uint64
}

func segmentName(index uint32, base uint64) string {
	return fmt.Sprintf("%0*d-%0*d%s", indexDigits, index, sequence.Digits, base, segmentSuffix)
}

// parseSegmentName accepts exactly what segmentName makes.
func parseSegmentName(name string) (index uint32, base uint64, ok bool) {
	stem, found := strings.CutSuffix(name, segmentSuffix)
	if !found || len(stem) != indexDigits+1+sequence.Digits || stem[indexDigits] != '-' {
		return 0, 0, false
	}
	i, err := strconv.ParseUint(stem[:indexDigits], 10, 32)
	if err != nil {
		return 0, 0, false
	}
	base, err = strconv.ParseUint(stem[indexDigits+1:], 10, 64)
	return uint32(i), base, err == nil
}

func (s *segment) path(dir string) string { return path.Join(dir, segmentName(s.index, s.base)) }

// encodeHeader lays out a version-1 header as drawn in the package comment.
func encodeHeader(trail string, index uint32, base uint64, old stale) []byte {
	b := make([]byte, headerSize)
	copy(b, segmentMagic)
	binary.LittleEndian.PutUint32(b[8:], Version)
	binary.LittleEndian.PutUint32(b[12:], index)
	binary.LittleEndian.PutUint64(b[16:], base)
	binary.LittleEndian.PutUint32(b[32:], old.index)
	binary.LittleEndian.PutUint64(b[36:], old.base)
	binary.LittleEndian.PutUint64(b[44:], old.end)
	sealBlock(b, trail)
	return b
}

// header is what a segment says of itself.
type header struct {
	version uint32
	index   uint32
	base    uint64
	old     stale
}

// decodeHeader returns ok = false for a damaged header.
func decodeHeader(b []byte, trail string) (h header, ok bool) {
	if len(b) < headerSize || string(b[:8]) != segmentMagic || !blockValid(b[:headerSize], trail) {
		return header{old: stale{index: noIndex}}, false
	}
	return header{
		version: binary.LittleEndian.Uint32(b[8:]),
		index:   binary.LittleEndian.Uint32(b[12:]),
		base:    binary.LittleEndian.Uint64(b[16:]),
		old: stale{
			index: binary.LittleEndian.Uint32(b[32:]),
			base:  binary.LittleEndian.Uint64(b[36:]),
			end:   binary.LittleEndian.Uint64(b[44:]),
		},
	}, true
}

// sealBlock ends a 64-byte block with its checksum, bound to its owner so that a copy from elsewhere fails.
func sealBlock(b []byte, owner string) {
	end := len(b) - 4
	binary.LittleEndian.PutUint32(b[end:], checksum(b[:end])^checksum([]byte(owner)))
}

func blockValid(b []byte, owner string) bool {
	end := len(b) - 4
	return binary.LittleEndian.Uint32(b[end:]) == checksum(b[:end])^checksum([]byte(owner))
}

// spare is a prepared file that waits to become a segment.
type spare struct {
	name string
	file vfs.File
	size int64
	old  stale
}

// capacity is how many bytes of frames are sure to fit, whatever their sizes: up to one frame is lost where a
// segment ends.
func (s *spare) capacity(maxFrame int) int64 {
	if s == nil {
		return 0
	}
	return max(0, s.size-headerSize-int64(maxFrame))
}
