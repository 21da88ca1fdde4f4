package flow

import (
	"net/http"

	"github.com/daxis-io/arco-audit/audit"
)

// The actions of this service. A heartbeat changes nothing that must not be lost.
var (
	taskDispatch  = audit.NewKind("TASK_DISPATCH", "task", audit.Critical)
	taskCallback  = audit.NewKind("TASK_CALLBACK", "task", audit.Critical)
	taskHeartbeat = audit.NewKind("TASK_HEARTBEAT", "task", audit.Routine)
	runCancel     = audit.NewKind("RUN_CANCEL", "run", audit.Critical)
)

// reason says why something was refused.
type reason int

const (
	taskMismatch reason = iota + 1
	taskNotFound
	tenantMismatch
	workspaceMismatch
	runMismatch
	attemptMismatch
	taskFinished
	runCancelled
	alreadyStarted
	notStarted
	invalidRequest
	alreadyExists
	runNotFound
	signingFailed
)

// event is the deny of k for r. Reasons of a kind are constants at the call, which is why this is no table.
func (why reason) event(k audit.Kind, r audit.Resource) audit.Event {
	switch why {
	case taskMismatch:
		return k.Deny(r, "task_mismatch")
	case taskNotFound:
		return k.Deny(r, "task_not_found")
	case tenantMismatch:
		return k.Deny(r, "tenant_mismatch")
	case workspaceMismatch:
		return k.Deny(r, "workspace_mismatch")
	case runMismatch:
		return k.Deny(r, "run_mismatch")
	case attemptMismatch:
		return k.Deny(r, "attempt_mismatch")
	case taskFinished:
		return k.Deny(r, "task_finished")
	case runCancelled:
		return k.Deny(r, "run_cancelled")
	case alreadyStarted:
		return k.Deny(r, "already_started")
	}
	return why.rest(k, r)
}

func (why reason) rest(k audit.Kind, r audit.Resource) audit.Event {
	switch why {
	case notStarted:
		return k.Deny(r, "not_started")
	case invalidRequest:
		return k.Deny(r, "invalid_request")
	case alreadyExists:
		return k.Deny(r, "already_exists")
	case runNotFound:
		return k.Deny(r, "run_not_found")
	}
	return k.Deny(r, "signing_failed")
}

// String is the name of a reason in metrics.
func (why reason) String() string {
	names := [...]string{"none", "task", "task_not_found", "tenant", "workspace", "run", "attempt", "task_finished", "run_cancelled",
		"already_started", "not_started", "invalid_request", "already_exists", "run_not_found", "signing_failed"}
	return names[why]
}

// status is what a refusal is answered with: 401 for a token that is not this task's, 409 for one that is behind, 410
// when there is nothing left to call back to.
func (why reason) status() int {
	switch why {
	case taskMismatch, tenantMismatch, workspaceMismatch:
		return http.StatusUnauthorized
	case taskNotFound, runNotFound:
		return http.StatusNotFound
	case taskFinished, runCancelled:
		return http.StatusGone
	case invalidRequest:
		return http.StatusBadRequest
	case signingFailed:
		return http.StatusInternalServerError
	}
	return http.StatusConflict
}
