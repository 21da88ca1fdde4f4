package flow

import (
	"encoding/json"
	"net/http"
)

// refuse writes a refusal in the service's error format: the body says no more than the status does.
func refuse(w http.ResponseWriter, _ *http.Request, status int) {
	if status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", "5")
	}
	writeJSON(w, status, map[string]any{"error": map[string]any{"code": status, "message": http.StatusText(status)}})
}

func writeJSON(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // the client is gone
}
