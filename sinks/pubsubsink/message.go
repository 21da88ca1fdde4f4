package pubsubsink

import (
	"errors"
	"fmt"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/daxis-io/arco-audit/audit/auditread"
)

// limits are what Pub/Sub takes (cloud.google.com/pubsub/quotas, "Resource limits"). Its server in process
// does not enforce those of attributes.
type limits struct {
	messages     int // in a request
	requestBytes int // in a request, and so in a message
	attributes   int // in a message
	keyBytes     int
	valueBytes   int
}

var pubsubLimits = limits{messages: 1000, requestBytes: 10_000_000, attributes: 100, keyBytes: 256, valueBytes: 1024}

// Fields of google.pubsub.v1.PublishRequest, of PubsubMessage and of an entry of its attributes.
const (
	fieldMessages = 2

	fieldData        = 1
	fieldAttributes  = 2
	fieldOrderingKey = 5

	fieldKey   = 1
	fieldValue = 2
)

// message is an event in the wire format of protobuf. Written straight from the JSON it costs a fraction of what
// a PubsubMessage does, whose attributes are a map that is filled, walked to be measured and walked to be
// marshalled.
type message struct {
	bytes []byte // a PubsubMessage
	key   string // its ordering key
}

// appendMessage appends the event to dst, or returns an error when Pub/Sub would not take it.
func (l *limits) appendMessage(dst []byte, event string, ordered bool) ([]byte, message, error) {
	w := messageWriter{limits: l, bytes: dst}
	data, err := auditread.Attributes(event, w.context)
	switch {
	case err != nil:
		return dst, message{}, fmt.Errorf("pubsubsink: the event cannot be read: %w", err)
	case w.fault != nil:
		return dst, message{}, w.fault
	case w.attributes > l.attributes:
		return dst, message{}, fmt.Errorf("pubsubsink: the event has %d attributes and Pub/Sub takes %d: send it to another sink", w.attributes, l.attributes)
	}
	w.bytes = appendText(w.bytes, fieldData, data)
	if !ordered {
		w.key = ""
	}
	if w.key != "" {
		w.bytes = appendText(w.bytes, fieldOrderingKey, w.key)
	}
	end := len(w.bytes)
	return w.bytes, message{bytes: w.bytes[len(dst):end:end], key: w.key}, nil
}

// messageWriter writes the attributes of one message.
type messageWriter struct {
	limits     *limits
	bytes      []byte
	attributes int
	key        string // the partition key
	fault      error  // the first limit that is exceeded
}

// context writes a context attribute of the event.
func (w *messageWriter) context(name, text string) {
	if name == "datacontenttype" {
		w.attribute("", "content-type", text)
		w.attribute("", "Content-Type", text)
		return
	}
	if name == "partitionkey" {
		w.key = text
	}
	w.attribute("ce-", name, text)
}

func (w *messageWriter) attribute(prefix, name, value string) {
	w.attributes++
	switch key := len(prefix) + len(name); {
	case w.fault != nil:
	case key > w.limits.keyBytes:
		w.fault = fmt.Errorf("pubsubsink: the name of an attribute has %d bytes and Pub/Sub takes %d: send the event to another sink", key, w.limits.keyBytes)
	case len(value) > w.limits.valueBytes:
		w.fault = fmt.Errorf("pubsubsink: the attribute %s%s has %d bytes and Pub/Sub takes %d: shorten the name that it holds", prefix, name, len(value), w.limits.valueBytes)
	default:
		w.bytes = appendAttribute(w.bytes, prefix, name, value)
	}
}

func appendAttribute(dst []byte, prefix, name, value string) []byte {
	keySize := protowire.SizeTag(fieldKey) + protowire.SizeBytes(len(prefix)+len(name))
	size := keySize + protowire.SizeTag(fieldValue) + protowire.SizeBytes(len(value))
	dst = protowire.AppendTag(dst, fieldAttributes, protowire.BytesType)
	dst = protowire.AppendVarint(dst, uint64(size))
	dst = protowire.AppendTag(dst, fieldKey, protowire.BytesType)
	dst = protowire.AppendVarint(dst, uint64(len(prefix)+len(name)))
	dst = append(dst, prefix...)
	dst = append(dst, name...)
	return appendText(dst, fieldValue, value)
}

func appendText(dst []byte, field protowire.Number, text string) []byte {
	dst = protowire.AppendTag(dst, field, protowire.BytesType)
	return protowire.AppendString(dst, text)
}

var errTooLarge = errors.New("pubsubsink: the event is larger than a Pub/Sub request: send it to another sink")
