//go:build linux

package journal_test

import (
	"encoding/binary"
	"hash/crc32"
	"os"
	"runtime"
	"sync"
	"syscall"
)

// reference is the least that a durable log can do: frames in one buffer, gather, one write and one fdatasync a
// batch, over blocks that were written with zeros before. It has no segments, no recovery, no limits, no readers and
// no answer to a failure. The journal is measured against it.
type reference struct {
	f       *os.File
	pos     int64
	mu      sync.Mutex
	filling []byte
	spare   []byte
	waiting chan struct{}
	kick    chan struct{}
	stopped chan struct{}
}

func newReference(name string, size int64) (*reference, error) {
	f, err := os.Create(name)
	if err != nil {
		return nil, err
	}
	zeros := make([]byte, 1<<20)
	for off := int64(0); off < size; off += int64(len(zeros)) {
		if _, err := f.WriteAt(zeros, off); err != nil {
			return nil, err
		}
	}
	r := &reference{f: f, waiting: make(chan struct{}), kick: make(chan struct{}, 1), stopped: make(chan struct{})}
	go r.commit()
	return r, f.Sync()
}

func (r *reference) append(payload []byte) {
	r.mu.Lock()
	var head [8]byte
	binary.LittleEndian.PutUint32(head[:], uint32(len(payload)))
	binary.LittleEndian.PutUint32(head[4:], crc32.Checksum(payload, crc32.MakeTable(crc32.Castagnoli)))
	r.filling = append(append(r.filling, head[:]...), payload...)
	done := r.waiting
	r.mu.Unlock()
	select {
	case r.kick <- struct{}{}:
	default:
	}
	<-done
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
		batch, done := r.filling, r.waiting
		r.filling, r.waiting = r.spare[:0], make(chan struct{})
		r.mu.Unlock()
		if len(batch) > 0 {
			if _, err := r.f.WriteAt(batch, r.pos); err != nil || syscall.Fdatasync(int(r.f.Fd())) != nil {
				return
			}
		}
		r.pos += int64(len(batch))
		r.spare = batch
		close(done)
	}
}

func (r *reference) close() error {
	close(r.kick)
	<-r.stopped
	return r.f.Close()
}
