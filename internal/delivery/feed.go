package delivery

import "context"

// readAhead is how many records a route asks its reader for at once.
const readAhead = 256

// Reader gives one route of a Feed its records. Its methods are called by one goroutine at a time.
type Reader[T any] interface {
	// Read fills into with the records that follow those of the Read before, at most len(into), and returns how
	// many, and the sequence with which the next Read goes on. No records and a later sequence stand for a
	// hole. It is called when there is something to read, and may wait until ctx ends.
	Read(ctx context.Context, into []Entry[T]) (n int, next uint64, err error)
	// Settled says that the route is done with everything below next: delivered, passed over or poisoned.
	Settled(next uint64)
}

// Feed is a log whose records are kept elsewhere, such as on a disk: it only knows how far they can be read, and each
// route has a reader of its own.
type Feed[T any] struct{ hub[T] }

// NewFeed returns a feed whose records below next can be read.
func NewFeed[T any](next uint64) *Feed[T] {
	f := &Feed[T]{}
	f.published.Store(next)
	return f
}

// AddRoute adds a route that goes on at from, where its reader stands too. Call it before the first Publish.
func (f *Feed[T]) AddRoute(c Config[T], from uint64, r Reader[T]) *Route[T] {
	route := f.add(c, from)
	route.reader, route.resume = r, from
	return route
}

// Publish says that everything below next can be read, and wakes the routes that sleep. It never blocks; one
// goroutine at a time calls it.
func (f *Feed[T]) Publish(next uint64) {
	if next <= f.published.Load() {
		return
	}
	f.mu.Lock()
	due := f.publishLocked(next)
	f.mu.Unlock()
	if due {
		f.wake(next, false)
	}
}

// Seal says that nothing will be published any more. The routes end once they have delivered everything.
func (f *Feed[T]) Seal() { f.seal() }

// fillFromReader takes records from what was read ahead, and reads more while there is room and there are some.
func (r *Route[T]) fillFromReader() error {
	size := 0
	for len(r.batch) < r.config.MaxEvents {
		if len(r.ahead) == 0 {
			r.position.Store(r.resume)
			if r.resume >= r.hub.published.Load() {
				return nil
			}
			if err := r.readAhead(); err != nil {
				return err
			}
			continue
		}
		if !r.put(r.ahead[0], &size) {
			break
		}
		r.ahead[0] = Entry[T]{}
		r.ahead = r.ahead[1:]
	}
	if len(r.ahead) > 0 {
		r.position.Store(r.ahead[0].Sequence)
	} else {
		r.position.Store(r.resume)
	}
	return nil
}

func (r *Route[T]) readAhead() error {
	if r.room == nil {
		r.room = make([]Entry[T], min(readAhead, r.config.MaxEvents))
	}
	n, next, err := r.reader.Read(r.ctx, r.room)
	if err != nil {
		return err
	}
	r.ahead, r.resume = r.room[:n], next
	return nil
}
