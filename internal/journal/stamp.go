package journal

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"path"

	"github.com/daxis-io/arco-audit/internal/journal/vfs"
)

const (
	stampPrefix = "stamp-"
	stampMagic  = "ARCOSTP\n"
	stampSize   = 24
)

// Stamp says under which time a route hands over the records From to To.
type Stamp struct {
	From, To uint64
	Millis   int64 // since 1970
}

// Stamps returns what the last KeepStamps kept, none if there was no such call. An error means that it cannot be read.
func (r *Route) Stamps() ([]Stamp, error) {
	f, err := r.j.o.FS.Open(r.stampFile())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("journal: stamps: %w", err)
	}
	defer closeQuietly(f)
	size, err := f.Size()
	if err != nil {
		return nil, fmt.Errorf("journal: stamps: %w", err)
	}
	b := make([]byte, size)
	if n, err := f.ReadAt(b, 0); err != nil && n < len(b) {
		return nil, fmt.Errorf("journal: stamps: %w", err)
	}
	list, ok := decodeStamps(b, r.j.o.Trail+r.name)
	if !ok {
		return nil, errors.New("journal: stamps: the file is damaged")
	}
	return list, nil
}

// KeepStamps makes list the stamps of the route, durably: after a crash the route's successor finds these or, if it
// returned an error, perhaps those before. It belongs to the goroutine that Next does.
func (r *Route) KeepStamps(list []Stamp) error {
	fsys, name := r.j.o.FS, r.stampFile()
	temporary := path.Join(r.j.dir, sparePrefix+path.Base(name))
	err := fsys.Remove(temporary)
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	if err == nil {
		err = writeWhole(fsys, temporary, encodeStamps(list, r.j.o.Trail+r.name))
	}
	if err == nil {
		err = fsys.Rename(temporary, name)
	}
	if err == nil {
		err = fsys.SyncDir(r.j.dir)
	}
	if err != nil {
		return fmt.Errorf("journal: stamps: %w", err)
	}
	return nil
}

// Settled returns the sequence from which the route goes on after a crash.
func (r *Route) Settled() uint64 {
	r.j.mu.Lock()
	defer r.j.mu.Unlock()
	return r.file.durable
}

func (r *Route) stampFile() string { return path.Join(r.j.dir, stampName(r.name)) }

func stampName(route string) string { return stampPrefix + url.PathEscape(route) }

// writeWhole makes a file with this content and syncs it.
func writeWhole(fsys vfs.FS, name string, content []byte) error {
	f, err := fsys.Create(name)
	if err != nil {
		return err
	}
	err = writeFull(f, content, 0)
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

// encodeStamps is the magic number, the stamps as three little-endian numbers each, and a checksum that covers the
// owner.
func encodeStamps(list []Stamp, owner string) []byte {
	b := make([]byte, 0, len(stampMagic)+len(list)*stampSize+4)
	b = append(b, stampMagic...)
	for _, s := range list {
		b = binary.LittleEndian.AppendUint64(b, s.From)
		b = binary.LittleEndian.AppendUint64(b, s.To)
		b = binary.LittleEndian.AppendUint64(b, uint64(s.Millis))
	}
	b = append(b, 0, 0, 0, 0)
	sealBlock(b, owner)
	return b
}

func decodeStamps(b []byte, owner string) ([]Stamp, bool) {
	body := len(b) - len(stampMagic) - 4
	if body < 0 || body%stampSize != 0 || string(b[:len(stampMagic)]) != stampMagic || !blockValid(b, owner) {
		return nil, false
	}
	list := make([]Stamp, 0, body/stampSize)
	for b = b[len(stampMagic):]; len(b) > 4; b = b[stampSize:] {
		list = append(list, Stamp{
			From: binary.LittleEndian.Uint64(b), To: binary.LittleEndian.Uint64(b[8:]), Millis: int64(binary.LittleEndian.Uint64(b[16:])),
		})
	}
	return list, true
}
