package api

import (
	"context"
	"crypto/rsa"
	"encoding/base64"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/examples/serve"
	"github.com/daxis-io/arco-audit/examples/telemetry"
	"github.com/daxis-io/arco-audit/redact"
	"github.com/daxis-io/arco-audit/sinks/writersink"
)

// Run serves until ctx ends, with what getenv (os.Getenv) says. Events go to stdout as lines of JSON, where an agent
// collects them, logs to stderr. Beside the variables of audit.ConfigFromEnv there are:
//
//	ARCO_API_LISTEN              address, such as 127.0.0.1:8080
//	ARCO_API_POSTURE             public, private or development
//	ARCO_API_DEBUG_IDENTITIES    true in development only
//	ARCO_API_JWT_HS256           shared key, standard base64; or
//	ARCO_API_JWT_RS256_FILE      public key, PEM
//	ARCO_API_JWT_ISSUER, ARCO_API_JWT_AUDIENCE
//	ARCO_API_STORE               base of signed URLs
//	ARCO_API_SIGNING_KEY         standard base64
//	ARCO_METRICS_SECRET          gate of /metrics
//
// What is wrong with the configuration, a trail that cannot be opened among it, is returned before the first
// request is served.
func Run(ctx context.Context, getenv func(string) string, stdout, stderr io.Writer) error {
	c, err := fromEnv(getenv)
	if err != nil {
		return err
	}
	c.Log = slog.New(slog.NewJSONHandler(stderr, nil))
	if c.Trail, err = openTrail(getenv, c.Telemetry, stdout); err != nil {
		return err
	}
	service, err := New(c)
	if err != nil {
		return errors.Join(err, closeTrail(c.Trail))
	}
	err = listen(ctx, getenv("ARCO_API_LISTEN"), service, c.Log)
	over, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	return errors.Join(err, service.Close(over), closeTrail(c.Trail))
}

func openTrail(getenv func(string) string, t *telemetry.Telemetry, stdout io.Writer) (*audit.Trail, error) {
	c, err := audit.ConfigFromEnv(getenv)
	if err != nil {
		return nil, err
	}
	c.Hooks = t.Hooks()
	c.Routes = []audit.Route{{Name: "stdout", Sink: writersink.New(stdout), Required: true}}
	return audit.Open(c)
}

func closeTrail(t *audit.Trail) error {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	return t.Close(ctx)
}

// listen serves on the address and ends when ctx does, after the requests that run.
func listen(ctx context.Context, address string, h http.Handler, log *slog.Logger) error {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return errors.New("api: ARCO_API_LISTEN cannot be listened on: give a free address such as 127.0.0.1:8080")
	}
	return serve.Until(ctx, listener, h, log)
}

func fromEnv(getenv func(string) string) (c Config, err error) {
	var faults [6]error
	c.Posture, faults[0] = ParsePosture(getenv("ARCO_API_POSTURE"))
	c.DebugIdentities = getenv("ARCO_API_DEBUG_IDENTITIES") == "true"
	c.MetricsSecret = redact.NewSecret(getenv("ARCO_METRICS_SECRET"))
	c.Tokens.Issuer, c.Tokens.Audience = getenv("ARCO_API_JWT_ISSUER"), getenv("ARCO_API_JWT_AUDIENCE")
	c.Tokens.HS256, faults[1] = secret("ARCO_API_JWT_HS256", getenv)
	c.Tokens.RS256, faults[2] = publicKey(getenv("ARCO_API_JWT_RS256_FILE"))
	signing, fault := secret("ARCO_API_SIGNING_KEY", getenv)
	faults[3] = fault
	signer, fault := NewHMACSigner(getenv("ARCO_API_STORE"), signing)
	faults[4] = fault
	c.Signer = signer
	c.Telemetry, faults[5] = telemetry.New("arco.api")
	return c, errors.Join(faults[:]...)
}

func secret(name string, getenv func(string) string) (redact.Secret[[]byte], error) {
	b, err := base64.StdEncoding.DecodeString(getenv(name))
	if err != nil { // the decoder's error tells about the value
		return redact.Secret[[]byte]{}, errors.New("api: " + name + " is not standard base64: encode the key with padding")
	}
	return redact.NewSecret(b), nil
}

func publicKey(file string) (*rsa.PublicKey, error) {
	if file == "" {
		return nil, nil
	}
	pem, err := os.ReadFile(file)
	if err != nil {
		return nil, errors.New("api: ARCO_API_JWT_RS256_FILE cannot be read: check the path and the permissions")
	}
	key, err := jwt.ParseRSAPublicKeyFromPEM(pem)
	if err != nil {
		return nil, errors.New("api: ARCO_API_JWT_RS256_FILE is no public key of RSA: give a PEM file of one")
	}
	return key, nil
}
