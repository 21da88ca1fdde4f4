// Command lakehouse runs a day of a lakehouse and holds its audit trails to everything that was seen from outside.
//
// Three services, an Iceberg REST catalog, the API of a browser and the flow of tasks, run as processes of their own,
// each with a trail on a journal. What they emit goes to destinations that they share: files, slog, memory, and
// Pub/Sub and Cloud Logging as servers of this process, which the real clients talk to. Users work through the Apache
// Iceberg client for Go, HTTP and gRPC; the day is drawn from a seed. In the middle of it the catalog is killed with
// SIGKILL while two destinations are down.
//
// It ends with an error when a decision has no event or two, when two copies of an event differ, when one is lost or a
// trail has a gap, when Cloud Logging and SQL give different answers, or when a secret that was planted is found in
// any sink, log or report.
//
//	lakehouse [--seed N] [--block] [--serve] [--dir DIR]
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	if os.Getenv(serviceMark) != "" {
		os.Exit(serveMain())
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
