package pubsubsink

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"

	"cloud.google.com/go/pubsub/v2"
	pb "cloud.google.com/go/pubsub/v2/apiv1/pubsubpb"
)

// Reason says why a message will never be handled.
type Reason string

// The reasons.
const (
	Undecodable Reason = "undecodable" // it is no audit event, or a damaged one
	Unverified  Reason = "unverified"  // ReceiveConfig.Verify returned an error
	Conflicting Reason = "conflicting" // another event was handled under its source and id
	Rejected    Reason = "rejected"    // the handler returned an error of Reject
	Panicked    Reason = "panicked"    // the handler panicked
)

// Letter is a message that will never be handled, as it came, and why.
type Letter struct {
	MessageID   string
	Attributes  map[string]string
	Data        []byte
	OrderingKey string
	Reason      Reason
	Err         error
}

// Attributes that DeadLetterTopic adds to those of the message.
const (
	AttributeReason    = "audit-dead-reason"     // Reason
	AttributeError     = "audit-dead-error"      // text of Letter.Err, its first 1,024 bytes
	AttributeMessageID = "audit-dead-message-id" // Letter.MessageID
)

// DeadLetterTopic returns a ReceiveConfig.DeadLetter that publishes letters to the topic
// "projects/{project}/topics/{topic}": the message as it came, with the attributes above. A message whose own
// attributes leave no room for them is an error. The error text of a handler is published too: it should not hold
// what the event does not.
func DeadLetterTopic(client *pubsub.Client, topic string) func(ctx context.Context, l Letter) error {
	sink := New(client, topic)
	return func(ctx context.Context, l Letter) error {
		if err := sink.usable(); err != nil {
			return err
		}
		attributes := maps.Clone(l.Attributes)
		if attributes == nil {
			attributes = map[string]string{}
		}
		attributes[AttributeReason] = string(l.Reason)
		attributes[AttributeMessageID] = l.MessageID
		if l.Err != nil {
			attributes[AttributeError] = head(l.Err.Error(), pubsubLimits.valueBytes)
		}
		if len(attributes) > pubsubLimits.attributes {
			return errors.New("pubsubsink: the message has no room for the attributes of a dead letter: give the subscription a dead-letter policy")
		}
		m := &pb.PubsubMessage{Data: l.Data, Attributes: attributes}
		_, err := client.TopicAdminClient.Publish(ctx, &pb.PublishRequest{Topic: topic, Messages: []*pb.PubsubMessage{m}})
		if err != nil {
			return fmt.Errorf("pubsubsink: the dead-letter topic does not take the message: create it, and grant roles/pubsub.publisher on it: %w", err)
		}
		return nil
	}
}

// head is the start of a text, at most so many bytes and whole characters.
func head(s string, size int) string {
	return strings.ToValidUTF8(s[:min(len(s), size)], "")
}
