package flow

import (
	"encoding/json"
	"net/http"
	"time"

	"github.com/daxis-io/arco-audit/audit"
)

type dispatchRequest struct {
	TaskID      string `json:"taskId"`
	TenantID    string `json:"tenantId"`
	WorkspaceID string `json:"workspaceId"`
	RunID       string `json:"runId"`
	Attempt     int    `json:"attempt"`
}

type dispatchResponse struct {
	Token     string    `json:"token"`
	ExpiresAt time.Time `json:"expiresAt"`
}

// dispatch queues an attempt of a task and answers with its token. The event is accepted before the token leaves.
//
//audit:decision TASK
func (f *Flow) dispatch(w http.ResponseWriter, r *http.Request) {
	var in dispatchRequest
	err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody)).Decode(&in)
	about := audit.NewResource("task/dispatch", in.TaskID)
	d := f.overHTTP(w, taskDispatch, about, "dispatch")
	if c := (&TaskClaims{TaskID: in.TaskID, TenantID: in.TenantID, WorkspaceID: in.WorkspaceID, RunID: in.RunID, Attempt: in.Attempt}); err != nil || !c.whole() {
		d.deny(r.Context(), invalidRequest)
		refuse(w, r, invalidRequest.status())
		return
	}
	key := taskKey{runKey{in.TenantID, in.WorkspaceID, in.RunID}, in.TaskID, in.Attempt}
	r = r.WithContext(within(r.Context(), key.runKey))
	f.store.mu.Lock()
	defer f.store.mu.Unlock()
	why := f.store.admits(key)
	token, expires, err := f.sign(key, time.Now())
	if err != nil && why == 0 {
		f.fault("the signing of a task token", err)
		why = signingFailed
	}
	if why != 0 {
		d.deny(r.Context(), why)
		refuse(w, r, why.status())
		return
	}
	if err := d.allow(r.Context(), taskDispatch.Allow(about, "dispatched")); err != nil {
		refuse(w, r, http.StatusServiceUnavailable)
		return
	}
	f.store.put(key)
	writeJSON(w, http.StatusCreated, dispatchResponse{Token: token, ExpiresAt: expires})
}

// admits says why an attempt cannot be queued: a task stays in its run, and attempts only rise.
func (s *store) admits(k taskKey) reason {
	if r := s.runs[k.runKey]; r != nil && r.cancelled {
		return runCancelled
	}
	t := s.tasks[k.id]
	switch {
	case t == nil:
		return 0
	case t.runKey != k.runKey, t.attempt >= k.attempt:
		return alreadyExists
	case t.state == succeeded:
		return taskFinished
	}
	return 0
}
