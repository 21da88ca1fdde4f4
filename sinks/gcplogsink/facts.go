package gcplogsink

import "strings"

// facts are the texts of an event that an entry has outside its payload.
type facts struct {
	id, severity, traceparent                                 string
	action, actor, outcome, reason, request, resource         string
	sequence, tenant, trail, workspace                        string
	environment, instance, service, category, addr, userAgent string
	redacted                                                  bool
}

// envelope notes the members of the event.
func (f *facts) envelope(name, text string) visit {
	switch name {
	case "data":
		return f.data
	case "id":
		f.id = text
	case "severitytext":
		f.severity = text
	case "source":
		f.service, f.environment, f.instance = parted(strings.TrimPrefix(text, "//"), "/")
	case "type":
		f.category, _, _ = parted(strings.TrimPrefix(text, "io.arco.audit."), ".")
	case "traceparent":
		f.traceparent = text
	case "action":
		f.action = text
	case "outcome":
		f.outcome = text
	case "subject":
		f.resource = text
	case "sequence":
		f.sequence = text
	case "tenant":
		f.tenant = text
	case "trail":
		f.trail = text
	case "workspace":
		f.workspace = text
	}
	return nil
}

// parted cuts s into three.
func parted(s, by string) (first, second, third string) {
	first, s, _ = strings.Cut(s, by)
	second, third, _ = strings.Cut(s, by)
	return first, second, third
}

// data notes the members of data.
func (f *facts) data(name, text string) visit {
	switch name {
	case "origin":
		return f.origin
	case "actor":
		f.actor = text
	case "decisionReason":
		f.reason = text
	case "requestId":
		if text != "unknown" {
			f.request = text
		}
	case "redactions":
		f.redacted = true
	}
	return nil
}

func (f *facts) origin(name, text string) visit {
	switch name {
	case "addr":
		f.addr = text
	case "agent":
		f.userAgent = text
	}
	return nil
}
