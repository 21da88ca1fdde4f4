// Command lakehouse runs an Iceberg REST catalog that audits its decisions to several sinks at once, drives
// it with the Apache Iceberg client for Go, hides secrets in what it sends, and then prints the trail.
//
// It ends with an error when a hidden secret is found in any sink, when a decision has no event or two, or
// when an event is not a valid CloudEvent.
//
//	lakehouse [--block] [--serve] [--dir DIR]
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
