package auditread

import (
	"cmp"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"slices"
)

// Store is the memory of a Dedupe. It is written in place, in slots of 40 bytes:
//
//	number  u64  how many events were marked before this one, little-endian; its slot is number modulo the window
//	key     16   start of the SHA-256 of the event's source, a zero byte and its id
//	digest   8   start of its leaf hash; zeros when it could not be rebuilt
//	check   u32  CRC-32C of what stands before it, then 4 bytes of zero
//
// A slot whose check fails was never written whole and is skipped.
type Store interface {
	io.ReaderAt
	io.WriterAt
}

const slotBytes = 40

// castagnoli is the table of CRC-32C.
var castagnoli = crc32.MakeTable(crc32.Castagnoli)

type slot struct {
	number uint64
	key    dedupeKey
	digest dedupeDigest
}

func (s slot) put(b *[slotBytes]byte) {
	binary.LittleEndian.PutUint64(b[:], s.number)
	copy(b[8:], s.key[:])
	copy(b[24:], s.digest[:])
	binary.LittleEndian.PutUint32(b[32:], crc32.Checksum(b[:32], castagnoli))
	clear(b[36:])
}

func getSlot(b []byte) (slot, bool) {
	s := slot{number: binary.LittleEndian.Uint64(b), key: dedupeKey(b[8:24]), digest: dedupeDigest(b[24:32])}
	return s, crc32.Checksum(b[:32], castagnoli) == binary.LittleEndian.Uint32(b[32:]) && s.key != dedupeKey{}
}

// readSlots returns what the store holds, the oldest first. Numbers may have holes where a slot was torn.
func readSlots(store Store) ([]slot, error) {
	var slots []slot
	buf := make([]byte, 1024*slotBytes)
	for at := int64(0); ; at += int64(len(buf)) {
		n, err := store.ReadAt(buf, at)
		for b := buf[:n]; len(b) >= slotBytes; b = b[slotBytes:] {
			if s, ok := getSlot(b); ok {
				slots = append(slots, s)
			}
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, errors.Join(errors.New("auditread: the store of Dedupe cannot be read: give NewDedupe a file that is open for reading and writing"), err)
		}
	}
	slices.SortFunc(slots, func(a, b slot) int { return cmp.Compare(a.number, b.number) })
	return slots, nil
}
