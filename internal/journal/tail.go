package journal

import "sort"

// Frame is one record as read back. The payload must not be written to: frames of the shared tail are views of
// memory that other routes read too. It may be kept; keeping one view keeps its whole chunk in memory.
type Frame struct {
	Sequence uint64
	Payload  []byte
	Tag      Tag // zero for a record that did not come from the tail
}

// chunk is a run of frames in memory that never moves: frames are appended under the journal's lock, sealed and
// written by the committer in place, and read by routes once synced. Each byte has one writer at a time.
type chunk struct {
	mem     []byte // all of it, whatever part is in use
	used    int
	first   uint64
	count   uint64
	tags    []Tag  // one a frame; what is below its length never changes
	taken   int    // bytes that batches have taken
	untaken uint64 // sequence of the frame at taken
	shut    bool   // no more frames, so that the next batch is one piece
	lent    bool   // routes have views of it
}

// span is a piece of a batch.
type span struct {
	buf    []byte
	first  uint64
	sealed int // bytes whose headers are complete, for the place of an earlier attempt
}

// tail holds the newest frames, oldest chunk first. The journal's lock guards it.
type tail struct {
	chunks    []*chunk
	chunkSize int
	limit     int // bytes above which synced chunks are let go
	total     int
	read      bool     // there are routes
	free      [][]byte // memory of chunks that nobody had a view of
}

// memory returns room for a chunk in which n bytes fit.
func (t *tail) memory(n int) []byte {
	if last := len(t.free) - 1; last >= 0 && n <= t.chunkSize {
		mem := t.free[last]
		t.free = t.free[:last]
		return mem
	}
	return make([]byte, max(t.chunkSize, n))
}

// reserve sets n bytes at the end of the tail aside for the frame with sequence seq.
func (t *tail) reserve(n int, seq, synced uint64, tag Tag) []byte {
	var c *chunk
	if len(t.chunks) > 0 {
		c = t.chunks[len(t.chunks)-1]
	}
	if c == nil || c.shut || len(c.mem)-c.used < n {
		t.evict(synced)
		c = &chunk{mem: t.memory(n), first: seq, untaken: seq}
		t.chunks = append(t.chunks, c)
		t.total += len(c.mem)
	}
	at := c.used
	c.used += n
	c.count++
	c.tags = append(c.tags, tag)
	return c.mem[at:c.used]
}

// evict lets go of synced chunks until one more fits. Routes that still want them read the segments.
func (t *tail) evict(synced uint64) {
	n := 0
	limit := t.limit
	if !t.read {
		limit = 2 * t.chunkSize
	}
	for n < len(t.chunks) && t.total+t.chunkSize > limit {
		c := t.chunks[n]
		if c.first+c.count > synced {
			break
		}
		t.total -= len(c.mem)
		if !c.lent && len(c.mem) == t.chunkSize {
			t.free = append(t.free, c.mem)
		}
		n++
	}
	if n > 0 {
		kept := copy(t.chunks, t.chunks[n:])
		clear(t.chunks[kept:])
		t.chunks = t.chunks[:kept]
	}
}

// take appends to spans every piece that no batch has taken yet.
func (t *tail) take(spans []span) []span {
	from := len(t.chunks)
	for from > 0 && t.chunks[from-1].taken < t.chunks[from-1].used {
		from--
	}
	for _, c := range t.chunks[from:] {
		spans = append(spans, span{buf: c.mem[c.taken:c.used], first: c.untaken})
		c.untaken = c.first + c.count
		last := c.used - c.taken
		c.taken = c.used
		room := len(c.mem) - c.used
		c.shut = room < last && room < len(c.mem)/4
	}
	return spans
}

// find returns the chunk that holds seq and the tags of those of its frames that may be read behind synced.
func (t *tail) find(seq, synced uint64) (c *chunk, readable []Tag) {
	i := sort.Search(len(t.chunks), func(i int) bool { return t.chunks[i].first > seq }) - 1
	if i < 0 {
		return nil, nil
	}
	c = t.chunks[i]
	end := min(c.first+c.count, synced)
	if seq >= end {
		return nil, nil
	}
	c.lent = true
	return c, c.tags[:end-c.first]
}
