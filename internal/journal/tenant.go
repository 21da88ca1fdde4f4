package journal

// bucketCount is how finely undelivered bytes are told apart by age; tenants get room back a bucket at a time.
const bucketCount = 4096

// tenantUse counts the undelivered bytes of one tenant, by bucket, oldest first.
type tenantUse struct {
	name    string
	total   int64
	buckets []bucketUse
	batch   uint64 // the batch that inBatch counts for
	inBatch int
}

type bucketUse struct {
	bucket uint64
	bytes  int64
}

// bucket is a stretch of the log; end is the sequence after its last record.
type bucket struct {
	end     uint64
	bytes   int64
	tenants []*tenantUse
}

// shares keeps one tenant from taking the room of all. Memory is bounded by tenants with undelivered records and
// by bucketCount. The journal's lock guards it.
type shares struct {
	tenants    map[string]*tenantUse
	buckets    []bucket // oldest first; the last one is open
	first      uint64   // number of buckets[0]
	bucketSize int64

	undelivered int64          // most that one tenant may have undelivered
	queued      int64          // and in one batch, when batches are full
	recent      [16]*tenantUse // of the tenants that had records lately, by a hash of the name
}

func newShares(share float64, ceiling int64, pending int) shares {
	return shares{
		tenants:     make(map[string]*tenantUse),
		bucketSize:  min(max(ceiling/bucketCount, 4<<10), 1<<20),
		undelivered: int64(share * float64(ceiling)),
		queued:      int64(share * float64(pending)),
	}
}

// use returns the counters of a tenant, which has a name. They live as long as it has undelivered bytes.
func (s *shares) use(name string) *tenantUse {
	at := &s.recent[(uint(len(name))+3*uint(name[0])+uint(name[len(name)-1]))%uint(len(s.recent))]
	if *at != nil && (*at).name == name {
		return *at
	}
	t := s.tenants[name]
	if t == nil {
		t = &tenantUse{name: name}
	}
	*at = t
	return t
}

// add counts n bytes of the record with sequence seq, which belongs to batch number batch.
func (s *shares) add(t *tenantUse, n int, seq, batch uint64) {
	if t.total == 0 {
		s.tenants[t.name] = t
	}
	if len(s.buckets) == 0 || s.buckets[len(s.buckets)-1].bytes >= s.bucketSize {
		s.buckets = append(s.buckets, bucket{})
	}
	open := &s.buckets[len(s.buckets)-1]
	number := s.first + uint64(len(s.buckets)-1)
	open.end = seq + 1
	open.bytes += int64(n)
	if len(t.buckets) == 0 || t.buckets[len(t.buckets)-1].bucket != number {
		t.buckets = append(t.buckets, bucketUse{bucket: number})
		open.tenants = append(open.tenants, t)
	}
	t.buckets[len(t.buckets)-1].bytes += int64(n)
	t.total += int64(n)
	if t.batch != batch {
		t.batch, t.inBatch = batch, 0
	}
	t.inBatch += n
}

// release gives back the room of everything below seq, to the granularity of a bucket.
func (s *shares) release(seq uint64) {
	n := 0
	for n < len(s.buckets) && s.buckets[n].end <= seq {
		number := s.first + uint64(n)
		for _, t := range s.buckets[n].tenants {
			s.giveBack(t, number)
		}
		n++
	}
	if n == 0 {
		return
	}
	kept := copy(s.buckets, s.buckets[n:])
	clear(s.buckets[kept:])
	s.buckets = s.buckets[:kept]
	s.first += uint64(n)
}

func (s *shares) giveBack(t *tenantUse, number uint64) {
	if len(t.buckets) == 0 || t.buckets[0].bucket != number {
		return
	}
	t.total -= t.buckets[0].bytes
	t.buckets = t.buckets[:copy(t.buckets, t.buckets[1:])]
	if t.total == 0 {
		delete(s.tenants, t.name)
	}
}
