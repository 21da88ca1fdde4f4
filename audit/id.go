package audit

import (
	"errors"
	"math/rand/v2"
	"strconv"
	"time"

	"github.com/daxis-io/arco-audit/internal/wire"
	"github.com/google/uuid"
)

// ID is the id of an event, a UUIDv7 (RFC 9562). The zero ID is none.
type ID struct{ b [16]byte }

// String returns the 36 characters of the UUID in lower case.
func (id ID) String() string { return string(wire.AppendUUID(nil, id.b)) }

// IsZero reports whether there is no id.
func (id ID) IsZero() bool { return id == ID{} }

// MarshalText encodes like String.
func (id ID) MarshalText() ([]byte, error) { return wire.AppendUUID(nil, id.b), nil }

// ParseID reads an id as String writes it.
func ParseID(s string) (ID, error) {
	b, err := parseUUID(s)
	if err != nil {
		return ID{}, errors.New("audit: event id is not a UUID: give the 36 characters of the id attribute")
	}
	return ID{b}, nil
}

// TrailID is the id of a trail, the events of one process life; a UUIDv7.
type TrailID struct{ b [16]byte }

// String returns the 36 characters of the UUID in lower case.
func (id TrailID) String() string { return string(wire.AppendUUID(nil, id.b)) }

// ParseTrailID reads a trail id as String writes it.
func ParseTrailID(s string) (TrailID, error) {
	b, err := parseUUID(s)
	if err != nil {
		return TrailID{}, errors.New("audit: trail id is not a UUID: give the 36 characters of the trail attribute")
	}
	return TrailID{b}, nil
}

// parseUUID takes the 36 character form only.
func parseUUID(s string) (uuid.UUID, error) {
	if len(s) != 36 {
		return uuid.Nil, errors.New("length")
	}
	return uuid.Parse(s)
}

// Sequence is the position of an event in its trail, from 0, without gaps.
type Sequence uint64

// String returns the 20 decimal digits of the wire form.
func (s Sequence) String() string {
	d := strconv.FormatUint(uint64(s), 10)
	return "00000000000000000000"[len(d):] + d
}

// newID makes a UUIDv7: 48 bits of milliseconds, 12 bits of the fraction of a millisecond (RFC 9562 section
// 6.2, method 3), 62 random bits. Uniqueness is all that is asked of the random bits.
func newID(now time.Time) (id [16]byte) {
	ms := uint64(now.UnixMilli())
	fraction := uint64(now.Nanosecond()%int(time.Millisecond)) << 12 / uint64(time.Millisecond)
	r := rand.Uint64()
	for i := range 6 {
		id[i] = byte(ms >> (40 - 8*i))
	}
	id[6], id[7] = 0x70|byte(fraction>>8), byte(fraction)
	for i := range 8 {
		id[8+i] = byte(r >> (56 - 8*i))
	}
	id[8] = id[8]&0x3f | 0x80
	return id
}
