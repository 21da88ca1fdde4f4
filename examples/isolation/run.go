package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/google/uuid"
	"google.golang.org/api/option"
	"google.golang.org/api/storage/v1"
)

// errNotIsolated says that the writer can do what it must not, or that probes stay behind.
var errNotIsolated = errors.New("isolation: the writer is not isolated from the audit data")

// identities are those that the verification needs, as clients that act for them.
type identities struct {
	operator, writer *http.Client
	endpoint         string // of the storage service; "" for Google's
}

// prefixes are what the probes are below: the list of each shows what a condition on it is worth.
var prefixes = []string{"events/", "checkpoints/", ""}

// run verifies and reports on stdout, one line a check.
func run(ctx context.Context, args []string, stdout io.Writer, as func(ctx context.Context, writer string) (identities, error)) (err error) {
	flags := flag.NewFlagSet("isolation", flag.ContinueOnError)
	flags.SetOutput(stdout)
	allowed := flags.Bool("allow-prod", false, "accept a bucket whose name says that it is for production")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() != 3 {
		return errors.New("isolation: give PROJECT_ID BUCKET WRITER")
	}
	project, bucket, writer := flags.Arg(0), flags.Arg(1), flags.Arg(2)
	if production(bucket) && !*allowed {
		return errors.New("isolation: the bucket is for production: probes would be written into it; give --allow-prod if they may")
	}
	who, err := as(ctx, writer)
	if err != nil {
		return err
	}
	v, err := newVerification(ctx, who, project, bucket, stdout)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, v.clean(ctx)) }()
	return v.all(ctx)
}

// production reports a bucket whose name has a part that says so.
func production(bucket string) bool {
	for part := range strings.FieldsFuncSeq(strings.ToLower(bucket), func(r rune) bool { return r == '-' || r == '_' || r == '.' }) {
		if part == "prod" || part == "production" || part == "live" {
			return true
		}
	}
	return false
}

// verification is one run on one bucket.
type verification struct {
	operator, writer *storage.Service
	project, bucket  string
	mark             string // makes the names of this run's probes its own
	probes           []probe
	failed           int
	out              io.Writer
}

// probe is an object of the operator.
type probe struct {
	name       string
	generation int64
}

func newVerification(ctx context.Context, who identities, project, bucket string, out io.Writer) (*verification, error) {
	v := &verification{project: project, bucket: bucket, mark: "probe-" + uuid.NewString(), out: out}
	var err error
	if v.operator, err = service(ctx, who.operator, who.endpoint); err != nil {
		return nil, err
	}
	v.writer, err = service(ctx, who.writer, who.endpoint)
	return v, err
}

func service(ctx context.Context, client *http.Client, endpoint string) (*storage.Service, error) {
	options := []option.ClientOption{option.WithHTTPClient(client)}
	if endpoint != "" {
		options = append(options, option.WithEndpoint(endpoint))
	}
	return storage.NewService(ctx, options...)
}

func (v *verification) all(ctx context.Context) error {
	if err := v.plant(ctx); err != nil {
		return err
	}
	if err := v.writes(ctx); err != nil {
		return err
	}
	if err := v.attacks(ctx); err != nil {
		return err
	}
	if err := v.intact(ctx); err != nil {
		return err
	}
	if v.failed > 0 {
		return fmt.Errorf("%w: %d checks failed", errNotIsolated, v.failed)
	}
	return nil
}

// check reports one check.
func (v *verification) check(holds bool, what string) {
	word := "ok  "
	if !holds {
		word = "FAIL"
		v.failed++
	}
	fmt.Fprintln(v.out, word, what)
}

const content = "a probe of the verification of isolation"

// plant writes the probes as the operator. The bucket must belong to the project, so that no other is probed.
func (v *verification) plant(ctx context.Context) error {
	for _, prefix := range prefixes {
		made, err := v.operator.Objects.Insert(v.bucket, &storage.Object{Name: prefix + v.mark}).UserProject(v.project).
			IfGenerationMatch(0).Media(strings.NewReader(content)).Context(ctx).Do()
		if err != nil {
			return fmt.Errorf("isolation: the operator cannot write a probe, so nothing is verified: %w", err)
		}
		v.probes = append(v.probes, probe{made.Name, made.Generation})
	}
	return nil
}

// clean removes what this run has written, whatever became of it. What stays behind is a failure.
func (v *verification) clean(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
	defer cancel()
	var faults []error
	for _, prefix := range append([]string{"written/"}, prefixes...) {
		err := v.operator.Objects.Delete(v.bucket, prefix+v.mark).UserProject(v.project).Context(ctx).Do()
		if err != nil && code(err) != http.StatusNotFound {
			faults = append(faults, fmt.Errorf("isolation: the probe %s stays behind: %w", prefix+v.mark, err))
		}
	}
	return errors.Join(faults...)
}
