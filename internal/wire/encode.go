package wire

import "github.com/daxis-io/arco-audit/internal/sequence"

// Layout says where parts of an encoded event stand, as offsets into it.
type Layout struct {
	ID               int // first of the 36 characters
	Sequence         int // first of the sequence.Digits digits
	TenantAt, Tenant int // start and length of the tenant's text; length 0 when absent
}

// Append appends the canonical encoding of e to dst. It never fails: text that is not valid UTF-8 is
// written with U+FFFD in place of the wrong bytes. The layout's offsets count from the start of dst.
// e.Static, when set, stands for the members that it was made from.
func Append(dst []byte, e *Envelope) ([]byte, Layout) {
	static := e.Static
	if static == nil {
		static = statics.Get().(*Static)
		defer statics.Put(static)
		static.fill(e)
	}
	var l Layout
	dst = append(dst, static.head...)
	actor, actorEnd := 0, 0
	if e.AuthType != "unauthenticated" && e.Actor != "" {
		dst = append(dst, `,"authid":`...)
		actor = len(dst)
		dst = AppendString(dst, e.Actor)
		actorEnd = len(dst)
	}
	dst = append(dst, `,"authtype":`...)
	dst = AppendString(dst, e.AuthType)
	dst = append(dst, static.data...)
	if actorEnd > 0 {
		dst = append(dst, dst[actor:actorEnd]...)
	} else {
		dst = AppendString(dst, e.Actor)
	}
	dst, m := appendData(dst, e, static)
	dst = append(dst, `,"datacontenttype":"`+DataContentType+`","dataschema":"`+DataSchema+`","id":"`...)
	l.ID = len(dst)
	dst = append(dst, dst[m.id:m.id+36]...)
	l.Sequence = len(dst) + static.sequence
	dst = append(dst, static.middle...)
	if e.Sequence != 0 {
		sequence.Put(dst[l.Sequence:], e.Sequence)
	}
	dst = append(dst, dst[m.resource:m.resourceEnd]...)
	if e.Tenant != "" {
		dst = append(dst, `,"tenant":`...)
		l.TenantAt = len(dst) + 1
		dst = append(dst, dst[m.tenant:m.tenantEnd]...)
		l.Tenant = len(dst) - 1 - l.TenantAt
	}
	dst = append(dst, `,"time":"`...)
	dst = append(dst, dst[m.time:m.time+timeLen]...)
	if !e.Trace.IsZero() {
		dst = append(dst, `","traceparent":"`...)
		dst = e.Trace.appendParent(dst)
	}
	dst = append(dst, '"')
	dst = append(dst, static.tail...)
	if e.Workspace != "" {
		dst = append(dst, `,"workspace":`...)
		dst = append(dst, dst[m.workspace:m.workspaceEnd]...)
	}
	return append(dst, '}'), l
}

// marks are offsets of texts in data that the envelope repeats; those with an end include the quotes.
type marks struct {
	id, time                int
	resource, resourceEnd   int
	tenant, tenantEnd       int
	workspace, workspaceEnd int
}

// appendData appends the record from after its actor on.
func appendData(dst []byte, e *Envelope, static *Static) ([]byte, marks) {
	var m marks
	if e.ActorKeyID != "" {
		dst = append(dst, `,"actorKeyId":`...)
		dst = AppendString(dst, e.ActorKeyID)
	}
	dst = append(dst, `,"decisionReason":`...)
	dst = AppendString(dst, e.Reason)
	if len(e.Details) > 0 {
		dst = append(dst, `,"details":`...)
		dst = append(dst, e.Details...)
	}
	dst = append(dst, `,"eventId":"`...)
	m.id = len(dst)
	dst = AppendUUID(dst, e.ID)
	dst = append(dst, `","eventVersion":1`...)
	dst = appendOrigin(dst, e)
	dst = append(dst, static.outcome...)
	dst = appendRedactions(dst, e.Redactions)
	dst = append(dst, `,"requestId":`...)
	dst = AppendString(dst, e.RequestID)
	dst = append(dst, `,"resource":`...)
	m.resource = len(dst)
	dst = AppendString(dst, e.Resource)
	m.resourceEnd = len(dst)
	if e.Tenant != "" {
		dst = append(dst, `,"tenantId":`...)
		m.tenant = len(dst)
		dst = AppendString(dst, e.Tenant)
		m.tenantEnd = len(dst)
	}
	dst = append(dst, `,"timestamp":"`...)
	m.time = len(dst)
	dst = AppendTime(dst, e.Millis)
	dst = append(dst, '"')
	if !e.Trace.IsZero() {
		dst = append(dst, `,"traceId":"`...)
		dst = appendHex(dst, e.Trace.ID[:])
		dst = append(dst, '"')
	}
	if e.Workspace != "" {
		dst = append(dst, `,"workspaceId":`...)
		m.workspace = len(dst)
		dst = AppendString(dst, e.Workspace)
		m.workspaceEnd = len(dst)
	}
	return append(dst, '}'), m
}

func appendOrigin(dst []byte, e *Envelope) []byte {
	if len(e.OriginAddr) == 0 && e.OriginAgent == "" {
		return dst
	}
	dst = append(dst, `,"origin":`...)
	o := Begin(dst)
	o.Bytes("addr", e.OriginAddr)
	o.String("agent", e.OriginAgent)
	return o.End()
}

func appendRedactions(dst []byte, list []Redaction) []byte {
	if len(list) == 0 {
		return dst
	}
	dst = append(dst, `,"redactions":[`...)
	for i := range list {
		if i > 0 {
			dst = append(dst, ',')
		}
		o := Begin(dst)
		o.String("field", list[i].Field)
		o.String("kind", list[i].Kind)
		dst = o.End()
	}
	return append(dst, ']')
}
