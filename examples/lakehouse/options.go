package main

import (
	"errors"
	"flag"
	"io"
)

// options are the command line.
type options struct {
	block, serve bool
	dir          string
	seed         uint64
}

func parseOptions(args []string, stderr io.Writer) (options, error) {
	var o options
	flags := flag.NewFlagSet("lakehouse", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.BoolVar(&o.block, "block", false, "add one more route whose sink never returns to each service")
	flags.BoolVar(&o.serve, "serve", false, "keep the services running afterwards and say how to talk to them")
	flags.StringVar(&o.dir, "dir", "", "keep warehouse, journals and trails in this directory (default: a temporary one, removed at the end)")
	flags.Uint64Var(&o.seed, "seed", 1, "the day is drawn from this number: the same day again, but for ids and times")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if flags.NArg() > 0 {
		return o, errors.New("lakehouse: there are no arguments but flags: see lakehouse -h")
	}
	return o, nil
}
