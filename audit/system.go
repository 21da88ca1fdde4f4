package audit

import (
	"slices"
	"strings"

	"github.com/daxis-io/arco-audit/internal/wire"
)

// systemEvent is what an event about the trail itself carries.
type systemEvent struct {
	about  string // the trail or route it is about
	detail []member
	// errorMarks say what was withheld from the detail "error".
	errorMarks marks
}

type member struct{ key, value string }

func (s *systemEvent) append(dst []byte) []byte {
	o := wire.Begin(dst)
	for _, m := range s.detail {
		o.String(m.key, m.value)
	}
	return o.End()
}

// newSystemEvent returns an event of one of the trail's own actions. Values come from this package or went
// through a door.
func newSystemEvent(a Action, reason, about string, detail ...member) Event {
	slices.SortFunc(detail, func(a, b member) int { return strings.Compare(a.key, b.key) })
	return Event{action: a, reason: reason, system: &systemEvent{about: about, detail: detail}}
}

func (t *Trail) opened() Event {
	var names, required []string
	for _, r := range t.config.Routes {
		names = append(names, r.Name)
		if r.Required {
			required = append(required, r.Name)
		}
	}
	return newSystemEvent(ActionTrailOpened, "opened", t.trailText,
		member{"acknowledgement", "routes"},
		member{"keyIds", strings.Join(t.keys.IDs(), ",")},
		member{"requiredRoutes", strings.Join(required, ",")},
		member{"routes", strings.Join(names, ",")},
		member{"store", "memory"})
}

func (t *Trail) closed() Event {
	return newSystemEvent(ActionTrailClosed, "closed", t.trailText)
}
