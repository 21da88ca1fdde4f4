package gcplogsink

import (
	"encoding/json"
	"fmt"
	"strings"

	pb "cloud.google.com/go/logging/apiv2/loggingpb"

	"github.com/daxis-io/arco-audit/audit/auditread"
)

// RebuildEntry returns the canonical bytes of the event in an entry that this sink wrote, or that an agent made
// from a line of writersink's structured form. An error is auditread.ErrUnverifiable: the bytes cannot be had back
// from this entry.
func RebuildEntry(e *pb.LogEntry) (string, error) {
	payload, err := e.GetJsonPayload().MarshalJSON()
	if err != nil {
		return "", unverifiable("the payload is not JSON")
	}
	return rebuild(string(payload), nil)
}

// RebuildRow returns the canonical bytes of the event in a row, which is a JSON object as BigQuery prints it
// (TO_JSON_STRING, or an export): of a log view with the column json_payload, or of a table that a log sink routes
// to, with the column jsonPayload, whose names BigQuery's schema has in lower case with "_" for what is no letter
// or digit, and NULL for what an event does not have. An error is auditread.ErrUnverifiable.
func RebuildRow(row string) (string, error) {
	var view, routed string
	err := auditread.Members(row, func(name, value string) {
		switch name {
		case "json_payload":
			view = value
		case "jsonPayload":
			routed = value
		}
	})
	switch {
	case err != nil:
		return "", unverifiable("the row is no JSON object")
	case view != "" && routed == "":
		if text, isText := auditread.Text(view); isText { // a column of type JSON, exported as text
			view = text
		}
		return rebuild(view, nil)
	case routed != "" && view == "":
		return rebuild(routed, spellings)
	}
	return "", unverifiable("the row has not exactly one of the columns json_payload and jsonPayload")
}

func unverifiable(why string) error {
	return fmt.Errorf("%w: %s", auditread.ErrUnverifiable, why)
}

// lifted begins the names that agents take out of a line of JSON, or leave in it when they are older.
const lifted = "logging.googleapis.com/"

// rebuild writes the event of a payload by the rules of auditread. names, unless nil, has the spelling of each
// name that the store changed.
func rebuild(payload string, names map[string]string) (string, error) {
	r := restorer{names: names}
	event, err := r.object(payload, true)
	if err != nil {
		return "", err
	}
	if !r.timed && len(event) > len("{}") { // an agent took it for the entry's
		event = `{"time":` + r.timestamp + "," + event[1:]
	}
	return auditread.Rebuild(event)
}

// restorer undoes what a store did to names.
type restorer struct {
	names     map[string]string
	timed     bool   // the event has its time
	timestamp string // of its data, as JSON
}

// object returns a JSON object with the names as they were emitted.
func (r *restorer) object(object string, isEvent bool) (string, error) {
	var b strings.Builder
	var fault error
	err := auditread.Members(object, func(name, value string) {
		if fault != nil || isEvent && (name == "severity" || strings.HasPrefix(name, lifted) || strings.HasPrefix(name, plain(lifted))) {
			return
		}
		if value, fault = r.value(value); fault != nil || isNothing(value) {
			return
		}
		if name, fault = r.name(name); fault != nil {
			return
		}
		if r.timed = r.timed || isEvent && name == "time"; name == "timestamp" {
			r.timestamp = value
		}
		quoted, _ := json.Marshal(name) // a string
		b.WriteString("," + string(quoted) + ":" + value)
	})
	if err != nil {
		return "", unverifiable("the payload is no JSON object")
	}
	return "{" + strings.TrimPrefix(b.String(), ",") + "}", fault
}

// isNothing tells whether a value means that the event has no such member.
func isNothing(value string) bool { return value == "null" || value == "{}" || value == "[]" }

func (r *restorer) value(value string) (string, error) {
	switch value[0] {
	case '{':
		return r.object(value, false)
	case '[':
		return r.list(value)
	}
	return value, nil
}

func (r *restorer) list(list string) (string, error) {
	var elements []string
	var fault error
	err := auditread.Members(list, func(_, value string) {
		if fault == nil {
			value, fault = r.value(value)
			elements = append(elements, value)
		}
	})
	if err != nil {
		return "", unverifiable("the payload has a list that is none")
	}
	return "[" + strings.Join(elements, ",") + "]", fault
}

// name returns the name as it was emitted. One that no event of version 1 has could have been spelled in many ways.
func (r *restorer) name(name string) (string, error) {
	if r.names == nil {
		return name, nil
	}
	spelled, known := r.names[name]
	if !known {
		return "", unverifiable("the row has a column that no event of version 1 has")
	}
	return spelled, nil
}

// spellings has the names of version 1 by what BigQuery makes of them
// (cloud.google.com/logging/docs/export/bigquery, Field naming conventions).
var spellings = spell(
	"access acknowledgement action actor actorKeyId added-data-files added-delete-files added-files-size " +
		"added-records addr adopter agent authid authtype changed-partition-count claimedActor count counts data " +
		"datacontenttype dataschema decisionReason delegation deleted-data-files deleted-records destination " +
		"details domain error eventId eventVersion exemplar1 exemplar2 exemplar3 exemplar4 exemplar5 exemplar6 " +
		"exemplar7 exemplar8 field fileSystem from fromSequence gaps id intentId keyIds kind method nextSequence " +
		"operation origin outcome partitionkey pathCount planId policyVersion provider quarantine reason " +
		"redactions removed-delete-files removed-files-size replay requestId requiredRoutes resource route routes " +
		"scope sequence sequenceNumber severitytext snapshotId source specversion store subject summary tableId " +
		"tenant tenantId time timestamp to tornBytes toSequence total total-data-files total-delete-files " +
		"total-files-size total-records traceId traceparent trail transactionId transactionIndex transactionSize " +
		"ttlSeconds type unclean version workspace workspaceId")

func spell(names string) map[string]string {
	spelled := map[string]string{}
	for name := range strings.FieldsSeq(names) {
		spelled[plain(name)] = name
	}
	return spelled
}

// plain is what BigQuery makes of a name.
func plain(name string) string {
	return strings.Map(func(r rune) rune {
		if 'a' <= r && r <= 'z' || '0' <= r && r <= '9' {
			return r
		}
		return '_'
	}, strings.ToLower(name))
}
