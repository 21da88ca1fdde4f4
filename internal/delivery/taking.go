package delivery

// fill takes the next records into the batch, up to its limits. An error means that there are none for now.
func (r *Route[T]) fill() error {
	if r.reader == nil { // else nobody else looks at them, and Read may wait
		r.mu.Lock()
		defer r.mu.Unlock()
	}
	r.batch = r.batch[:0]
	var err error
	if r.reader == nil {
		r.fillFromLog()
	} else {
		err = r.fillFromReader()
	}
	r.pending, r.stub = r.pending[:0], r.stub[:0]
	for i := range r.batch {
		r.pending, r.stub = append(r.pending, i), append(r.stub, false)
	}
	r.noteOldest()
	if len(r.batch) > 0 {
		return nil // the error comes again
	}
	return err
}

func (r *Route[T]) fillFromLog() {
	end, pos, size := r.hub.published.Load(), r.position.Load(), 0
	for pos < end && len(r.batch) < r.config.MaxEvents {
		if pos-r.at.first == chunkItems {
			r.at = r.at.next.Load()
		}
		if !r.put(Entry[T]{r.at.items[pos-r.at.first].record, pos}, &size) {
			break
		}
		pos++
	}
	r.position.Store(pos)
}

// put adds a record that the route wants to the batch. It returns false when the batch has no room for it.
func (r *Route[T]) put(e Entry[T], size *int) bool {
	if !r.config.Wants(e.Record) {
		return true
	}
	n := r.config.Size(e.Record)
	if len(r.batch) > 0 && *size+n > r.config.MaxBytes {
		return false
	}
	*size += n
	r.batch = append(r.batch, e)
	return true
}

// noteOldest keeps when the oldest record that is being delivered was made.
func (r *Route[T]) noteOldest() {
	oldest := int64(0)
	if len(r.pending) > 0 && r.config.Time != nil {
		oldest = r.config.Time(r.batch[r.pending[0]].Record)
	}
	r.oldest.Store(oldest)
}

// Undelivered calls visit with what the route of a Log has not delivered, in sequence, without the stubs, whose
// records Config.Poisoned has. Call it when the log is sealed.
func (r *Route[T]) Undelivered(visit func(Entry[T])) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, i := range r.pending {
		if !r.stub[i] {
			visit(r.batch[i])
		}
	}
	at := r.at
	for pos, end := r.position.Load(), r.hub.published.Load(); pos < end; pos++ {
		if pos-at.first == chunkItems {
			at = at.next.Load()
		}
		if record := at.items[pos-at.first].record; r.config.Wants(record) {
			visit(Entry[T]{record, pos})
		}
	}
}

// skip moves the route to target if it is behind, and remembers what it passed over.
func (r *Route[T]) skip(target uint64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for pos := r.position.Load(); pos < target; pos++ {
		if pos-r.at.first == chunkItems {
			r.at = r.at.next.Load()
		}
		if r.config.Wants(r.at.items[pos-r.at.first].record) {
			if r.skipped.Count == 0 {
				r.skipped.From = pos
			}
			r.skipped.Count++
			r.skipped.Total++
			r.skipped.To = pos
			r.stats.skipped.Add(1)
		}
		r.position.Store(pos + 1)
	}
}
