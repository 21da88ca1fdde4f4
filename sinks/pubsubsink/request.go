package pubsubsink

import (
	"context"
	"fmt"

	pb "cloud.google.com/go/pubsub/v2/apiv1/pubsubpb"
	"github.com/googleapis/gax-go/v2"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/encoding/protowire"

	"github.com/daxis-io/arco-audit/internal/grpcfault"
)

// request is what one Publish call carries: messages, and the record of the batch that each one is.
type request struct {
	messages []message
	indices  []int
}

// fill returns the next request, from the record at next on, and the record that comes after it. All
// messages of a request have one ordering key (PubsubMessage.ordering_key). Events over the limits are left
// out and noted.
func (a *attempt) fill(next int) (request, int) {
	l := &a.sink.limits
	var r request
	var buf []byte
	room := l.requestBytes - protowire.SizeTag(1) - protowire.SizeBytes(len(a.sink.topic))
	for ; next < len(a.batch) && len(r.messages) < l.messages; next++ {
		event := a.batch[next].JSON()
		if cap(buf)-len(buf) < len(event)+messageOverhead {
			buf = make([]byte, 0, max(bufferBytes, len(event)+messageOverhead))
		}
		var m message
		var err error
		buf, m, err = l.appendMessage(buf, event, !a.sink.unordered)
		if err != nil {
			a.SetAside(next, err)
			continue
		}
		size := protowire.SizeTag(fieldMessages) + protowire.SizeBytes(len(m.bytes))
		if size > room && len(r.messages) == 0 {
			a.SetAside(next, errTooLarge)
			continue
		}
		if size > room || len(r.messages) > 0 && r.messages[0].key != m.key {
			break
		}
		room -= size
		r.messages, r.indices = append(r.messages, m), append(r.indices, next)
	}
	return r, next
}

// bufferBytes is the size of the buffers that messages are written to, messageOverhead what a message usually
// needs beyond its JSON at most. One that needs more moves to memory of its own.
const (
	bufferBytes     = 64 << 10
	messageOverhead = 256
)

// publish publishes a request. When the topic refuses it, it publishes the halves, so that only the messages
// at fault are left out and noted. Any other error ends it.
func (a *attempt) publish(ctx context.Context, r request) error {
	if len(r.messages) == 0 {
		return nil
	}
	err := a.sink.call(ctx, r.messages)
	switch {
	case err == nil:
		a.sink.taken.Store(true)
		for _, i := range r.indices {
			a.Settle(i)
		}
		return nil
	case grpcfault.Code(err) != codes.InvalidArgument:
		return err
	case len(r.messages) == 1:
		a.Refuse(r.indices[0], err)
		return nil
	}
	half := len(r.messages) / 2
	if err := a.publish(ctx, request{r.messages[:half], r.indices[:half]}); err != nil {
		return err
	}
	return a.publish(ctx, request{r.messages[half:], r.indices[half:]})
}

// once turns off the retries that the client makes by itself.
var once = gax.WithRetry(func() gax.Retryer { return nil })

// call makes one Publish call. The messages go as fields that the client need not know: it appends them to the
// request as they are, and to the server they are the messages.
func (s *Sink) call(ctx context.Context, messages []message) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	size := 0
	for _, m := range messages {
		size += protowire.SizeTag(fieldMessages) + protowire.SizeBytes(len(m.bytes))
	}
	raw := make([]byte, 0, size)
	for _, m := range messages {
		raw = protowire.AppendTag(raw, fieldMessages, protowire.BytesType)
		raw = protowire.AppendBytes(raw, m.bytes)
	}
	p := &pb.PublishRequest{Topic: s.topic}
	p.ProtoReflect().SetUnknown(raw)
	got, err := s.client.TopicAdminClient.Publish(ctx, p, once)
	if err != nil {
		return err
	}
	if len(got.GetMessageIds()) != len(messages) {
		return fmt.Errorf("the answer confirms %d of %d messages", len(got.GetMessageIds()), len(messages))
	}
	return nil
}
