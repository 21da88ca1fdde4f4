package wire

// Member is a member of an encoded event that version 1 knows. Within each object the numbers are in the
// canonical order of the names.
type Member uint8

// The members of the envelope, of data, and of data.origin.
const (
	MemberAction Member = iota
	MemberAuthID
	MemberAuthType
	MemberData // its text is the JSON of data
	MemberDataContentType
	MemberDataSchema
	MemberID
	MemberOutcome
	MemberPartitionKey
	MemberSequence
	MemberSeverityText
	MemberSource
	MemberSpecVersion
	MemberSubject
	MemberTenant
	MemberTime
	MemberTraceParent
	MemberTrail
	MemberType
	MemberWorkspace

	MemberDataAction
	MemberActor
	MemberActorKeyID
	MemberDecisionReason
	MemberDetails // its text is the JSON of details
	MemberEventID
	MemberEventVersion // its text is the number as it stands
	MemberOrigin       // its text is the JSON of origin
	MemberDataOutcome
	MemberPolicyVersion
	MemberRedactions // its text is the JSON of redactions
	MemberRequestID
	MemberResource
	MemberTenantID
	MemberTimestamp
	MemberTraceID
	MemberWorkspaceID

	MemberOriginAddr
	MemberOriginAgent

	noMember
)

const memberCount = int(noMember)

// memberNames are the paths of the members, as errors give them.
var memberNames = [memberCount + 1]string{
	"action", "authid", "authtype", "data", "datacontenttype", "dataschema", "id", "outcome", "partitionkey", "sequence",
	"severitytext", "source", "specversion", "subject", "tenant", "time", "traceparent", "trail", "type", "workspace",
	"data.action", "data.actor", "data.actorKeyId", "data.decisionReason", "data.details", "data.eventId",
	"data.eventVersion", "data.origin", "data.outcome", "data.policyVersion", "data.redactions", "data.requestId",
	"data.resource", "data.tenantId", "data.timestamp", "data.traceId", "data.workspaceId",
	"data.origin.addr", "data.origin.agent",
	"event",
}

// String returns the path of the member, such as "data.actor".
func (m Member) String() string { return memberNames[min(m, noMember)] }

// memberSet is a set of members.
type memberSet uint64

func setOf(list ...Member) (s memberSet) {
	for _, m := range list {
		s |= 1 << m
	}
	return s
}

func (s memberSet) has(m Member) bool { return s&(1<<m) != 0 }

var (
	// required stand in every event of version 1.
	required = setOf(MemberAction, MemberAuthType, MemberData, MemberDataContentType, MemberDataSchema, MemberID,
		MemberOutcome, MemberPartitionKey, MemberSequence, MemberSeverityText, MemberSource, MemberSpecVersion,
		MemberSubject, MemberTime, MemberTrail, MemberType, MemberDataAction, MemberActor, MemberDecisionReason,
		MemberEventID, MemberEventVersion, MemberDataOutcome, MemberPolicyVersion, MemberRequestID, MemberResource,
		MemberTimestamp)
	// identifying are those without which a reader cannot say which event it has, and what it is.
	identifying = setOf(MemberAction, MemberData, MemberID, MemberSequence, MemberSource, MemberTime, MemberTrail,
		MemberType)
)

// pairs are the members that say the same.
var pairs = [...][2]Member{
	{MemberAction, MemberDataAction}, {MemberID, MemberEventID}, {MemberOutcome, MemberDataOutcome},
	{MemberPartitionKey, MemberTrail}, {MemberSubject, MemberResource}, {MemberTenant, MemberTenantID},
	{MemberTime, MemberTimestamp}, {MemberWorkspace, MemberWorkspaceID}, {MemberAuthID, MemberActor},
}

func envelopeMember(name string) Member {
	switch name {
	case "action":
		return MemberAction
	case "authid":
		return MemberAuthID
	case "authtype":
		return MemberAuthType
	case "data":
		return MemberData
	case "datacontenttype":
		return MemberDataContentType
	case "dataschema":
		return MemberDataSchema
	case "id":
		return MemberID
	case "outcome":
		return MemberOutcome
	case "partitionkey":
		return MemberPartitionKey
	case "sequence":
		return MemberSequence
	case "severitytext":
		return MemberSeverityText
	case "source":
		return MemberSource
	case "specversion":
		return MemberSpecVersion
	case "subject":
		return MemberSubject
	case "tenant":
		return MemberTenant
	case "time":
		return MemberTime
	case "traceparent":
		return MemberTraceParent
	case "trail":
		return MemberTrail
	case "type":
		return MemberType
	case "workspace":
		return MemberWorkspace
	}
	return noMember
}

func dataMember(name string) Member {
	switch name {
	case "action":
		return MemberDataAction
	case "actor":
		return MemberActor
	case "actorKeyId":
		return MemberActorKeyID
	case "decisionReason":
		return MemberDecisionReason
	case "details":
		return MemberDetails
	case "eventId":
		return MemberEventID
	case "eventVersion":
		return MemberEventVersion
	case "origin":
		return MemberOrigin
	case "outcome":
		return MemberDataOutcome
	case "policyVersion":
		return MemberPolicyVersion
	case "redactions":
		return MemberRedactions
	case "requestId":
		return MemberRequestID
	case "resource":
		return MemberResource
	case "tenantId":
		return MemberTenantID
	case "timestamp":
		return MemberTimestamp
	case "traceId":
		return MemberTraceID
	case "workspaceId":
		return MemberWorkspaceID
	}
	return noMember
}

func originMember(name string) Member {
	switch name {
	case "addr":
		return MemberOriginAddr
	case "agent":
		return MemberOriginAgent
	}
	return noMember
}
