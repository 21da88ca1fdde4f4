package catalog

import (
	"encoding/json"
	"net/http"
)

// answer is what a handler says when it does not refuse. No handler holds the ResponseWriter, so nothing can be sent
// before the handler has returned, which it does after its decision is recorded.
type answer struct {
	status int
	body   any // encoded as JSON; nil for none
}

func ok(body any) answer { return answer{http.StatusOK, body} }

func done() answer { return answer{http.StatusNoContent, nil} }

// write encodes before it sends the status, so that a value that cannot be encoded is a clean 500.
func (a answer) write(w http.ResponseWriter, r *http.Request) {
	if a.body == nil || r.Method == http.MethodHead {
		w.WriteHeader(a.status)
		return
	}
	b, err := json.Marshal(a.body)
	if err != nil {
		writeRefusal(w, r, errInternal)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(a.status)
	_, _ = w.Write(append(b, '\n')) // a client that went away cannot be told anything more
}
