package api_test

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/stretchr/testify/require"

	"github.com/daxis-io/arco-audit/audit/auditread"
	"github.com/daxis-io/arco-audit/examples/api"
	"github.com/daxis-io/arco-audit/examples/servicetest"
	"github.com/daxis-io/arco-audit/redact"
)

const (
	issuer   = "https://id.example"
	audience = "arco-api"
	mintPath = "/api/v1/browser/urls"
	whoami   = "/api/v1/whoami"
)

// harness is a service on a port, and what it left behind.
type harness struct {
	t      *testing.T
	trail  *servicetest.Trail
	signer *fakeSigner
	log    *servicetest.Log
	key    []byte
	api    *api.API
	server *httptest.Server
}

// fakeSigner signs really, or fails with a text that must go nowhere.
type fakeSigner struct {
	*api.HMACSigner
	fail   string
	before func() // runs before it signs; nil for nothing
}

func (s *fakeSigner) Sign(ctx context.Context, object string, expires time.Time) (string, error) {
	if s.before != nil {
		s.before()
	}
	if s.fail != "" {
		return "", errors.New(s.fail)
	}
	return s.HMACSigner.Sign(ctx, object, expires)
}

func key() []byte {
	b := make([]byte, 32)
	rand.Read(b)
	return b
}

// config is a whole configuration of a private service.
func (h *harness) config() api.Config {
	return api.Config{
		Trail: h.trail.Trail, Telemetry: h.trail.Telemetry, Signer: h.signer, Posture: api.Private,
		Tokens: api.TokenConfig{HS256: redact.NewSecret(h.key), Issuer: issuer, Audience: audience},
		Log:    slog.New(slog.NewJSONHandler(h.log, nil)),
	}
}

func start(t *testing.T, change func(*api.Config)) *harness {
	t.Helper()
	h := open(t, change)
	h.server = httptest.NewServer(h.trail.Watch(h.api))
	t.Cleanup(h.server.Close)
	return h
}

// open makes the service without a port.
func open(t *testing.T, change func(*api.Config)) *harness {
	t.Helper()
	h := &harness{t: t, trail: servicetest.Open(t, "api"), log: &servicetest.Log{}, key: key()}
	signer, err := api.NewHMACSigner("https://store.example/lake", redact.NewSecret(key()))
	require.NoError(t, err)
	h.signer = &fakeSigner{HMACSigner: signer}
	c := h.config()
	if change != nil {
		change(&c)
	}
	h.api, err = api.New(c)
	require.NoError(t, err)
	return h
}

// claims are those of a good token.
func claims() api.Claims {
	return api.Claims{
		RegisteredClaims: jwt.RegisteredClaims{
			Issuer: issuer, Audience: jwt.ClaimStrings{audience}, Subject: "ada", ExpiresAt: jwt.NewNumericDate(time.Now().Add(time.Hour)),
		},
		Tenant: "acme", Workspace: "main",
	}
}

// token signs the good claims after a change.
func (h *harness) token(change func(*api.Claims)) string {
	h.t.Helper()
	c := claims()
	if change != nil {
		change(&c)
	}
	signed, err := jwt.NewWithClaims(jwt.SigningMethodHS256, c).SignedString(h.key)
	require.NoError(h.t, err)
	return signed
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   string
}

// send makes a request over HTTP; headers come in pairs.
func (h *harness) send(method, path, body string, headers ...string) answer {
	h.t.Helper()
	r, err := http.NewRequestWithContext(h.t.Context(), method, h.server.URL+path, strings.NewReader(body))
	require.NoError(h.t, err)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	w, err := h.server.Client().Do(r)
	require.NoError(h.t, err)
	defer w.Body.Close()
	b, err := io.ReadAll(w.Body)
	require.NoError(h.t, err)
	return answer{w.StatusCode, w.Header, string(b)}
}

// ask sends with the good token.
func (h *harness) ask(method, path, body string, headers ...string) answer {
	h.t.Helper()
	return h.send(method, path, body, append([]string{"Authorization", "Bearer " + h.token(nil)}, headers...)...)
}

// said is what an event says in short.
func said(entries []auditread.Entry) []string {
	var list []string
	for _, e := range entries {
		list = append(list, e.ActionName+" "+e.Reason+" "+e.Resource)
	}
	return list
}
