package wire

// Layout says where parts of an encoded event stand, as offsets into it.
type Layout struct {
	ID               int // first of the 36 characters
	Sequence         int // first of the SequenceDigits digits
	TenantAt, Tenant int // start and length of the tenant's text; length 0 when absent
}

// Append appends the canonical encoding of e to dst. It never fails: text that is not valid UTF-8 is
// written with U+FFFD in place of the wrong bytes. The layout's offsets count from the start of dst.
func Append(dst []byte, e *Envelope) ([]byte, Layout) {
	var l Layout
	dst = append(dst, `{"action":"`...)
	dst = append(dst, e.Action...)
	if e.AuthType != "unauthenticated" && e.Actor != "" {
		dst = append(dst, `","authid":`...)
		dst = AppendString(dst, e.Actor)
		dst = append(dst, `,"authtype":"`...)
	} else {
		dst = append(dst, `","authtype":"`...)
	}
	dst = append(dst, e.AuthType...)
	dst = append(dst, `","data":`...)
	dst, m := appendData(dst, e)
	dst = append(dst, `,"datacontenttype":"`+DataContentType+`","dataschema":"`+DataSchema+`","id":"`...)
	l.ID = len(dst)
	dst = append(dst, dst[m.id:m.id+36]...)
	dst = append(dst, `","outcome":"`...)
	dst = append(dst, e.Outcome...)
	dst = append(dst, `","partitionkey":"`...)
	dst = append(dst, e.Trail...)
	dst = append(dst, `","sequence":"`...)
	l.Sequence = len(dst)
	dst = append(dst, "00000000000000000000"...)
	PutSequence(dst[l.Sequence:], e.Sequence)
	dst = append(dst, `","severitytext":"`...)
	dst = append(dst, e.Severity...)
	dst = append(dst, `","source":`...)
	dst = AppendString(dst, e.Source)
	dst = append(dst, `,"specversion":"1.0","subject":`...)
	dst = append(dst, dst[m.resource:m.resourceEnd]...)
	if e.Tenant != "" {
		dst = append(dst, `,"tenant":`...)
		l.TenantAt = len(dst) + 1
		dst = AppendString(dst, e.Tenant)
		l.Tenant = len(dst) - 1 - l.TenantAt
	}
	dst = append(dst, `,"time":"`...)
	dst = append(dst, dst[m.time:m.time+timeLen]...)
	if !e.Trace.IsZero() {
		dst = append(dst, `","traceparent":"`...)
		dst = e.Trace.appendParent(dst)
	}
	dst = append(dst, `","trail":"`...)
	dst = append(dst, e.Trail...)
	dst = append(dst, `","type":"`...)
	dst = appendType(dst, e)
	if e.Workspace != "" {
		dst = append(dst, `","workspace":`...)
		dst = AppendString(dst, e.Workspace)
		return append(dst, '}'), l
	}
	return append(dst, `"}`...), l
}

// marks are offsets of texts in data that the envelope repeats.
type marks struct {
	id, time              int
	resource, resourceEnd int // with the quotes
}

// appendData appends the record.
func appendData(dst []byte, e *Envelope) ([]byte, marks) {
	var m marks
	dst = append(dst, `{"action":"`...)
	dst = append(dst, e.Action...)
	dst = append(dst, `","actor":`...)
	dst = AppendString(dst, e.Actor)
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
	dst = append(dst, `,"outcome":"`...)
	dst = append(dst, e.Outcome...)
	dst = append(dst, `","policyVersion":`...)
	dst = AppendString(dst, e.PolicyVersion)
	dst = appendRedactions(dst, e.Redactions)
	dst = append(dst, `,"requestId":`...)
	dst = AppendString(dst, e.RequestID)
	dst = append(dst, `,"resource":`...)
	m.resource = len(dst)
	dst = AppendString(dst, e.Resource)
	m.resourceEnd = len(dst)
	if e.Tenant != "" {
		dst = append(dst, `,"tenantId":`...)
		dst = AppendString(dst, e.Tenant)
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
		dst = AppendString(dst, e.Workspace)
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

func appendType(dst []byte, e *Envelope) []byte {
	dst = append(dst, TypePrefix...)
	dst = append(dst, e.Category...)
	dst = append(dst, '.')
	dst = append(dst, e.Outcome...)
	return append(dst, ".v1"...)
}

// PutSequence writes seq as SequenceDigits decimal digits over the start of dst.
func PutSequence(dst []byte, seq uint64) {
	_ = dst[SequenceDigits-1]
	for i := SequenceDigits - 1; i >= 0; i-- {
		dst[i] = byte('0' + seq%10)
		seq /= 10
	}
}
