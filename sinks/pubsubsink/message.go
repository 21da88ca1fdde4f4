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
	start, count, key := len(dst), 0, ""
	var fault error
	attribute := func(prefix, name, value string) {
		if n := len(prefix) + len(name); n > l.keyBytes && fault == nil {
			fault = fmt.Errorf("pubsubsink: the name of an attribute has %d bytes and Pub/Sub takes %d: send the event to another sink", n, l.keyBytes)
		}
		if n := len(value); n > l.valueBytes && fault == nil {
			fault = fmt.Errorf("pubsubsink: the attribute %s%s has %d bytes and Pub/Sub takes %d: shorten the name that it holds", prefix, name, n, l.valueBytes)
		}
		count++
		dst = appendAttribute(dst, prefix, name, value)
	}
	data, err := auditread.Attributes(event, func(name, text string) {
		switch name {
		case "datacontenttype":
			attribute("", "content-type", text)
			attribute("", "Content-Type", text)
			return
		case "partitionkey":
			key = text
		}
		attribute("ce-", name, text)
	})
	if err != nil {
		return dst[:start], message{}, fmt.Errorf("pubsubsink: the event cannot be read: %w", err)
	}
	if count > l.attributes && fault == nil {
		fault = fmt.Errorf("pubsubsink: the event has %d attributes and Pub/Sub takes %d: send it to another sink", count, l.attributes)
	}
	if fault != nil {
		return dst[:start], message{}, fault
	}
	dst = appendText(dst, fieldData, data)
	if !ordered {
		key = ""
	}
	if key != "" {
		dst = appendText(dst, fieldOrderingKey, key)
	}
	return dst, message{bytes: dst[start:len(dst):len(dst)], key: key}, nil
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
