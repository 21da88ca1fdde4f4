package audit

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// Events are encoded into blocks. An encoder starts with the least one and doubles: a record pins its block, and
// where events are rare each has a new encoder, since pools forget theirs. encodeRoom is the least room for an
// event: most fit, and one that does not moves to memory of its own.
const (
	encodeLeast = 4 << 10
	encodeBlock = 64 << 10
	encodeRoom  = 2 << 10
)

// newBlock returns an empty block that is the next after one of size bytes.
func newBlock(size int) []byte {
	if size = max(2*size, encodeLeast); size < encodeBlock || raceDetector {
		return make([]byte, 0, min(size, encodeBlock))
	}
	return spare.get()
}

// mostSpare bounds the memory of blocks that come back: 8 MiB.
const mostSpare = 128

var spare spareBlocks

// spareBlocks are whole blocks in which the collector found no record alive. Taking them again spares collector
// cycles where little else is allocated. It is as safe as memory that is freed and allocated again: a block comes
// back when the marking that would free it has found no pointer to any of its bytes. The race detector does not
// know that, so there is none of it under it.
type spareBlocks struct {
	pool  sync.Pool
	count atomic.Int32 // blocks that are here or come back
}

func (s *spareBlocks) get() []byte {
	b, ok := s.pool.Get().(*[encodeBlock]byte)
	switch {
	case ok:
		runtime.SetFinalizer(b, nil)
	case s.count.Load() < mostSpare: // that several see this at once does no harm
		s.count.Add(1)
		b = new([encodeBlock]byte)
	default:
		return make([]byte, 0, encodeBlock)
	}
	runtime.SetFinalizer(b, s.put)
	return b[:0]
}

// put takes a dead block back, until the pool forgets it too.
func (s *spareBlocks) put(b *[encodeBlock]byte) {
	runtime.SetFinalizer(b, s.forget)
	s.pool.Put(b)
}

func (s *spareBlocks) forget(*[encodeBlock]byte) { s.count.Add(-1) }
