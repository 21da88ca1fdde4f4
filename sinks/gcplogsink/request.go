package gcplogsink

import (
	"context"
	"errors"
	"fmt"
	"slices"

	pb "cloud.google.com/go/logging/apiv2/loggingpb"
	"github.com/googleapis/gax-go/v2"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
)

// limits are what Cloud Logging takes (cloud.google.com/logging/quotas), in the smaller reading of KB and MB. The
// number of entries is the client's own; the service documents none.
type limits struct {
	entries      int // in a request
	requestBytes int
	entryBytes   int
}

var loggingLimits = limits{entries: 1000, requestBytes: 10_000_000, entryBytes: 256_000}

// request is what one WriteLogEntries call carries: entries in the wire format of protobuf, and the record of
// the batch that each one is.
type request struct {
	entries [][]byte
	indices []int
}

// empty is the request without entries.
func (s *Sink) empty() *pb.WriteLogEntriesRequest {
	return &pb.WriteLogEntriesRequest{LogName: s.log, PartialSuccess: true}
}

// fill returns the next request, from the record at next on, and the record that comes after it. Events over
// the limits are left out and noted.
func (a *attempt) fill(next int) (request, int) {
	l := &a.sink.limits
	var r request
	var buf []byte
	room := l.requestBytes - proto.Size(a.sink.empty())
	for ; next < len(a.batch) && len(r.entries) < l.entries; next++ {
		usual := 2*len(a.batch[next].JSON()) + entryOverhead
		if cap(buf)-len(buf) < usual {
			buf = make([]byte, 0, max(bufferBytes, usual))
		}
		entry, err := appendEntry(buf[len(buf):], a.batch[next], a.project)
		size := protowire.SizeTag(fieldEntries) + protowire.SizeBytes(len(entry))
		switch {
		case err != nil:
			a.setAside(next, fmt.Errorf("gcplogsink: the event cannot be read: %w", err))
			continue
		case len(entry) > l.entryBytes || len(r.entries) == 0 && size > room:
			a.setAside(next, errTooLarge)
			continue
		case size > room:
			return r, next
		}
		room -= size
		if len(buf)+len(entry) <= cap(buf) {
			buf = buf[:len(buf)+len(entry)] // it stands there unless it moved to memory of its own
		}
		r.entries, r.indices = append(r.entries, slices.Clip(entry)), append(r.indices, next)
	}
	return r, next
}

// bufferBytes is the size of the buffers that entries are written to, entryOverhead what an entry has beside its
// payload, which takes more room than the JSON.
const (
	bufferBytes   = 128 << 10
	entryOverhead = 2 << 10
)

var errTooLarge = errors.New("gcplogsink: the event is larger than an entry of Cloud Logging: send it to another sink")

// write writes a request. When the log refuses all of it, it writes the halves, so that only the entries at
// fault are left out and noted. Any other error, of the request or of an entry, ends it.
func (a *attempt) write(ctx context.Context, r request) error {
	if len(r.entries) == 0 {
		return nil
	}
	err := a.sink.call(ctx, r.entries)
	if err == nil {
		a.sink.taken.Store(true)
		for _, i := range r.indices {
			a.settle(i)
		}
		return nil
	}
	if failures := partial(err); len(failures) > 0 {
		return a.sift(r, err, len(failures), func(at int) error {
			if s, failed := failures[int32(at)]; failed {
				return entryError(s)
			}
			return nil
		})
	}
	if code(err) != codes.InvalidArgument {
		return err
	}
	if len(r.entries) == 1 {
		a.refuse(r.indices[0], err)
		return nil
	}
	half := len(r.entries) / 2
	if err := a.write(ctx, request{r.entries[:half], r.indices[:half]}); err != nil {
		return err
	}
	return a.write(ctx, request{r.entries[half:], r.indices[half:]})
}

// sift notes what became of the entries of a request of which some were written; fault is the error of one of
// them. It returns the first error that is no poison. An answer about entries that there are not is none.
func (a *attempt) sift(r request, whole error, failures int, fault func(at int) error) error {
	var errs []error
	for at := range r.indices {
		errs = append(errs, fault(at))
		if errs[at] != nil {
			failures--
		}
	}
	if failures != 0 {
		return fmt.Errorf("the answer is about other entries than were sent: %w", errors.New(whole.Error()))
	}
	var first error
	for at, index := range r.indices {
		switch err := errs[at]; {
		case err == nil:
			a.settle(index)
			a.sink.taken.Store(true)
		case code(err) == codes.InvalidArgument:
			a.refuse(index, err)
		case first == nil:
			first = err
		}
	}
	return first
}

// once turns off the retries that the client makes by itself.
var once = gax.WithRetry(func() gax.Retryer { return nil })

// call makes one WriteLogEntries call. The entries go as fields that the client need not know: it appends them
// to the request as they are, and to the server they are the entries.
func (s *Sink) call(ctx context.Context, entries [][]byte) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	size := 0
	for _, e := range entries {
		size += protowire.SizeTag(fieldEntries) + protowire.SizeBytes(len(e))
	}
	raw := make([]byte, 0, size)
	for _, e := range entries {
		raw = protowire.AppendTag(raw, fieldEntries, protowire.BytesType)
		raw = protowire.AppendBytes(raw, e)
	}
	r := s.empty()
	r.ProtoReflect().SetUnknown(raw)
	_, err := s.client.WriteLogEntries(ctx, r, once)
	return err
}
