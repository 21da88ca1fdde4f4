package journal

import "sort"

// Frame is one record as read back. The payload must not be written to: frames of the shared tail are the very bytes that
// were appended, which other routes read too. It may be kept.
type Frame struct {
	Sequence uint64
	Payload  []byte
	Tag      Tag // zero for a record that did not come from the tail
}

// chunkItems is how many records a chunk holds.
const chunkItems = 256

// item is one record of the tail. It never changes once it is in a chunk.
type item struct {
	payload []byte
	tag     Tag
	sum     uint32 // of the payload
	summed  bool   // false: the committer computes it
}

// chunk is a run of records in memory. Its items never move, so that who has seen how many there are, under the journal's
// lock, may read them without it.
type chunk struct {
	items []item
	first uint64
	bytes int
	taken int // items that batches have taken
}

// span is a piece of a batch.
type span struct {
	items []item
	first uint64
}

// tail holds the newest records, oldest chunk first. The journal's lock guards it.
type tail struct {
	chunks []*chunk
	limit  int // bytes above which synced chunks are let go
	total  int
	read   bool // there are routes
}

// add puts the record with sequence seq at the end, and returns its item for the caller to fill in and to count.
func (t *tail) add(seq, synced uint64) *item {
	if c := t.last(); c == nil || len(c.items) == chunkItems || c.bytes > t.limit/4 {
		t.evict(synced)
		t.chunks = append(t.chunks, &chunk{items: make([]item, 0, chunkItems), first: seq})
	}
	return t.last().push()
}

// last returns the chunk that records are added to, nil when there is none.
func (t *tail) last() *chunk {
	if len(t.chunks) == 0 {
		return nil
	}
	return t.chunks[len(t.chunks)-1]
}

// push adds an empty item to a chunk that has room. An item is filled in where it stays: to make it elsewhere and to copy
// it costs more than all else that is done with it.
func (c *chunk) push() *item {
	n := len(c.items)
	c.items = c.items[:n+1]
	return &c.items[n]
}

// count counts the bytes of payloads that were added to the last chunk.
func (t *tail) count(bytes int) {
	t.last().bytes += bytes
	t.total += bytes
}

// evict lets go of synced chunks until one more fits. Routes that still want them read the segments.
func (t *tail) evict(synced uint64) {
	n, most := 0, t.limit-t.limit/4
	if !t.read {
		most = 0
	}
	for n < len(t.chunks) && t.total > most {
		c := t.chunks[n]
		if c.first+uint64(len(c.items)) > synced {
			break
		}
		t.total -= c.bytes
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
	for from > 0 && t.chunks[from-1].taken < len(t.chunks[from-1].items) {
		from--
	}
	for _, c := range t.chunks[from:] {
		spans = append(spans, span{items: c.items[c.taken:], first: c.first + uint64(c.taken)})
		c.taken = len(c.items)
	}
	return spans
}

// find returns the records from seq on that one chunk holds and that may be read behind synced.
func (t *tail) find(seq, synced uint64) []item {
	i := sort.Search(len(t.chunks), func(i int) bool { return t.chunks[i].first > seq }) - 1
	if i < 0 {
		return nil
	}
	c := t.chunks[i]
	end := min(c.first+uint64(len(c.items)), synced)
	if seq >= end {
		return nil
	}
	return c.items[seq-c.first : end-c.first]
}
