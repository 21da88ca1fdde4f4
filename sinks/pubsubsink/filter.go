package pubsubsink

import (
	"errors"
	"fmt"
	"strings"

	"github.com/daxis-io/arco-audit/audit/auditread"
)

// maxFilterBytes bounds the filter of a subscription (Pub/Sub, "Filter messages from a subscription").
const maxFilterBytes = 256

// SubscriptionFilter returns the filter that makes a subscription receive what f chooses and nothing else; "" for
// one that chooses all. A filter is set when the subscription is created and cannot be changed. A subscription with
// one misses events on purpose: do not watch it with Gaps.
func SubscriptionFilter(f auditread.Filter) (string, error) {
	var clauses []string
	for _, list := range []struct {
		attribute string
		names     []string
	}{{"ce-action", f.Actions}, {"ce-outcome", f.Outcomes}, {"ce-tenant", f.Tenants}} {
		var terms []string
		for _, name := range list.names {
			switch {
			case name == "":
				terms = append(terms, "NOT attributes:"+list.attribute)
			case strings.ContainsFunc(name, func(c rune) bool { return c < ' ' || c > '~' || c == '"' || c == '\\' }):
				return "", errors.New("pubsubsink: a name has characters that a filter cannot quote: choose such events in the handler")
			default:
				terms = append(terms, "attributes."+list.attribute+` = "`+name+`"`)
			}
		}
		switch clause := strings.Join(terms, " OR "); len(terms) {
		case 0:
		case 1:
			clauses = append(clauses, clause)
		default:
			clauses = append(clauses, "("+clause+")")
		}
	}
	filter := strings.Join(clauses, " AND ")
	if len(filter) > maxFilterBytes {
		return "", fmt.Errorf("pubsubsink: the filter has %d bytes and Pub/Sub takes %d: choose fewer names, the rest in the handler", len(filter), maxFilterBytes)
	}
	return filter, nil
}
