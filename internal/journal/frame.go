package journal

import (
	"encoding/binary"
	"hash/crc32"
)

const (
	frameHeaderSize = 8
	// batchStart is the bit of the length word that marks the first frame of a batch.
	batchStart = 1 << 31
	// maxLength bounds the payload of any version-1 frame, so that a damaged length is soon found out.
	maxLength = 1 << 17
)

func castagnoli() *crc32.Table { return crc32.MakeTable(crc32.Castagnoli) }

func checksum(p []byte) uint32 { return crc32.Checksum(p, castagnoli()) }

// saltOf derives a segment's salt from what its name holds, so that a damaged header costs no record.
func saltOf(trail string, index uint32) uint32 {
	b := binary.LittleEndian.AppendUint32([]byte(trail), index)
	return checksum(b)
}

// seedOf is what the checksum of a frame is masked with.
func seedOf(salt uint32, seq uint64) uint32 {
	if planted(plantUnseeded) {
		return 0
	}
	return salt + uint32(seq)
}

// frameSum computes the unmasked checksum of the frame at the start of b: over the payload, then the length word.
func frameSum(b []byte, length int) uint32 {
	return endSum(checksum(b[frameHeaderSize:frameHeaderSize+length]), b)
}

func endSum(payload uint32, b []byte) uint32 { return crc32.Update(payload, castagnoli(), b[:4]) }

// appendFrame appends the frame of the record with sequence seq; starts marks the first of a batch.
func appendFrame(dst []byte, it *item, salt uint32, seq uint64, starts bool) []byte {
	word, sum := uint32(len(it.payload)), it.sum
	if starts {
		word |= batchStart
	}
	at := len(dst)
	dst = binary.LittleEndian.AppendUint32(dst, word)
	dst = append(dst, 0, 0, 0, 0)
	dst = append(dst, it.payload...)
	if !it.summed {
		sum = checksum(it.payload)
	}
	binary.LittleEndian.PutUint32(dst[at+4:], endSum(sum, dst[at:])^seedOf(salt, seq))
	return dst
}

// frameLength reads the length word; ok is false if no frame can begin with it.
func frameLength(b []byte) (length int, starts, ok bool) {
	word := binary.LittleEndian.Uint32(b)
	n := word &^ batchStart
	return int(n), word&batchStart != 0, n > 0 && n <= maxLength
}
