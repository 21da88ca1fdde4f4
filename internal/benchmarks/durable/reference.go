//go:build linux

package durable

import (
	"encoding/binary"
	"hash/crc32"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"syscall"
)

// reference is the least that a durable log can do: frames in one buffer, gather, one write and one fdatasync a
// batch, over blocks that were written with zeros before. It has no segments, no recovery, no limits, no readers and no
// answer to a failure, and starts over at the end of its file. The journal is measured against it.
type reference struct {
	f       *os.File
	pos     int64
	mu      sync.Mutex
	filling []byte
	spare   []byte
	waiting *wave
	kick    chan struct{}
	stopped chan struct{}
}

// referenceBytes is how much the reference prepares.
const referenceBytes = 256 << 20

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func openReference(dir string) (Store, error) {
	f, err := os.Create(filepath.Join(dir, "reference"))
	if err != nil {
		return nil, err
	}
	zeros := make([]byte, 1<<20)
	for off := int64(0); off < referenceBytes; off += int64(len(zeros)) {
		if _, err := f.WriteAt(zeros, off); err != nil {
			return nil, err
		}
	}
	r := &reference{f: f, waiting: newWave(), kick: make(chan struct{}, 1), stopped: make(chan struct{})}
	go r.commit()
	return r, f.Sync()
}

func (r *reference) Append(payload []byte) error {
	r.mu.Lock()
	r.filling = binary.LittleEndian.AppendUint32(r.filling, uint32(len(payload)))
	r.filling = binary.LittleEndian.AppendUint32(r.filling, crc32.Checksum(payload, castagnoli))
	r.filling = append(r.filling, payload...)
	w := r.waiting
	r.mu.Unlock()
	select {
	case r.kick <- struct{}{}:
	default:
	}
	<-w.done
	return w.err
}

func (r *reference) commit() {
	defer close(r.stopped)
	for range r.kick {
		for seen := -1; ; runtime.Gosched() {
			r.mu.Lock()
			n := len(r.filling)
			r.mu.Unlock()
			if n == seen {
				break
			}
			seen = n
		}
		r.mu.Lock()
		batch, w := r.filling, r.waiting
		r.filling, r.waiting = r.spare[:0], newWave()
		r.mu.Unlock()
		if r.pos+int64(len(batch)) > referenceBytes {
			r.pos = 0
		}
		if _, w.err = r.f.WriteAt(batch, r.pos); w.err == nil {
			w.err = syscall.Fdatasync(int(r.f.Fd()))
		}
		r.pos += int64(len(batch))
		r.spare = batch
		close(w.done)
	}
}

func (r *reference) Close() error {
	close(r.kick)
	<-r.stopped
	return r.f.Close()
}

func readReference(dir string, visit func([]byte)) error {
	data, err := os.ReadFile(filepath.Join(dir, "reference"))
	for len(data) > 8+recordSize && binary.LittleEndian.Uint32(data) == recordSize {
		record := data[8 : 8+recordSize]
		if crc32.Checksum(record, castagnoli) == binary.LittleEndian.Uint32(data[4:]) {
			visit(record)
		}
		data = data[8+recordSize:]
	}
	return err
}
