package auditread

import (
	"crypto/sha256"
	"errors"
	"sync"
)

// Sighting is what Dedupe says of an entry.
type Sighting uint8

const (
	// Fresh entries were not marked within the window.
	Fresh Sighting = iota
	// Copy says that the same event was marked: drop this one.
	Copy
	// Conflict says that another event was marked under this source and id. A sender never writes that: keep
	// this one apart and find out which of the two is genuine.
	Conflict
)

// String returns "fresh", "copy" or "conflict".
func (s Sighting) String() string {
	return [...]string{"fresh", "copy", "conflict"}[min(s, Conflict)]
}

// DedupeConfig are the bounds of a Dedupe. Zero fields are the defaults.
type DedupeConfig struct {
	// Window is how many events are remembered, the last ones that were marked; 100,000 when zero.
	Window int
	// Store, when given, keeps the window over restarts; an *os.File opened for reading and writing is one. It
	// has 40 bytes an event of the window, and belongs to this Dedupe alone. One that was written with another
	// window may forget events early.
	Store Store
}

// Dedupe remembers the events that were handled lately by CloudEvents source and id, so that copies are handled
// once. Mark an event after it was handled, never before: what is marked and then lost is lost for good. It is
// safe for concurrent use. A stub, which stands for an event that a destination refused, is a copy of that event; an event
// that comes after its stub is fresh, since it says more. Two entries of one event that are in work at the same
// time are both Fresh.
type Dedupe struct {
	mu    sync.Mutex
	seen  map[dedupeKey]dedupeDigest
	ring  []dedupeKey
	next  uint64 // how many were marked in all
	store Store
	slot  [slotBytes]byte
}

// dedupeKey is the start of a SHA-256 over source and id, dedupeDigest of the leaf hash. The zero digest is of
// an event that cannot be rebuilt.
type (
	dedupeKey    [16]byte
	dedupeDigest [8]byte
)

// NewDedupe returns a Dedupe that remembers what the store holds. The error is the store's.
func NewDedupe(c DedupeConfig) (*Dedupe, error) {
	if c.Window <= 0 {
		c.Window = 100_000
	}
	d := &Dedupe{seen: make(map[dedupeKey]dedupeDigest), ring: make([]dedupeKey, c.Window)}
	if c.Store == nil {
		return d, nil
	}
	slots, err := readSlots(c.Store)
	if err != nil {
		return nil, err
	}
	for _, s := range slots {
		if s.number+uint64(c.Window) <= slots[len(slots)-1].number {
			continue // left from a larger window
		}
		d.next = s.number
		d.remember(s.key, s.digest)
	}
	d.store = c.Store
	return d, nil
}

// Seen says whether e, or another event under its source and id, was marked within the window.
func (d *Dedupe) Seen(e Entry) Sighting {
	i := identify(e)
	d.mu.Lock()
	defer d.mu.Unlock()
	before, found := d.seen[i.event]
	stub, replaced := d.seen[i.stub]
	switch {
	case found && differ(before, i.digest), replaced && differ(stub, i.digest):
		return Conflict
	case found, replaced && i.isStub:
		return Copy
	}
	return Fresh
}

// Mark remembers e. The oldest event is forgotten when the window is full. An error is the store's; e is
// remembered until the process ends all the same. The store is not synced: after a loss of power the last marks
// may be missing, and their events come a second time.
func (d *Dedupe) Mark(e Entry) error {
	i := identify(e)
	key, digest := i.event, i.digest
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, found := d.seen[key]; found {
		return nil
	}
	if i.isStub {
		if key = i.stub; d.seen[key] != (dedupeDigest{}) {
			return nil
		}
	}
	number := d.next
	d.remember(key, digest)
	if d.store == nil {
		return nil
	}
	slot{number, key, digest}.put(&d.slot)
	if _, err := d.store.WriteAt(d.slot[:], int64(number%uint64(len(d.ring)))*slotBytes); err != nil {
		return errors.Join(errors.New("auditread: the store of Dedupe takes no more: look at its disk"), err)
	}
	return nil
}

// remember takes the place of the oldest. d.mu is held.
func (d *Dedupe) remember(key dedupeKey, digest dedupeDigest) {
	at := d.next % uint64(len(d.ring))
	delete(d.seen, d.ring[at]) // the zero key is never in it
	d.ring[at] = key
	d.seen[key] = digest
	d.next++
}

// identity is what an event is remembered by: its key, that of its stub, and the digest that both have.
type identity struct {
	event, stub dedupeKey
	digest      dedupeDigest
	isStub      bool
}

func identify(e Entry) (i identity) {
	buf := scratch.Get().(*[]byte)
	defer scratch.Put(buf)
	*buf = append(append(append((*buf)[:0], e.Source...), 0), e.ID.String()...)
	sum := sha256.Sum256(*buf)
	i.event, i.stub = dedupeKey(sum[:16]), dedupeKey(sum[16:])
	if leaf, ok := e.StubOf(); ok {
		i.digest, i.isStub = dedupeDigest(leaf[:8]), true
	} else if leaf, err := e.Leaf(); err == nil {
		i.digest = dedupeDigest(leaf[:8])
	}
	return i
}

// differ reports whether two digests are of different events; of one that is zero nothing is known.
func differ(a, b dedupeDigest) bool {
	return a != b && a != (dedupeDigest{}) && b != (dedupeDigest{})
}
