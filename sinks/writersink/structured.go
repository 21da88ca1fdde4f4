package writersink

import (
	"io"
	"strings"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/audit/auditread"
)

// NewStructured returns a sink that writes to w, which is os.Stdout in a container of Google Cloud, the lines that
// agents of Cloud Logging read: see the package documentation. project is the id of the project that has the
// traces; without it entries are not joined to traces. It never closes w.
func NewStructured(w io.Writer, project string) *Sink {
	s := New(w)
	s.line = func(dst []byte, r audit.Record) []byte { return appendStructured(dst, r.JSON(), project) }
	return s
}

// appendStructured appends the event with the fields for an agent before its own. An event that cannot be read
// stays as it is.
func appendStructured(dst []byte, event, project string) []byte {
	e, err := auditread.Decode(event)
	if err != nil || !strings.HasPrefix(event, "{") {
		return append(dst, event...)
	}
	dst = append(dst, '{')
	dst = appendMember(dst, special+"insertId", e.ID.String())
	dst = append(dst, `"`+special+`labels":{`...)
	dst = appendLabels(dst, e)
	dst = append(dst, "},"...)
	if e.RequestID != "" && e.RequestID != "unknown" {
		dst = append(dst, `"`+special+`operation":{`...)
		dst = appendMember(dst, "id", e.RequestID)
		dst = append(dst, `"producer":"arco-audit"},`...)
	}
	dst = appendTrace(dst, event, project)
	dst = appendMember(dst, "severity", e.Severity)
	return append(dst, event[1:]...)
}

// special begins the names of fields that agents take out of a line
// (cloud.google.com/logging/docs/structured-logging, special fields).
const special = "logging.googleapis.com/"

// appendLabels appends what entries are filtered by, as gcplogsink labels them.
func appendLabels(dst []byte, e auditread.Entry) []byte {
	service, rest, _ := strings.Cut(strings.TrimPrefix(e.Source, "//"), "/")
	environment, instance, _ := strings.Cut(rest, "/")
	request, redacted := e.RequestID, ""
	if request == "unknown" {
		request = ""
	}
	if len(e.Redactions) > 0 {
		redacted = "true"
	}
	for _, label := range [...][2]string{
		{"action", e.ActionName}, {"actor", e.Actor}, {"category", e.Category}, {"environment", environment}, {"instance", instance},
		{"outcome", e.OutcomeName}, {"reason", e.Reason}, {"redacted", redacted}, {"request", request}, {"resource", e.Resource},
		{"sequence", e.Sequence.String()}, {"service", service}, {"tenant", e.Tenant}, {"trail", e.Trail.String()}, {"workspace", e.Workspace},
	} {
		dst = appendMember(dst, label[0], label[1])
	}
	return dst[:len(dst)-1] // action and trail are never absent, so there is a comma
}

// appendTrace appends the trace context, whose version is 00 (W3C Trace Context section 3.2).
func appendTrace(dst []byte, event, project string) []byte {
	parent := ""
	_, _ = auditread.Attributes(event, func(name, text string) {
		if name == "traceparent" {
			parent = text
		}
	})
	if len(parent) != 55 || project == "" {
		return dst
	}
	dst = appendMember(dst, special+"spanId", parent[36:52])
	dst = appendMember(dst, special+"trace", "projects/"+project+"/traces/"+parent[3:35])
	if strings.IndexByte("13579bdf", parent[54]) >= 0 {
		dst = append(dst, `"`+special+`trace_sampled":true,`...)
	}
	return dst
}

// appendMember appends a member and a comma; an empty text is absent.
func appendMember(dst []byte, name, text string) []byte {
	if text == "" {
		return dst
	}
	dst = append(append(append(dst, '"'), name...), `":`...)
	return append(appendString(dst, text), ',')
}

// appendString appends a text as JSON.
func appendString(dst []byte, text string) []byte {
	const hex = "0123456789abcdef"
	dst = append(dst, '"')
	for i := range len(text) {
		switch c := text[i]; {
		case c == '"' || c == '\\':
			dst = append(dst, '\\', c)
		case c < ' ':
			dst = append(dst, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		default:
			dst = append(dst, c)
		}
	}
	return append(dst, '"')
}
