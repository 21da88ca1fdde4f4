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

// frameSum computes the unmasked checksum of the frame at the start of b: over the payload, then the length word, so that
// the emitter can do its share before the segment and the batch are known.
func frameSum(b []byte, length int) uint32 {
	return endSum(checksum(b[frameHeaderSize:frameHeaderSize+length]), b)
}

func endSum(payload uint32, b []byte) uint32 { return crc32.Update(payload, castagnoli(), b[:4]) }

// fillFrame writes a frame whose checksum field holds the checksum of the payload alone.
func fillFrame(frame, payload []byte) {
	copy(frame[frameHeaderSize:], payload)
	binary.LittleEndian.PutUint32(frame, uint32(len(payload)))
	binary.LittleEndian.PutUint32(frame[4:], checksum(frame[frameHeaderSize:]))
}

// sealFrames completes the headers of all frames in b, the first of which has sequence seq, and counts them. The first
// sealed bytes were sealed before, for another place; the others are as fillFrame left them.
func sealFrames(b []byte, salt uint32, seq uint64, sealed int) (count uint64) {
	for done := 0; len(b) > 0; {
		length, _, _ := frameLength(b)
		sum := binary.LittleEndian.Uint32(b[4:])
		if done < sealed {
			sum = checksum(b[frameHeaderSize : frameHeaderSize+length])
		}
		binary.LittleEndian.PutUint32(b, uint32(length))
		binary.LittleEndian.PutUint32(b[4:], endSum(sum, b)^seedOf(salt, seq+count))
		count++
		b = b[frameHeaderSize+length:]
		done += frameHeaderSize + length
	}
	return count
}

// markStart marks the sealed frame at the start of b as the first of a batch.
func markStart(b []byte, salt uint32, seq uint64) {
	length, _, _ := frameLength(b)
	binary.LittleEndian.PutUint32(b, uint32(length)|batchStart)
	binary.LittleEndian.PutUint32(b[4:], frameSum(b, length)^seedOf(salt, seq))
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
