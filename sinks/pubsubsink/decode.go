package pubsubsink

import (
	"strings"

	"github.com/daxis-io/arco-audit/audit/auditread"
)

// structuredType begins the media type of a message in the structured content mode (CloudEvents HTTP and Pub/Sub
// bindings, "Structured Content Mode").
const structuredType = "application/cloudevents+json"

// Decode reads the event of a Pub/Sub message, of either content mode of CloudEvents; it is for push subscriptions
// and pulls of one's own, Receive does it by itself. Of binary mode, Entry.JSON is the canonical JSON; of structured
// mode, it is data as it came, and Entry.Canonical rebuilds it. The error names what is wrong, never a value.
func Decode(attributes map[string]string, data []byte) (auditread.Entry, error) {
	if isStructured(attributes) {
		return auditread.Decode(string(data))
	}
	return auditread.DecodeBinary(attributes, "ce-", data)
}

// isStructured reports whether the event is whole in data. A relay that has no attributes to give is one too.
func isStructured(attributes map[string]string) bool {
	if _, binary := attributes["ce-specversion"]; !binary {
		return true
	}
	lower, l := attributes["content-type"]
	title, t := attributes["Content-Type"]
	if l || t {
		return namesStructured(lower) || namesStructured(title)
	}
	for key, value := range attributes {
		if strings.EqualFold(key, "content-type") && namesStructured(value) {
			return true
		}
	}
	return false
}

func namesStructured(media string) bool {
	return len(media) >= len(structuredType) && strings.EqualFold(media[:len(structuredType)], structuredType)
}
