// Consumer is a service that reads audit events from Pub/Sub: it appends every event to an archive of JSON lines
// once, prints denies, and says when it stops which events have not come. It needs Google credentials, a
// subscription of the topic that services publish to, and a topic for what cannot be read:
//
//	go run ./consumer -project p -subscription archive -dead projects/p/topics/audit-dead -dir /var/lib/audit
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"cloud.google.com/go/pubsub/v2"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := start(ctx, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func start(ctx context.Context, args []string) error {
	o, err := parse(args, os.Stderr)
	if err != nil {
		return err
	}
	// The client outlives ctx: what was handled is acknowledged after it.
	client, err := pubsub.NewClient(context.WithoutCancel(ctx), o.project)
	if err != nil {
		return err
	}
	defer client.Close()
	return run(ctx, client, o, os.Stdout)
}
