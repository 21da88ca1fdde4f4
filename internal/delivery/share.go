package delivery

import "hash/maphash"

// owner is a hash of a tenant's name, keyed for this process, so that nobody can make two that are the same.
type owner uint64

// nobody is the owner of a record for which no tenant answers.
const nobody owner = 0

// shares are what tenants hold of a log, in bytes. They matter only in one that is half full, so that they are not counted
// record by record: the log has them counted as it fills up. The log's lock guards them.
type shares[T any] struct {
	seed maphash.Seed
	of   map[owner]int64 // above 0
	next uint64          // everything below is counted or has been taken by all
	in   *chunk[T]       // that holds next, or ends with it
}

func newShares[T any](first *chunk[T]) shares[T] {
	return shares[T]{seed: maphash.MakeSeed(), of: map[owner]int64{}, in: first}
}

// ownerOf needs no lock.
func (s *shares[T]) ownerOf(tenant string) owner {
	if tenant == "" {
		return nobody
	}
	return owner(maphash.String(s.seed, tenant) | 1)
}

// count counts the records below end that are not counted yet, the oldest first, as far as most bytes of them.
func (s *shares[T]) count(end uint64, most int64) {
	for ; s.next < end && most > 0; s.next++ {
		if s.next-s.in.first == chunkItems {
			s.in = s.in.next.Load()
		}
		it := &s.in.items[s.next-s.in.first]
		if most -= it.size; it.owner != nobody {
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
	if it.owner == nobody {
		return
	}
	if left := s.of[it.owner] - it.size; left > 0 {
		s.of[it.owner] = left
	} else {
		delete(s.of, it.owner)
	}
}
