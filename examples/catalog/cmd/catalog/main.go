// Catalog serves package catalog, configured by its environment.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/daxis-io/arco-audit/examples/catalog"
	"github.com/daxis-io/arco-audit/examples/catalog/gcs"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	providers := map[string]catalog.ProviderFromEnv{"gcs": gcs.FromEnv}
	if err := catalog.Run(ctx, os.Getenv, os.Stdout, os.Stderr, providers); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
