package catalog

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net"
	"slices"
	"strings"
	"time"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/examples/serve"
	"github.com/daxis-io/arco-audit/examples/telemetry"
	"github.com/daxis-io/arco-audit/redact"
	"github.com/daxis-io/arco-audit/sinks/writersink"
)

// ProviderFromEnv makes a provider of what getenv says. Its errors name the variable.
type ProviderFromEnv func(getenv func(string) string) (Provider, error)

// Run serves until ctx ends, with what getenv (os.Getenv) says. Events go to stdout as lines of JSON, where an agent
// collects them, logs to stderr. Beside the variables of audit.ConfigFromEnv there are:
//
//	ARCO_CATALOG_LISTEN           address, such as 127.0.0.1:8181
//	ARCO_CATALOG_WAREHOUSE        an existing directory
//	ARCO_CATALOG_PREFIX           main by default
//	ARCO_CATALOG_READ_ONLY        true refuses every change
//	ARCO_CATALOG_CREDENTIALS      local vends credentials signed with a key of this process, a name of providers what
//	                              that makes; none by default
//	ARCO_CATALOG_JWT_HS256        shared key of bearer tokens, standard base64
//	ARCO_CATALOG_JWT_ISSUER, ARCO_CATALOG_JWT_AUDIENCE
//
// What is wrong with the configuration, a trail that cannot be opened among it, is returned before the first
// request is served.
func Run(ctx context.Context, getenv func(string) string, stdout, stderr io.Writer, providers map[string]ProviderFromEnv) error {
	c, err := fromEnv(getenv, providers)
	if err != nil {
		return err
	}
	c.Log = slog.New(slog.NewJSONHandler(stderr, nil))
	t, err := audit.ConfigFromEnv(getenv)
	if err != nil {
		return err
	}
	t.Hooks = c.Telemetry.Hooks()
	t.Routes = []audit.Route{{Name: "stdout", Sink: writersink.New(stdout), Required: true}}
	if c.Trail, err = audit.Open(t); err != nil {
		return err
	}
	service, err := NewService(c)
	if err == nil {
		err = errors.Join(service.listen(ctx, getenv("ARCO_CATALOG_LISTEN")), service.Close())
	}
	over, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	return errors.Join(err, c.Trail.Close(over))
}

func (s *Service) listen(ctx context.Context, address string) error {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return errors.New("catalog: ARCO_CATALOG_LISTEN cannot be listened on: give a free address such as 127.0.0.1:8181")
	}
	return serve.Until(ctx, listener, s, s.config.Log)
}

func fromEnv(getenv func(string) string, providers map[string]ProviderFromEnv) (c ServiceConfig, err error) {
	c.Warehouse, c.Prefix = getenv("ARCO_CATALOG_WAREHOUSE"), getenv("ARCO_CATALOG_PREFIX")
	c.ReadOnly = getenv("ARCO_CATALOG_READ_ONLY") == "true"
	var faults [4]error
	c.Provider, faults[0] = providerOf(getenv, providers)
	key, err := base64.StdEncoding.DecodeString(getenv("ARCO_CATALOG_JWT_HS256"))
	if err != nil { // the decoder's error tells about the value
		faults[1] = errors.New("catalog: ARCO_CATALOG_JWT_HS256 is not standard base64: encode the key with padding")
	}
	c.Bearer, faults[2] = OpenBearer(getenv("ARCO_CATALOG_JWT_ISSUER"), getenv("ARCO_CATALOG_JWT_AUDIENCE"), redact.NewSecret(key))
	c.Telemetry, faults[3] = telemetry.New("arco.catalog")
	return c, errors.Join(faults[:]...)
}

func providerOf(getenv func(string) string, providers map[string]ProviderFromEnv) (Provider, error) {
	name := getenv("ARCO_CATALOG_CREDENTIALS")
	if open, known := providers[name]; known {
		return open(getenv)
	}
	switch name {
	case "":
		return nil, nil
	case "local":
		return NewSigner(), nil
	}
	names := append(slices.Sorted(maps.Keys(providers)), "local")
	return nil, fmt.Errorf("catalog: ARCO_CATALOG_CREDENTIALS is unknown: use %s, or nothing to vend none", strings.Join(names, " or "))
}
