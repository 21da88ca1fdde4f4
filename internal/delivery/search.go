package delivery

// search finds poison in batches that were refused whole, by halves: k records among n take at most
// k(log2 n + 2) + 1 attempts, log2 n rounded up. The zero search looks for nothing.
type search struct {
	suspects int // poison is among this many of the first pending records; 0 when nothing is known
}

// next returns how many of the pending records to try.
func (s *search) next(pending int) int {
	if s.suspects == 0 {
		return pending
	}
	return min((s.suspects+1)/2, pending)
}

// learn takes in that of n records left were not delivered: refused whole for poison among them, or with all
// poison found that there was.
func (s *search) learn(n, left int, refused, found bool) {
	switch {
	case refused:
		s.suspects = left
	case found:
		s.suspects = 0
	default:
		s.suspects = max(0, s.suspects-(n-left))
	}
}
