package api

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
)

// meters are the service's own counters. Their attributes are result and reason, both of a closed set.
type meters struct {
	mints, folded metric.Int64Counter
}

func newMeters(m metric.Meter) (*meters, error) {
	mints, err1 := m.Int64Counter("arco.api.url.mints", metric.WithUnit("{request}"), metric.WithDescription("Requests for signed URLs."))
	folded, err2 := m.Int64Counter("arco.api.denies.folded", metric.WithUnit("{request}"), metric.WithDescription("Denies without an event of their own."))
	if err := errors.Join(err1, err2); err != nil {
		return nil, fmt.Errorf("api: the meter cannot make the counters: %w", err)
	}
	return &meters{mints: mints, folded: folded}, nil
}

func (m *meters) mint(ctx context.Context, result, reason string) {
	m.mints.Add(ctx, 1, metric.WithAttributes(attribute.String("result", result), attribute.String("reason", reason)))
}

func (m *meters) fold(ctx context.Context, reason string) {
	m.folded.Add(ctx, 1, metric.WithAttributes(attribute.String("reason", reason)))
}

// metrics is no secret place, but not for everybody: hidden where the public can ask, and behind the shared secret
// where there is one. Scrapes are not audited.
func (a *API) metrics(w http.ResponseWriter, r *http.Request) {
	if a.config.Posture == Public {
		refuse(w, r, http.StatusNotFound)
		return
	}
	if secret := strings.TrimSpace(a.config.MetricsSecret.Expose()); secret != "" && !presents(r, secret) {
		refuse(w, r, http.StatusForbidden)
		return
	}
	a.config.Telemetry.Handler().ServeHTTP(w, r)
}

// presents compares digests, so that neither content nor length shows in the time.
func presents(r *http.Request, secret string) bool {
	want := sha256.Sum256([]byte(secret))
	header := sha256.Sum256([]byte(r.Header.Get("X-Metrics-Secret")))
	bearer, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	token := sha256.Sum256([]byte(bearer))
	return subtle.ConstantTimeCompare(want[:], header[:])|subtle.ConstantTimeCompare(want[:], token[:]) == 1
}
