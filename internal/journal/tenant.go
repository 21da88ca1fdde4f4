package journal

import "github.com/daxis-io/arco-audit/internal/owner"

// bucketCount is how finely undelivered bytes are told apart by age; tenants get room back a bucket at a time.
const bucketCount = 4096

// tenantUse counts the undelivered bytes of one tenant, by bucket, oldest first.
type tenantUse struct {
	owner   owner.ID
	total   int64
	buckets []bucketUse
	batch   uint64 // the batch that inBatch counts for
	inBatch int
	inRun   int // bytes of the run that is being counted
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
	tenants    map[owner.ID]*tenantUse
	buckets    []bucket // oldest first; the last one is open
	first      uint64   // number of buckets[0]
	bucketSize int64

	undelivered int64          // most that one tenant may have undelivered
	most        int64          // no tenant has more
	queued      int64          // and in one batch, when batches are full
	recent      [64]*tenantUse // of the tenants that had records lately
	inRun       []*tenantUse   // scratch space
}

func newShares(share float64, ceiling int64, pending int) shares {
	return shares{
		tenants:     make(map[owner.ID]*tenantUse),
		bucketSize:  min(max(ceiling/bucketCount, 4<<10), 1<<20),
		undelivered: int64(share * float64(ceiling)),
		queued:      int64(share * float64(pending)),
	}
}

// use returns the counters of a tenant. They live as long as it has undelivered bytes.
func (s *shares) use(o owner.ID) *tenantUse {
	if t := *s.place(o); t != nil && t.owner == o {
		return t
	}
	return s.find(o)
}

// place is where the counters of a tenant are when it had records lately, and so may another's be.
func (s *shares) place(o owner.ID) **tenantUse { return &s.recent[o>>1%owner.ID(len(s.recent))] }

// find is use for a tenant that had none.
func (s *shares) find(o owner.ID) *tenantUse {
	t := s.tenants[o]
	if t == nil {
		t = &tenantUse{owner: o}
	}
	*s.place(o) = t
	return t
}

// keep has the counters of a tenant that is about to have undelivered bytes found again.
func (s *shares) keep(t *tenantUse) {
	if t.total == 0 {
		s.tenants[t.owner] = t
	}
}

// add counts n bytes of records, the last of which has sequence seq, and belongs to batch number batch.
func (s *shares) add(t *tenantUse, n int, seq, batch uint64) {
	s.keep(t)
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
	s.most = max(s.most, t.total)
	if t.batch != batch {
		t.batch, t.inBatch = batch, 0
	}
	t.inBatch += n
}

// addAll counts the records of a run, the last of which has sequence seq, tenant by tenant.
func (s *shares) addAll(list []counted, seq, batch uint64) {
	use := (*tenantUse)(nil)
	for _, c := range list {
		if c.owner == owner.None {
			continue
		}
		if use == nil || use.owner != c.owner {
			use = s.use(c.owner)
		}
		if use.inRun == 0 {
			s.keep(use)
			s.inRun = append(s.inRun, use)
		}
		use.inRun += c.bytes
	}
	for _, use := range s.inRun {
		s.add(use, use.inRun, seq, batch)
		use.inRun = 0
	}
	clear(s.inRun)
	s.inRun = s.inRun[:0]
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
	s.most = 0
	for _, t := range s.tenants {
		s.most = max(s.most, t.total)
	}
}

func (s *shares) giveBack(t *tenantUse, number uint64) {
	if len(t.buckets) == 0 || t.buckets[0].bucket != number {
		return
	}
	t.total -= t.buckets[0].bytes
	t.buckets = t.buckets[:copy(t.buckets, t.buckets[1:])]
	if t.total == 0 {
		delete(s.tenants, t.owner)
	}
}
