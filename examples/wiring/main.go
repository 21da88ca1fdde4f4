// Wiring is how a service is set up: one trail with its destinations, the identity of a request, one line per
// decision in a handler, and an orderly end. It needs Google credentials, a topic and a log:
//
//	ARCO_AUDIT_ACTOR_HMAC_KEY=... go run ./wiring
package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	logging "cloud.google.com/go/logging/apiv2"
	"cloud.google.com/go/pubsub/v2"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/redact"
	"github.com/daxis-io/arco-audit/sinks/gcplogsink"
	"github.com/daxis-io/arco-audit/sinks/pubsubsink"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run serves until ctx ends. The trail is closed after the server has stopped, and the clients after the trail.
func run(ctx context.Context) error {
	keys, err := redact.KeysFromEnv(os.Getenv("ARCO_AUDIT_ACTOR_HMAC_KEY"))
	if err != nil {
		return err
	}
	client, err := pubsub.NewClient(ctx, "p")
	if err != nil {
		return err
	}
	defer client.Close()
	logs, err := logging.NewClient(ctx)
	if err != nil {
		return err
	}
	defer logs.Close()
	trail, err := audit.Open(config(client, logs, keys))
	if err != nil {
		return err
	}
	return errors.Join(serve(ctx, &service{trail}), shutDown(ctx, trail))
}

func config(client *pubsub.Client, logs *logging.Client, keys redact.Keys) audit.Config {
	return audit.Config{
		Service: "catalog", Environment: "prod",
		Dir:  "/var/lib/arco/audit", // journal on a disk that outlives the process
		Keys: keys,                  // redact.Keys: pseudonym key ring
		Routes: []audit.Route{
			{Name: "pubsub", Sink: pubsubsink.New(client, "projects/p/topics/audit"), Required: true},
			{Name: "logging", Sink: gcplogsink.New(logs, "projects/p/logs/arco-audit")},
		},
	}
}

func serve(ctx context.Context, s *service) error {
	server := &http.Server{Addr: "127.0.0.1:8181", Handler: s.routes(), ReadHeaderTimeout: 5 * time.Second}
	stopped := context.AfterFunc(ctx, func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
		defer cancel()
		_ = server.Shutdown(ctx)
	})
	defer stopped()
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

func shutDown(ctx context.Context, trail *audit.Trail) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	return trail.Close(ctx) // *audit.UndeliveredError says what is still where
}
