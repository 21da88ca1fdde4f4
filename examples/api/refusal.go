package api

import (
	"encoding/json"
	"fmt"
	"net/http"
)

// refuse writes a refusal in the service's error format: the body says no more than the status does.
func refuse(w http.ResponseWriter, _ *http.Request, status int) {
	if status == http.StatusServiceUnavailable || status == http.StatusTooManyRequests {
		w.Header().Set("Retry-After", "5")
	}
	writeJSON(w, status, map[string]any{"error": map[string]any{"code": status, "message": http.StatusText(status)}})
}

// tooMany refuses without an event.
func tooMany(w http.ResponseWriter, r *http.Request) { refuse(w, r, http.StatusTooManyRequests) }

func writeJSON(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // the client is gone
}

func typeName(err error) string { return fmt.Sprintf("%T", err) }
