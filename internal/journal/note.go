package journal

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"path"

	"github.com/daxis-io/arco-audit/internal/journal/vfs"
)

const (
	noteName   = "note"
	noteMagic  = "ARCONTE\n"
	noteHeader = 20 // magic, generation, length
	noteLeast  = 16 << 10
	noteMost   = 64 << 20
)

// noteFile keeps a text of its owner's in two slots, of which a crash can hurt only the one being written: half of the file
// each. It is made anew when a text needs more room.
type noteFile struct {
	turn       chan struct{} // holds one token while somebody uses the rest: not a mutex, since a disk may hang
	over       bool          // the journal was closed
	file       vfs.File
	slot       int64 // bytes of a slot
	generation uint64
	broken     bool // a write or sync failed: the descriptor must not be synced again
}

// KeepNote makes text the note of the trail, durably: whoever adopts it finds it or, after an error, perhaps the one before.
// After Close it returns ErrClosed.
func (j *Journal) KeepNote(text []byte) error {
	j.note.turn <- struct{}{}
	defer func() { <-j.note.turn }()
	if j.note.over {
		return ErrClosed
	}
	if j.note.write(text, j.o.Trail) == nil {
		return nil
	}
	if err := j.newNote(text); err != nil {
		return fmt.Errorf("journal: note: %w", err)
	}
	return nil
}

var errNoteRoom = errors.New("no room in the file")

// write makes text durable in the slot that does not hold the newest one.
func (n *noteFile) write(text []byte, owner string) error {
	size := int64(noteHeader + len(text) + 4)
	if n.file == nil || n.broken || size > n.slot {
		return errNoteRoom
	}
	n.generation++
	err := writeFull(n.file, encodeNote(n.generation, text, owner), int64(n.generation%2)*n.slot)
	if err == nil {
		err = n.file.Sync()
	}
	n.broken = err != nil
	return err
}

// newNote makes the file anew, with room for twice the text.
func (j *Journal) newNote(text []byte) error {
	fresh := noteFile{slot: noteLeast, generation: j.note.generation}
	for fresh.slot < 2*int64(len(text)) {
		fresh.slot *= 2
	}
	name := path.Join(j.dir, noteName)
	temporary := path.Join(j.dir, sparePrefix+noteName)
	if err := j.o.FS.Remove(temporary); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	f, err := j.o.FS.Create(temporary)
	if err != nil {
		return err
	}
	fresh.file = f
	err = zero(f, 2*fresh.slot)
	if err == nil {
		err = fresh.write(text, j.o.Trail)
	}
	if err == nil {
		err = j.o.FS.Rename(temporary, name)
	}
	if err == nil {
		err = j.o.FS.SyncDir(j.dir)
	}
	if err != nil {
		return errors.Join(err, f.Close())
	}
	f.Moved(name)
	j.note.close()
	fresh.turn = j.note.turn
	j.note = fresh
	return nil
}

// close lets go of the file.
func (n *noteFile) close() {
	if n.file != nil {
		closeQuietly(n.file)
		n.file = nil
	}
}

func (j *Journal) endNotes() {
	j.note.turn <- struct{}{}
	defer func() { <-j.note.turn }()
	j.note.over = true
	j.note.close()
}

// Note returns what the last KeepNote kept, also in a process before this one; nothing if there was none. A note of which
// nothing can be read is an error.
func (j *Journal) Note() ([]byte, error) {
	j.note.turn <- struct{}{}
	defer func() { <-j.note.turn }()
	f, err := j.o.FS.Open(path.Join(j.dir, noteName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("journal: note: %w", err)
	}
	defer closeQuietly(f)
	size, err := f.Size()
	if err == nil && (size%2 != 0 || size > 2*noteMost) {
		err = errors.New("the file has a size that no note has")
	}
	if err != nil {
		return nil, fmt.Errorf("journal: note: %w", err)
	}
	var newest []byte
	var generation uint64
	for i := range int64(2) {
		b := make([]byte, size/2)
		if n, err := f.ReadAt(b, i*size/2); err != nil && n < len(b) {
			return nil, fmt.Errorf("journal: note: %w", err)
		}
		if text, g, ok := decodeNote(b, j.o.Trail); ok && g > generation {
			newest, generation = text, g
		}
	}
	if generation == 0 {
		return nil, errors.New("journal: note: the file is damaged")
	}
	j.note.generation = max(j.note.generation, generation)
	return newest, nil
}

func encodeNote(generation uint64, text []byte, owner string) []byte {
	b := make([]byte, 0, noteHeader+len(text)+4)
	b = append(b, noteMagic...)
	b = binary.LittleEndian.AppendUint64(b, generation)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(text)))
	b = append(append(b, text...), 0, 0, 0, 0)
	sealBlock(b, owner+noteName)
	return b
}

func decodeNote(b []byte, owner string) (text []byte, generation uint64, ok bool) {
	if len(b) < noteHeader+4 || string(b[:8]) != noteMagic {
		return nil, 0, false
	}
	end := noteHeader + int64(binary.LittleEndian.Uint32(b[16:]))
	if end+4 > int64(len(b)) || !blockValid(b[:end+4], owner+noteName) {
		return nil, 0, false
	}
	return b[noteHeader:end], binary.LittleEndian.Uint64(b[8:]), true
}
