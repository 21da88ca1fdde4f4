package main

import (
	"errors"
	"flag"
	"io"
)

// options are what the command line says.
type options struct {
	project, subscription, dead, dir string
	window                           int
}

func parse(args []string, stderr io.Writer) (options, error) {
	var o options
	flags := flag.NewFlagSet("consumer", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&o.project, "project", "", "Google Cloud project of the subscription")
	flags.StringVar(&o.subscription, "subscription", "", "id of the subscription")
	flags.StringVar(&o.dead, "dead", "", "topic for messages that are no audit events, projects/{project}/topics/{topic}")
	flags.StringVar(&o.dir, "dir", "", "directory of the archive")
	flags.IntVar(&o.window, "window", 100_000, "how many events are remembered, so that copies are dropped")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if o.project == "" || o.subscription == "" || o.dead == "" || o.dir == "" {
		return o, errors.New("consumer: -project, -subscription, -dead and -dir are required")
	}
	return o, nil
}
