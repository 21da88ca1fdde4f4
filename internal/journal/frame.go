package journal

import (
	"encoding/binary"
	"hash/crc32"
)

const (
	frameHeaderSize = 8
	// batchStart is the bit of the length word that marks the first frame of a batch.
	batchStart = 1 << 31
	// seqDigits is the width of a sequence inside a payload.
	seqDigits = 20
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

// frameSum computes the unmasked checksum of the frame at the start of b.
func frameSum(b []byte, length int) uint32 {
	sum := crc32.Update(0, castagnoli(), b[:4])
	return crc32.Update(sum, castagnoli(), b[frameHeaderSize:frameHeaderSize+length])
}

// sealFrames completes the headers of all frames in b, the first of which has sequence seq, and counts them.
func sealFrames(b []byte, salt uint32, seq uint64, startsBatch bool) (count uint64) {
	for len(b) > 0 {
		length := int(binary.LittleEndian.Uint32(b) &^ batchStart)
		word := uint32(length)
		if startsBatch {
			word |= batchStart
			startsBatch = false
		}
		binary.LittleEndian.PutUint32(b, word)
		binary.LittleEndian.PutUint32(b[4:], frameSum(b, length)^seedOf(salt, seq+count))
		count++
		b = b[frameHeaderSize+length:]
	}
	return count
}

// frameLength reads the length word; ok is false if no frame can begin with it.
func frameLength(b []byte) (length int, starts, ok bool) {
	word := binary.LittleEndian.Uint32(b)
	n := word &^ batchStart
	return int(n), word&batchStart != 0, n > 0 && n <= maxLength
}

// putDigits writes seq as 20 zero-padded decimal digits.
func putDigits(b []byte, seq uint64) {
	for i := seqDigits - 1; i >= 0; i-- {
		b[i] = byte('0' + seq%10)
		seq /= 10
	}
}
