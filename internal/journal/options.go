package journal

import (
	"fmt"
	"strings"
	"time"

	"github.com/daxis-io/arco-audit/internal/journal/vfs"
)

// Options configures a journal. Dir and Trail are required; zero fields mean the documented default.
type Options struct {
	FS           vfs.FS        // nil: the operating system
	Dir          string        // shared by the trails of a service
	Trail        string        // lower-case UUID of this process life
	SegmentBytes int64         // 64 MiB; the first segments of a trail are smaller
	SyncEvery    time.Duration // 50 ms: when records nobody waits for are synced
	CursorEvery  time.Duration // 1 s: when cursors are synced and segments retired
	Reserve      int64         // 1 MiB kept for the end of intents and for KindSystem on a full disk
	Keep         Keep
	TenantShare  float64 // 0.5: most of Keep.Bytes and PendingBytes that one tenant may hold undelivered
	MaxPayload   int     // 64 KiB
	PendingBytes int     // 8 MiB not yet durable; appends wait above it
	TailBytes    int     // 8 MiB of newest records kept in memory for routes
	// Synced is told of the new synced mark whenever it has moved, by one goroutine at a time, without a lock held.
	// It must not block. It may be nil.
	Synced func(next uint64)
	// Wanted, which may be nil, returns the sequence from which on the owner wants records kept though they are
	// delivered, at most synced. It is called without a lock held and must not block.
	Wanted func(synced uint64) uint64
}

// Keep says how long delivered segments stay and how much room the trail may take.
type Keep struct {
	Age   time.Duration // delivered segments stay this long, if Bytes permits
	Bytes int64         // 4 GiB: ceiling for all segments; undelivered required ones are never removed for it
}

func (o *Options) normalise() error {
	if o.FS == nil {
		o.FS = vfs.OS{}
	}
	o.SegmentBytes = orDefault(o.SegmentBytes, 64<<20)
	o.SyncEvery = orDefault(o.SyncEvery, 50*time.Millisecond)
	o.CursorEvery = orDefault(o.CursorEvery, time.Second)
	o.Reserve = orDefault(o.Reserve, 1<<20)
	o.Keep.Bytes = orDefault(o.Keep.Bytes, 4<<30)
	o.TenantShare = orDefault(o.TenantShare, 0.5)
	o.MaxPayload = orDefault(o.MaxPayload, 64<<10)
	o.PendingBytes = orDefault(o.PendingBytes, 8<<20)
	o.TailBytes = orDefault(o.TailBytes, 8<<20)
	frame := int64(o.MaxPayload + frameHeaderSize)
	switch {
	case o.Dir == "":
		return fmt.Errorf("%w: Dir is empty", ErrInvalid)
	case !validTrail(o.Trail):
		return fmt.Errorf("%w: Trail must be a lower-case UUID", ErrInvalid)
	case o.MaxPayload > maxLength:
		return fmt.Errorf("%w: MaxPayload must be at most %d", ErrInvalid, maxLength)
	case o.SegmentBytes < headerSize+3*frame:
		return fmt.Errorf("%w: SegmentBytes must hold 3 records of MaxPayload", ErrInvalid)
	case o.Reserve < headerSize+2*frame:
		return fmt.Errorf("%w: Reserve must hold 2 records of MaxPayload", ErrInvalid)
	case o.Keep.Bytes < 2*o.SegmentBytes+o.Reserve:
		return fmt.Errorf("%w: Keep.Bytes must hold 2 segments and the reserve", ErrInvalid)
	case o.TenantShare < 0 || o.TenantShare > 1:
		return fmt.Errorf("%w: TenantShare must be between 0 and 1", ErrInvalid)
	}
	return nil
}

func orDefault[T comparable](v, fallback T) T {
	var zero T
	if v == zero {
		return fallback
	}
	return v
}

func validTrail(s string) bool {
	return len(s) == 36 && strings.Trim(s, "0123456789abcdef-") == ""
}
