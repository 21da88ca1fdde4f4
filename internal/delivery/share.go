package delivery

import "github.com/daxis-io/arco-audit/internal/owner"

// shares are what tenants hold of a log, in bytes. They matter only in one that is half full, so that they are not counted
// record by record: the log has them counted as it fills up. The log's lock guards them.
type shares[T any] struct {
	of   map[owner.ID]int64 // above 0
	next uint64             // everything below is counted or has been taken by all
	in   *chunk[T]          // that holds next, or ends with it
}

func newShares[T any](first *chunk[T]) shares[T] {
	return shares[T]{of: map[owner.ID]int64{}, in: first}
}

// count counts the records below end that are not counted yet, the oldest first, as far as most bytes of them.
func (s *shares[T]) count(end uint64, most int64) {
	for ; s.next < end && most > 0; s.next++ {
		if s.next-s.in.first == chunkItems {
			s.in = s.in.next.Load()
		}
		it := &s.in.items[s.next-s.in.first]
		if most -= it.size; it.owner != owner.None {
			s.of[it.owner] += it.size
		}
	}
}

// forget gives back the bytes of the oldest record of the log.
func (s *shares[T]) forget(seq uint64, it *item[T]) {
	if seq == s.next { // it was never counted
		if seq-s.in.first == chunkItems {
			s.in = s.in.next.Load()
		}
		s.next++
		return
	}
	if it.owner == owner.None {
		return
	}
	if left := s.of[it.owner] - it.size; left > 0 {
		s.of[it.owner] = left
	} else {
		delete(s.of, it.owner)
	}
}
