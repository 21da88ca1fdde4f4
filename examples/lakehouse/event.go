package main

import "strings"

// event is one line of the trail as a consumer without the SDK reads it.
type event struct {
	ID       string `json:"id"`
	Time     string `json:"time"`
	Action   string `json:"action"`
	Outcome  string `json:"outcome"`
	Sequence string `json:"sequence"`
	Data     struct {
		RequestID  string      `json:"requestId"`
		Actor      string      `json:"actor"`
		Resource   string      `json:"resource"`
		Reason     string      `json:"decisionReason"`
		Redactions []redaction `json:"redactions"`
	} `json:"data"`
}

type redaction struct {
	Field string `json:"field"`
	Kind  string `json:"kind"`
}

func (e event) system() bool { return e.Outcome == "system" }

func (e event) auth() bool { return strings.HasPrefix(e.Action, "AUTH_") }

// what is the action, and for authentication also the operation.
func (e event) what() string {
	if e.auth() {
		return e.Action + " " + e.Data.Resource
	}
	return e.Action
}

// number is the sequence without its leading zeros.
func (e event) number() string {
	if n := strings.TrimLeft(e.Sequence, "0"); n != "" {
		return n
	}
	return "0"
}
