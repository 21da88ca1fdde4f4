package catalog

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
)

// maxBody bounds a request body; the metadata updates of one transaction fit many times.
const maxBody = 16 << 20

// refusal is a decision against the caller: what the client is told, and the cause by which the audit event
// is coded. Its message never contains text that the client sent.
type refusal struct {
	status  int
	kind    string // error type of the REST specification
	message string
	cause   cause
}

func (e *refusal) Error() string { return "catalog: " + e.message }

// cause is the reason of a refusal in terms that do not depend on the kind of decision.
type cause uint8

const (
	causeInternal cause = iota
	causeInvalid
	causeIdentifier
	causeUpdate
	causeNotAllowed
	causeNotFound
	causeExists
	causeNotEmpty
	causeCrossNamespace
	causePurge
	causeRequirements
	causeConflict
	causeGuarded
	causeInProgress
	causeKeyReused
	causeUnsupportedDelegation
	causeVendingDisabled
	causeAccessDenied
	causeProvider
	causeNoCredentials
	causeAudit
)

var (
	errPrefix         = &refusal{http.StatusNotFound, "NotFoundException", "no such prefix", causeNotFound}
	errNoNamespace    = &refusal{http.StatusNotFound, "NoSuchNamespaceException", "namespace does not exist", causeNotFound}
	errNoTable        = &refusal{http.StatusNotFound, "NoSuchTableException", "table does not exist", causeNotFound}
	errNamespaceTaken = &refusal{http.StatusConflict, "AlreadyExistsException", "namespace already exists", causeExists}
	errTableTaken     = &refusal{http.StatusConflict, "AlreadyExistsException", "table already exists", causeExists}
	errNotEmpty       = &refusal{http.StatusConflict, "NamespaceNotEmptyException", "namespace is not empty", causeNotEmpty}
	errReadOnly       = &refusal{http.StatusForbidden, "ForbiddenException", "the catalog is read-only", causeNotAllowed}
	errCrossNamespace = &refusal{http.StatusNotAcceptable, "UnsupportedOperationException", "a rename stays in its namespace", causeCrossNamespace}
	errPurge          = &refusal{http.StatusNotAcceptable, "UnsupportedOperationException", "purge is not supported: drop without purgeRequested", causePurge}
	errRequirements   = &refusal{http.StatusConflict, "CommitFailedException", "a requirement does not hold", causeRequirements}
	errConflict       = &refusal{http.StatusConflict, "CommitFailedException", "the table has changed since the commit began", causeConflict}
	errMetadataExists = &refusal{http.StatusConflict, "CommitFailedException", "the table is there already", causeExists}
	errGuarded        = &refusal{http.StatusBadRequest, "BadRequestException", "a property is reserved for services", causeGuarded}
	errKey            = &refusal{http.StatusBadRequest, "BadRequestException", "Idempotency-Key is not one UUID of version 7", causeInvalid}
	errKeyReused      = &refusal{http.StatusConflict, "ConflictException", "the Idempotency-Key was used for another request", causeKeyReused}
	errInProgress     = &refusal{http.StatusServiceUnavailable, "ServiceUnavailableException", "a request with this Idempotency-Key is in progress", causeInProgress}
	errKeysFull       = &refusal{http.StatusServiceUnavailable, "ServiceUnavailableException", "no more Idempotency-Keys can be remembered now", causeInternal}
	errBody           = &refusal{http.StatusBadRequest, "BadRequestException", "the body is not the JSON this route expects", causeInvalid}
	errIdentifier     = &refusal{http.StatusBadRequest, "BadRequestException", "an identifier is empty or does not match the path", causeIdentifier}
	errUpdate         = &refusal{http.StatusBadRequest, "BadRequestException", "an update cannot be applied to the table", causeUpdate}
	errLocation       = &refusal{http.StatusBadRequest, "BadRequestException", "a location lies outside the warehouse or names no uncompressed metadata file", causeUpdate}
	errPageToken      = &refusal{http.StatusBadRequest, "BadRequestException", "pageToken or pageSize is not valid", causeInvalid}
	errDelegation     = &refusal{http.StatusBadRequest, "BadRequestException", "only vended-credentials is supported", causeUnsupportedDelegation}
	errVendingOff     = &refusal{http.StatusBadRequest, "BadRequestException", "credential vending is switched off", causeVendingDisabled}
	errVendDenied     = &refusal{http.StatusForbidden, "ForbiddenException", "the storage provider denied access", causeAccessDenied}
	errVendFailed     = &refusal{http.StatusBadGateway, "ServiceFailureException", "the storage provider failed", causeProvider}
	errVendEmpty      = &refusal{http.StatusBadGateway, "ServiceFailureException", "the storage provider issued no credential", causeNoCredentials}
	errInternal       = &refusal{http.StatusInternalServerError, "InternalServerError", "internal error", causeInternal}
	errCommitUnknown  = &refusal{http.StatusInternalServerError, "CommitStateUnknownException", "the commit was made and may not be recorded", causeAudit}
	errAudit          = &refusal{http.StatusServiceUnavailable, "ServiceUnavailableException", "the decision cannot be recorded", causeAudit}
)

// causeOf codes any error of a handler.
func causeOf(err error) cause {
	if e, ok := errors.AsType[*refusal](err); ok {
		return e.cause
	}
	return causeInternal
}

// statusOf is what any error of a handler is answered with.
func statusOf(err error) int {
	if e, ok := errors.AsType[*refusal](err); ok {
		return e.status
	}
	return errInternal.status
}

type errorResponse struct {
	Error errorModel `json:"error"`
}

type errorModel struct {
	Message string `json:"message"`
	Type    string `json:"type"`
	Code    int    `json:"code"`
}

func writeRefusal(w http.ResponseWriter, r *http.Request, err error) {
	e := errInternal
	errors.As(err, &e)
	if e.status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", "1")
	}
	answer{e.status, errorResponse{errorModel{Message: e.message, Type: e.kind, Code: e.status}}}.write(w, r)
}

// Refuse answers in the error format of the REST specification for middleware in front of the catalog, which
// has refused a request with this status.
func Refuse(w http.ResponseWriter, r *http.Request, status int) {
	e := &refusal{status: status, kind: "NotAuthorizedException", message: "not authorized"}
	if status >= http.StatusInternalServerError {
		e.kind, e.message = "ServiceUnavailableException", "the request cannot be authenticated or recorded now"
	}
	writeRefusal(w, r, e)
}

// readJSON decodes one JSON value and refuses what follows it.
func readJSON(r *http.Request, v any) error {
	d := json.NewDecoder(r.Body)
	if d.Decode(v) != nil {
		return errBody
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errBody
	}
	return nil
}
