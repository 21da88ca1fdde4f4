package main

import "strings"

// event is one line of a trail as a consumer without the SDK reads it.
type event struct {
	ID       string `json:"id"`
	Time     string `json:"time"`
	Source   string `json:"source"` // "//service/environment/instance"
	Trail    string `json:"trail"`
	Action   string `json:"action"`
	Outcome  string `json:"outcome"`
	Sequence string `json:"sequence"`
	Data     struct {
		RequestID  string      `json:"requestId"`
		Actor      string      `json:"actor"`
		Resource   string      `json:"resource"`
		Reason     string      `json:"decisionReason"`
		Redactions []redaction `json:"redactions"`
		Details    struct {
			Count string `json:"count"` // of DENIES_SUPPRESSED
		} `json:"details"`
	} `json:"data"`

	text string // the line
}

type redaction struct {
	Field string `json:"field"`
	Kind  string `json:"kind"`
}

func (e event) system() bool { return e.Outcome == "system" }

func (e event) auth() bool { return strings.HasPrefix(e.Action, "AUTH_") }

// service is who emitted it.
func (e event) service() string {
	name, _, _ := strings.Cut(strings.TrimPrefix(e.Source, "//"), "/")
	return name
}

// what is the action, and for authentication also the operation.
func (e event) what() string {
	if e.auth() {
		return e.Action + " " + e.Data.Resource
	}
	return e.Action
}
