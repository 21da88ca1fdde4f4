package pubsubsink

import (
	"context"
	"errors"
	"regexp"
	"sync/atomic"

	"cloud.google.com/go/pubsub/v2"

	"github.com/daxis-io/arco-audit/audit"
)

// Sink publishes events to one topic. Make it with New. It is safe for concurrent use and holds nothing
// between batches.
type Sink struct {
	client    *pubsub.Client
	topic     string
	unordered bool
	limits    limits
	taken     *atomic.Bool // the topic has taken a message
}

// New returns a sink that publishes to the topic "projects/{project}/topics/{topic}". The client stays the
// caller's, who closes it after the trail. A topic that has no such name, or a nil client, makes Deliver
// return audit.Down.
func New(client *pubsub.Client, topic string) *Sink {
	return &Sink{client: client, topic: topic, limits: pubsubLimits, taken: new(atomic.Bool)}
}

// Unordered returns the sink without ordering keys: subscribers get the events in any order, and a process may
// publish more than 1 MB/s.
func (s *Sink) Unordered() *Sink {
	c := *s
	c.unordered = true
	return &c
}

// topicName is the grammar of a topic's full name (Pub/Sub, "Guidelines to name a topic").
var topicName = regexp.MustCompile(`^projects/[a-z0-9.:-]{1,100}/topics/[A-Za-z][A-Za-z0-9._~+%-]{2,254}$`)

func (s *Sink) usable() error {
	switch {
	case s.client == nil || s.client.TopicAdminClient == nil:
		return errors.New("pubsubsink: the client is nil: give New a *pubsub.Client")
	case !topicName.MatchString(s.topic):
		return errors.New(`pubsubsink: the topic is no full name: give New "projects/{project}/topics/{topic}"`)
	}
	return nil
}

// Deliver publishes the batch in the order in which it stands. It returns once every message is confirmed or
// one request has failed; an error names the records that are not confirmed. The end of ctx ends the request.
func (s *Sink) Deliver(ctx context.Context, batch []audit.Record) error {
	if err := s.usable(); err != nil {
		return audit.Down(err)
	}
	a := attempt{sink: s, batch: batch}
	for next := 0; next < len(batch); {
		var r request
		r, next = a.fill(next)
		if err := a.publish(ctx, r); err != nil {
			return a.end(err)
		}
	}
	return a.end(nil)
}
