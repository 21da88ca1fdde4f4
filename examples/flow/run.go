package flow

import (
	"context"
	"encoding/base64"
	"errors"
	"io"
	"log/slog"
	"net"
	"strings"
	"time"

	"google.golang.org/grpc"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/examples/serve"
	"github.com/daxis-io/arco-audit/examples/telemetry"
	"github.com/daxis-io/arco-audit/redact"
	"github.com/daxis-io/arco-audit/sinks/writersink"
)

// Run serves until ctx ends, with what getenv (os.Getenv) says. Events go to stdout as lines of JSON, where an agent
// collects them, logs to stderr. Beside the variables of audit.ConfigFromEnv there are:
//
//	ARCO_FLOW_LISTEN, ARCO_FLOW_LISTEN_GRPC   addresses, such as 127.0.0.1:8081
//	ARCO_FLOW_TASK_KEY, ARCO_FLOW_SERVICE_KEY  standard base64
//	ARCO_FLOW_SERVICES                         names of internal services, with commas
//
// What is wrong with the configuration, a trail that cannot be opened among it, is returned before the first
// request is served.
func Run(ctx context.Context, getenv func(string) string, stdout, stderr io.Writer) error {
	c := Config{Services: strings.Split(getenv("ARCO_FLOW_SERVICES"), ","), Log: slog.New(slog.NewJSONHandler(stderr, nil))}
	var faults [4]error
	c.TaskKey, faults[0] = secret("ARCO_FLOW_TASK_KEY", getenv)
	c.ServiceKey, faults[1] = secret("ARCO_FLOW_SERVICE_KEY", getenv)
	c.Telemetry, faults[2] = telemetry.New("arco.flow")
	trail, fault := audit.ConfigFromEnv(getenv)
	faults[3] = fault
	if err := errors.Join(faults[:]...); err != nil {
		return err
	}
	trail.Hooks = c.Telemetry.Hooks()
	trail.Routes = []audit.Route{{Name: "stdout", Sink: writersink.New(stdout), Required: true}}
	var err error
	if c.Trail, err = audit.Open(trail); err != nil {
		return err
	}
	service, err := New(c)
	if err == nil {
		err = errors.Join(service.listen(ctx, getenv("ARCO_FLOW_LISTEN"), getenv("ARCO_FLOW_LISTEN_GRPC")), service.Close())
	}
	over, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	return errors.Join(err, c.Trail.Close(over))
}

func secret(name string, getenv func(string) string) (redact.Secret[[]byte], error) {
	b, err := base64.StdEncoding.DecodeString(getenv(name))
	if err != nil { // the decoder's error tells about the value
		return redact.Secret[[]byte]{}, errors.New("flow: " + name + " is not standard base64: encode the key with padding")
	}
	return redact.NewSecret(b), nil
}

// listen serves on both addresses and ends when ctx does, after the requests that run.
func (f *Flow) listen(ctx context.Context, address, grpcAddress string) error {
	web, err := net.Listen("tcp", address)
	if err != nil {
		return errors.New("flow: ARCO_FLOW_LISTEN cannot be listened on: give a free address such as 127.0.0.1:8081")
	}
	calls, err := net.Listen("tcp", grpcAddress)
	if err != nil {
		return errors.Join(errors.New("flow: ARCO_FLOW_LISTEN_GRPC cannot be listened on: give a free address such as 127.0.0.1:9081"), web.Close())
	}
	rpc := f.NewServer(grpc.MaxRecvMsgSize(maxBody))
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	done := make(chan error, 1)
	go func() {
		defer stop() // one that fails ends both
		done <- rpc.Serve(calls)
	}()
	err = serve.Until(ctx, web, f, f.config.Log)
	rpc.Stop()
	if fault := <-done; !errors.Is(fault, grpc.ErrServerStopped) {
		err = errors.Join(err, fault)
	}
	return err
}
