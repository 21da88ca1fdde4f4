package journal

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"path"
	"strings"

	"github.com/daxis-io/arco-audit/internal/journal/vfs"
)

const (
	cursorPrefix = "cursor-"
	cursorMagic  = "ARCOCUR\n"
	closedMagic  = "ARCOEND\n"
	slotSize     = 64
	slotStride   = 4096
	cursorSize   = 2 * slotStride
)

// cursorFile keeps how far a route has come, in two slots of which a crash can hurt only the one being written.
type cursorFile struct {
	name    string
	owner   string // trail and route, which the checksum covers
	file    vfs.File
	slot    cursorSlot
	durable uint64 // slot.next as a crash would leave it; guarded by the journal's lock
	broken  bool   // a sync failed: the descriptor must not be synced again
}

type cursorSlot struct {
	generation uint64
	next       uint64
	dropped    uint64
	loss       loss
}

// loss is the range, up to and not including to, in which a route was made to pass over records and nobody was told.
type loss struct{ from, to uint64 }

func cursorName(route string) string { return cursorPrefix + url.PathEscape(route) }

// cursorRoute accepts exactly what cursorName makes.
func cursorRoute(name string) (route string, ok bool) {
	escaped, found := strings.CutPrefix(name, cursorPrefix)
	if !found {
		return "", false
	}
	route, err := url.PathUnescape(escaped)
	return route, err == nil && cursorName(route) == name
}

func encodeSlot(s cursorSlot, owner string) []byte {
	b := make([]byte, slotSize)
	copy(b, cursorMagic)
	binary.LittleEndian.PutUint64(b[8:], s.generation)
	binary.LittleEndian.PutUint64(b[16:], s.next)
	binary.LittleEndian.PutUint64(b[24:], s.dropped)
	binary.LittleEndian.PutUint64(b[32:], s.loss.from)
	binary.LittleEndian.PutUint64(b[40:], s.loss.to)
	sealBlock(b, owner)
	return b
}

func decodeSlot(b []byte, owner string) (cursorSlot, bool) {
	if len(b) < slotSize || string(b[:8]) != cursorMagic || !blockValid(b[:slotSize], owner) {
		return cursorSlot{}, false
	}
	return cursorSlot{
		generation: binary.LittleEndian.Uint64(b[8:]),
		next:       binary.LittleEndian.Uint64(b[16:]),
		dropped:    binary.LittleEndian.Uint64(b[24:]),
		loss:       loss{binary.LittleEndian.Uint64(b[32:]), binary.LittleEndian.Uint64(b[40:])},
	}, true
}

// createCursor makes a cursor file under a temporary name, so that the real one always names a whole file.
func createCursor(fsys vfs.FS, dir, trail, route string, s cursorSlot) (*cursorFile, error) {
	c := &cursorFile{name: path.Join(dir, cursorName(route)), owner: trail + route, slot: s}
	temporary := path.Join(dir, sparePrefix+cursorName(route))
	if err := fsys.Remove(temporary); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	f, err := fsys.Create(temporary)
	if err != nil {
		return nil, err
	}
	c.file = f
	err = f.Allocate(cursorSize)
	if err == nil {
		err = writeFull(f, encodeSlot(s, c.owner), c.place(s.generation))
	}
	if err == nil {
		err = f.Sync()
	}
	if err == nil {
		err = fsys.Rename(temporary, c.name)
	}
	if err == nil {
		err = fsys.SyncDir(dir)
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	f.Moved(c.name)
	c.durable = s.next
	return c, nil
}

// openCursor reads the newer valid slot; ok is false if neither is valid.
func openCursor(fsys vfs.FS, dir, trail, route string) (c *cursorFile, ok bool, err error) {
	c = &cursorFile{name: path.Join(dir, cursorName(route)), owner: trail + route}
	c.file, err = fsys.Open(c.name)
	if err != nil {
		return nil, false, err
	}
	b := make([]byte, slotSize)
	for i := range uint64(2) {
		n, err := c.file.ReadAt(b, c.place(i))
		if err != nil && n < slotSize {
			continue
		}
		if s, valid := decodeSlot(b, c.owner); valid && (!ok || s.generation > c.slot.generation) {
			c.slot, ok = s, true
		}
	}
	c.durable = c.slot.next
	return c, ok, nil
}

func (c *cursorFile) place(generation uint64) int64 { return int64(generation%2) * slotStride }

// write makes a position durable. After a failed write or sync the whole file is replaced, since neither of its slots
// can be trusted to reach the disk any more.
func (c *cursorFile) write(fsys vfs.FS, dir, trail, route string, s cursorSlot) error {
	s.generation = c.slot.generation + 1
	if c.broken {
		whole, err := createCursor(fsys, dir, trail, route, s)
		if err != nil {
			return err
		}
		closeQuietly(c.file)
		c.file, c.slot, c.broken = whole.file, s, false
		return nil
	}
	err := writeFull(c.file, encodeSlot(s, c.owner), c.place(s.generation))
	if err == nil {
		err = c.file.Sync()
	}
	if err != nil {
		c.broken = true
		return err
	}
	c.slot = s
	return nil
}

// syncCursors makes the cursors that have moved durable.
func (j *Journal) syncCursors() error {
	j.keeping.Lock()
	defer j.keeping.Unlock()
	j.mu.Lock()
	routes := make([]*Route, 0, len(j.routes))
	for _, r := range j.routes {
		routes = append(routes, r)
	}
	j.mu.Unlock()
	var failed error
	for _, r := range routes {
		j.mu.Lock() // a cursor and what it lost move together
		s := cursorSlot{generation: r.file.slot.generation, next: r.cursor.Load(), dropped: r.dropped.Load(), loss: r.loss}
		j.mu.Unlock()
		if s == r.file.slot {
			continue
		}
		if err := r.file.write(j.o.FS, j.dir, j.o.Trail, r.name, s); err != nil {
			failed = errors.Join(failed, fmt.Errorf("journal: cursor: %w", err))
			continue
		}
		j.mu.Lock()
		r.file.durable = s.next
		j.mu.Unlock()
	}
	return failed
}

// markClosed writes the mark of a clean close. A torn mark is no mark.
func (j *Journal) markClosed() error {
	b := make([]byte, slotSize)
	copy(b, closedMagic)
	binary.LittleEndian.PutUint64(b[8:], j.synced.Load())
	sealBlock(b, j.o.Trail)
	name := path.Join(j.dir, closedName)
	if err := j.o.FS.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := writeWhole(j.o.FS, name, b); err != nil {
		return err
	}
	return j.o.FS.SyncDir(j.dir)
}

// readClosed returns the mark's sequence.
func readClosed(fsys vfs.FS, dir, trail string) (next uint64, ok bool) {
	f, err := fsys.Open(path.Join(dir, closedName))
	if err != nil {
		return 0, false
	}
	defer closeQuietly(f)
	b := make([]byte, slotSize)
	if n, err := f.ReadAt(b, 0); err != nil && n < slotSize {
		return 0, false
	}
	if string(b[:8]) != closedMagic || !blockValid(b, trail) {
		return 0, false
	}
	return binary.LittleEndian.Uint64(b[8:]), true
}
