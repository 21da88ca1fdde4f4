package auditread

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/daxis-io/arco-audit/internal/wire"
)

// Assemble puts an event of the binary content mode of CloudEvents together: one object of its context
// attributes, sorted, and data as it stands. Every attribute whose name begins with prefix ("ce-" in Pub/Sub, HTTP
// and NATS, "ce_" in Kafka) is one; content-type, in any case, becomes datacontenttype; others are left out. With
// what a sink of this module wrote, the result is the canonical JSON. An error names what is wrong, never a value.
func Assemble[T ~string | ~[]byte](attributes map[string]string, prefix string, data T) (string, error) {
	if len(data) == 0 || data[0] != '{' {
		return "", errors.New("auditread: data is no object: the message is no audit event in binary mode")
	}
	var room [32]pair
	list := append(room[:0], pair{name: "data"})
	size := len(data)
	for key, value := range attributes {
		name, found := strings.CutPrefix(key, prefix)
		switch {
		case !found && isContentType(key):
			name = contentType
		case !found:
			continue
		case name == "data" || name == contentType:
			return "", errors.New("auditread: data or datacontenttype stands among the attributes: it has a place of its own in binary mode")
		}
		if name == contentType {
			other := slices.IndexFunc(list, func(p pair) bool { return p.name == contentType })
			if other >= 0 && list[other].value == value {
				continue // one media type in two spellings
			} else if other >= 0 {
				return "", errors.New("auditread: two spellings of content-type disagree: the message was damaged or made by hand")
			}
		}
		size += len(name) + len(value) + len(`"":"",`)
		list = append(list, pair{name, value})
	}
	slices.SortFunc(list, func(a, b pair) int { return compareUTF16(a.name, b.name) })
	event, at := assembled(list, size, data)
	if err := wire.Members(event[at:at+len(data)], func(string, string) bool { return true }); err != nil {
		return "", fmt.Errorf("auditread: data: %s", problem(err))
	}
	return event, nil
}

// contentType is the attribute whose text stands under content-type in binary mode.
const contentType = "datacontenttype"

func isContentType(key string) bool {
	return len(key) == len("content-type") && strings.EqualFold(key, "content-type")
}

// assembled writes the object and returns where data stands in it; data is JSON, all else text.
func assembled[T ~string | ~[]byte](list []pair, size int, data T) (event string, at int) {
	buf := scratch.Get().(*[]byte)
	defer scratch.Put(buf)
	dst := append(slices.Grow((*buf)[:0], size+2), '{')
	for i, p := range list {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(wire.AppendString(dst, p.name), ':')
		if p.name == "data" {
			at = len(dst)
			dst = append(dst, data...)
		} else {
			dst = wire.AppendString(dst, p.value)
		}
	}
	dst = append(dst, '}')
	*buf = dst
	return string(dst), at
}
