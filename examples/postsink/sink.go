package postsink

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/daxis-io/arco-audit/audit"
)

// Sink posts each batch to a URL as JSON lines.
type Sink struct{ URL string }

// Deliver implements audit.Sink.
func (s Sink) Deliver(ctx context.Context, batch []audit.Record) error {
	var lines strings.Builder
	for _, r := range batch {
		lines.WriteString(r.JSON() + "\n")
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.URL, strings.NewReader(lines.String()))
	if err != nil {
		return audit.Down(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err // everything comes again
	}
	defer resp.Body.Close()
	switch resp.StatusCode {
	case http.StatusOK, http.StatusAccepted, http.StatusNoContent:
		return nil
	case http.StatusTooManyRequests:
		return audit.Throttled(time.Second, errors.New(resp.Status))
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound:
		return audit.Down(errors.New(resp.Status))
	}
	return errors.New(resp.Status)
}
