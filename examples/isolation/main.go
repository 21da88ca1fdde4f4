// Isolation verifies that the identity that writes audit data into a bucket can do nothing but write: that it can neither
// read nor list nor change nor delete what is there.
//
//	isolation [--allow-prod] PROJECT_ID BUCKET WRITER
//
// WRITER is the e-mail address of the service account of a service, which it impersonates; everything else it does as who
// runs it. It writes probe objects and removes them. Exit status 0: isolated; 1: not; 2: not verified.
//
// A condition of IAM on the names of objects does not bound a list call, which is evaluated on the bucket. Audit data is
// therefore kept apart by bucket, and each prefix is listed here to show it.
package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/signal"

	"cloud.google.com/go/auth/credentials"
	"cloud.google.com/go/auth/credentials/impersonate"
	"cloud.google.com/go/auth/httptransport"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	err := run(ctx, os.Args[1:], os.Stdout, cloud)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	os.Exit(status(err))
}

// status is what the process ends with.
func status(err error) int {
	switch {
	case err == nil:
		return 0
	case errors.Is(err, errNotIsolated):
		return 1
	}
	return 2
}

const cloudScope = "https://www.googleapis.com/auth/cloud-platform"

// cloud are the identities of Google Cloud.
func cloud(_ context.Context, writer string) (identities, error) {
	base, err := credentials.DetectDefault(&credentials.DetectOptions{Scopes: []string{cloudScope}})
	if err != nil {
		return identities{}, errors.New("isolation: there are no application default credentials: run gcloud auth application-default login")
	}
	clients := make([]*http.Client, 2)
	if clients[0], err = httptransport.NewClient(&httptransport.Options{Credentials: base}); err != nil {
		return identities{}, err
	}
	assumed, err := impersonate.NewCredentials(&impersonate.CredentialsOptions{
		TargetPrincipal: writer, Scopes: []string{cloudScope}, Client: clients[0],
	})
	if err != nil {
		return identities{}, err
	}
	if clients[1], err = httptransport.NewClient(&httptransport.Options{Credentials: assumed}); err != nil {
		return identities{}, err
	}
	return identities{operator: clients[0], writer: clients[1]}, nil
}
