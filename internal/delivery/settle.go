package delivery

import (
	"context"
	"fmt"
)

// settle takes what was delivered out of the pending records, puts stubs in the place of those that are poison, and
// acknowledges up to the first that is left. It reports whether anything was settled, and why poison could not be
// kept.
func (r *Route[T]) settle(n int, v Verdict, cause error) (progress bool, lost error) {
	stubs, lost := r.setAside(v.Poison, cause)
	r.mu.Lock()
	left, delivered, replaced := r.pending[:0], 0, 0
	retry, poison := v.Retry, v.Poison // both ascend
	for at, i := range r.pending[:n] {
		failed, poisoned := take(&retry, at), take(&poison, at)
		switch {
		case failed, poisoned && lost != nil:
			left = append(left, i)
		case poisoned && !r.stub[i]:
			r.batch[i].Record, r.stub[i] = stubs[replaced], true
			replaced++
			left = append(left, i)
		case !r.stub[i]:
			delivered++
		}
	}
	count := len(left)
	r.search.learn(n, count, v.Split, len(v.Poison) > 0 && lost == nil)
	r.pending = append(left, r.pending[n:]...)
	r.noteOldest()
	r.mu.Unlock()
	r.stats.delivered.Add(uint64(delivered))
	r.stats.poisoned.Add(uint64(replaced))
	if len(r.pending) > 0 {
		upTo := r.batch[r.pending[0]].Sequence
		if planted(plantPassFailed) {
			upTo = r.position.Load()
		}
		r.ack(upTo)
	}
	return count < n || replaced > 0, lost
}

// take reports whether at is the first of list, and takes it out.
func take(list *[]int, at int) bool {
	if len(*list) == 0 || (*list)[0] != at {
		return false
	}
	*list = (*list)[1:]
	return true
}

// setAside gives the records that are poison to Poisoned, and the stubs among them to Refused.
func (r *Route[T]) setAside(poison []int, cause error) ([]T, error) {
	if len(poison) == 0 {
		return nil, nil
	}
	if r.ctx.Err() != nil {
		return nil, context.Cause(r.ctx) // the log may be somebody else's by now
	}
	var records, refused []T
	for _, at := range poison {
		i := r.pending[at]
		if r.stub[i] {
			refused = append(refused, r.batch[i].Record)
		} else {
			records = append(records, r.batch[i].Record)
		}
	}
	var stubs []T
	if len(records) > 0 {
		var err error
		if stubs, err = r.config.Poisoned(r.ctx, records, cause); err != nil && !planted(plantPassUnkept) {
			return nil, err
		}
		if len(stubs) != len(records) {
			return nil, fmt.Errorf("delivery: %d records in the place of %d", len(stubs), len(records))
		}
	}
	for _, stub := range refused {
		r.stats.refused.Add(1)
		r.config.Refused(stub, cause)
	}
	return stubs, nil
}
