package journal

import (
	"encoding/binary"
	"errors"
	"io"
)

// scanBuffer is how much of a segment a scanner holds at a time.
const scanBuffer = 256 << 10

// scanner reads the frames of one segment in order, holding one buffer however large the segment is.
type scanner struct {
	src   io.ReaderAt
	size  int64
	trail string
	salt  uint32
	old   stale
	seq   uint64 // of the frame at off
	off   int64

	buf   []byte
	start int64 // file offset of buf[0]
}

// newScanner reads the header and stands before the first frame. A damaged header does no harm: the segment's name
// gave index and base.
func newScanner(src io.ReaderAt, size int64, trail string, seg *segment, buf []byte) (*scanner, header, error) {
	s := &scanner{src: src, size: size, trail: trail, salt: seg.salt, seq: seg.base, off: headerSize, buf: buf[:0]}
	b, err := s.at(0, headerSize)
	if err != nil {
		return nil, header{}, err
	}
	h, _ := decodeHeader(b, trail)
	s.old = h.old
	return s, h, nil
}

// at returns up to n bytes from off, fewer only at the end of the file.
func (s *scanner) at(off int64, n int) ([]byte, error) {
	if lo := off - s.start; lo >= 0 && lo+int64(n) <= int64(len(s.buf)) {
		return s.buf[lo : lo+int64(n)], nil
	}
	if off >= s.size {
		return nil, nil
	}
	want := min(int64(max(n, cap(s.buf), scanBuffer)), s.size-off)
	if int64(cap(s.buf)) < want {
		s.buf = make([]byte, 0, want)
	}
	got, err := s.src.ReadAt(s.buf[:want], off)
	s.buf, s.start = s.buf[:got], off
	if err != nil && !errors.Is(err, io.EOF) {
		s.buf = s.buf[:0]
		return nil, err
	}
	return s.buf[:min(n, got)], nil
}

// next returns the payload of the frame with sequence s.seq and moves past it. ok is false if there is no valid frame
// at this place. The payload is valid until the following call.
func (s *scanner) next() (payload []byte, starts, ok bool, err error) {
	b, err := s.at(s.off, frameHeaderSize)
	if err != nil || len(b) < frameHeaderSize {
		return nil, false, false, err
	}
	length, starts, plausible := frameLength(b)
	if !plausible || s.off+frameHeaderSize+int64(length) > s.size {
		return nil, false, false, nil
	}
	b, err = s.at(s.off, frameHeaderSize+length)
	if err != nil || len(b) < frameHeaderSize+length {
		return nil, false, false, err
	}
	if binary.LittleEndian.Uint32(b[4:]) != frameSum(b, length)^seedOf(s.salt, s.seq) {
		return nil, false, false, nil
	}
	s.off += int64(len(b))
	s.seq++
	return b[frameHeaderSize:], starts, true, nil
}

// resync looks for the next valid frame after damage at s.off and moves to it. The checksum gives away the sequence of
// a frame, which is believed if as many frames as are missing would fit into the damage and it is not a frame of
// the segment's former life. ok is false, and the scanner where it was, if there is none.
func (s *scanner) resync() (ok bool, err error) {
	for off := s.off + 1; ; {
		b, err := s.at(off, frameHeaderSize+1)
		if err != nil || len(b) < frameHeaderSize+1 {
			return false, err
		}
		// Look through what is in the buffer without asking for each place anew.
		b = s.buf[off-s.start:]
		found := -1
		for i := 0; i+frameHeaderSize < len(b); i++ {
			if _, _, plausible := frameLength(b[i:]); plausible {
				found = i
				break
			}
		}
		if found < 0 {
			off += int64(len(b) - frameHeaderSize)
			continue
		}
		off += int64(found)
		seq, valid, err := s.tryFrame(off)
		if err != nil {
			return false, err
		}
		if valid {
			s.off, s.seq = off, seq
			return true, nil
		}
		off++
	}
}

// tryFrame derives the sequence of a frame at off, if one is there.
func (s *scanner) tryFrame(off int64) (seq uint64, ok bool, err error) {
	b, err := s.at(off, frameHeaderSize)
	if err != nil {
		return 0, false, err
	}
	length, _, _ := frameLength(b)
	if off+frameHeaderSize+int64(length) > s.size {
		return 0, false, nil
	}
	b, err = s.at(off, frameHeaderSize+length)
	if err != nil || len(b) < frameHeaderSize+length {
		return 0, false, err
	}
	mask := binary.LittleEndian.Uint32(b[4:]) ^ frameSum(b, length)
	ahead := mask - s.salt - uint32(s.seq)
	if int64(ahead) > (off-s.off)/(frameHeaderSize+1)+1 {
		return 0, false, nil
	}
	if ahead == 0 && off-s.off < frameHeaderSize+1 {
		return 0, false, nil
	}
	return s.seq + uint64(ahead), !s.isStale(mask), nil
}

// isStale tells whether the mask is that of a frame of the segment whose blocks this one reuses.
func (s *scanner) isStale(mask uint32) bool {
	if s.old.index == noIndex {
		return false
	}
	behind := mask - saltOf(s.trail, s.old.index) - uint32(s.old.base)
	return uint64(behind) < s.old.end-s.old.base
}
