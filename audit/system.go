package audit

import (
	"runtime/debug"
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
	// body writes the details in place of detail; nil for most.
	body func(dst []byte) []byte
	// intent is what the event is about, and intentID the event that began it; nil for most.
	intent   *Event
	intentID [16]byte
}

type member struct{ key, value string }

func (s *systemEvent) append(dst []byte, x *extras) []byte {
	if s.intent != nil {
		return s.appendIntent(dst, x)
	}
	if s.body != nil {
		return s.body(dst)
	}
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
	detail := []member{
		{"acknowledgement", t.acknowledgement()},
		{"keyIds", strings.Join(t.keys.IDs(), ",")},
		{"requiredRoutes", strings.Join(required, ",")},
		{"routes", strings.Join(names, ",")},
		{"store", "memory"},
		{"version", version()},
	}
	if t.disk != nil {
		detail[4].value = "journal"
		detail = append(detail, member{"fileSystem", t.disk.medium.Name}, t.disk.uncleanMember())
	}
	return newSystemEvent(ActionTrailOpened, "opened", t.trailText, detail...)
}

// mostUnclean bounds how many trails of dead processes TRAIL_OPENED names; the newest are.
const mostUnclean = 16

// uncleanMember names the trails that dead processes did not close, each with the sequence of its last event.
func (d *disk) uncleanMember() member {
	var list []string
	for _, l := range d.unclean[max(0, len(d.unclean)-mostUnclean):] {
		list = append(list, l.trail+":"+l.last.String())
	}
	return member{"unclean", strings.Join(list, ",")}
}

// version is that of this module in the running program, "devel" when it was not built from a version.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "devel"
	}
	for _, m := range append(info.Deps, &info.Main) {
		if m.Path == "github.com/daxis-io/arco-audit" && m.Version != "" && policyName(m.Version) {
			return m.Version
		}
	}
	return "devel"
}

func (t *Trail) closed() Event {
	return newSystemEvent(ActionTrailClosed, "closed", t.trailText)
}
