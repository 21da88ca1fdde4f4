package audit

import (
	"context"
	"time"

	"github.com/daxis-io/arco-audit/internal/delivery"
)

// Sink takes records to one destination.
//
// Rules for Deliver:
//   - It is called by one goroutine at a time per route, with records in sequence; never concurrently with
//     itself unless the sink is used in several routes.
//   - nil means that the destination has every record of the batch, as durably as it ever will.
//   - An error that is none of Failed, Poison, Throttled or Down means that none of the batch is known to be
//     delivered; all of it comes again, with the same ids, times and sequences. Destinations de-duplicate by
//     Record.ID.
//   - It returns soon after ctx ends. One that does not stalls its own route, nothing else.
//   - The slice is the sink's until Deliver returns; records may be kept, they never change.
//   - A panic counts as a plain error, unless it comes again and again before the deadline: then parts of the batch come,
//     and the record that makes the sink panic alone is treated as Poison says. A stub that does so too comes again until
//     the sink is repaired.
//   - It does not wait for its own trail: Flush, Close, and Emit of a critical event would wait for it.
//
// A sink that implements io.Closer is closed when its route has ended, the last one when it is in several, unless
// it hangs. One that implements Restamper says which times its destination takes.
// sinks/sinktest checks these rules.
type Sink interface {
	Deliver(ctx context.Context, batch []Record) error
}

// SinkFunc is a function as a Sink.
type SinkFunc func(ctx context.Context, batch []Record) error

// Deliver calls f.
func (f SinkFunc) Deliver(ctx context.Context, batch []Record) error { return f(ctx, batch) }

// Failed says that the records at these indices of the batch were not delivered, because of err, and should
// come again; all others were delivered. Without indices it is about the whole batch.
func Failed(err error, indices ...int) error {
	return &delivery.Fault{Err: err, Indices: indices}
}

// Poison says that the destination will never take the records at these indices of the batch, because of
// err. They are kept with the reason, with Config.Dir in its dead-letters directory, with Config.Volatile in
// Config.LastResort, and reported by an EVENT_QUARANTINED event. Then a stub comes in the place of each: same id,
// time, trail, sequence, action, outcome and tenant, the reason "quarantined", in details the "kind" of it, and as the
// resource "leaf/" and the SHA-256 leaf hash of the record (RFC 6962) in hexadecimal. A stub that is poison too is
// counted and passed over. Without indices parts of the batch come again, so that only the records at fault are set
// aside.
func Poison(err error, indices ...int) error {
	return &delivery.Fault{Err: err, Indices: indices, Poison: true}
}

// Throttled says that the destination wants no more before after has passed. Join it with Failed when part
// of the batch was delivered.
func Throttled(after time.Duration, err error) error {
	return &delivery.Fault{Err: err, After: after, Throttled: true}
}

// Down says that the destination cannot be used at all for now, whatever the records: revoked credentials,
// a missing topic. The route looks again slowly.
func Down(err error) error {
	return &delivery.Fault{Err: err, Down: true}
}
