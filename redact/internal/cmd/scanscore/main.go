// Command scanscore measures the scanner on synthesised material: recall by
// kind and form, false positives by class, and throughput.
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/daxis-io/arco-audit/redact"
	"github.com/daxis-io/arco-audit/redact/internal/corpus"
)

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(args []string, out io.Writer) error {
	flags := flag.NewFlagSet("scanscore", flag.ContinueOnError)
	seed := flags.Uint64("seed", uint64(time.Now().UnixNano()), "seed of the corpus")
	perKind := flags.Int("kind", 4, "secrets of each kind")
	perClass := flags.Int("class", 400, "legitimate values of each class")
	show := flags.Int("show", 3, "examples of each failure to print")
	dump := flags.String("dump", "", "write the corpus to this file, one JSON object a line, and measure nothing")
	if err := flags.Parse(args); err != nil {
		return err
	}
	fmt.Fprintf(out, "seed %d\n", *seed)
	if *dump != "" {
		return dumpCorpus(*dump, corpus.New(*seed), *perKind, *perClass)
	}
	recall(out, corpus.New(*seed), *perKind, *show)
	values := falsePositives(out, corpus.New(*seed), *perClass, *show)
	throughput(out, values)
	return nil
}

// value is a line of the dump.
type value struct {
	Form   string // "legitimate" or the form in which a secret arrives
	Text   string
	Secret bool
}

// dumpCorpus writes the corpus for scanners that live in modules of their own.
func dumpCorpus(path string, g *corpus.Gen, perKind, perClass int) (err error) {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	lines := json.NewEncoder(f)
	for _, s := range g.Secrets(perKind) {
		for _, form := range corpus.Forms {
			text, ok := form.Apply(g, s)
			if !ok || form.Bonus {
				continue
			}
			if err := lines.Encode(value{Form: form.Name, Text: text, Secret: true}); err != nil {
				return err
			}
		}
	}
	for _, list := range g.Legit(perClass) {
		for _, v := range list {
			if err := lines.Encode(value{Form: "legitimate", Text: v}); err != nil {
				return err
			}
		}
	}
	return nil
}

type tally struct{ hit, all int }

func (t tally) String() string {
	return fmt.Sprintf("%6d of %6d  %7.3f %%", t.hit, t.all, 100*float64(t.hit)/float64(max(t.all, 1)))
}

// tallies gathers recall by kind and what Mask let through.
type tallies struct {
	out   io.Writer
	show  int
	kinds map[string]*tally
	leaks tally
}

func recall(out io.Writer, g *corpus.Gen, perKind, show int) {
	t := &tallies{out: out, show: show, kinds: make(map[string]*tally)}
	samples := g.Secrets(perKind)
	var forms tally
	fmt.Fprintln(out, "recall by form")
	for _, form := range corpus.Forms {
		one := t.form(g, form, samples)
		fmt.Fprintf(out, "  %-22s %v\n", form.Name, one)
		if form.Name != "plain" && !form.Bonus {
			forms.hit += one.hit
			forms.all += one.all
		}
	}
	fmt.Fprintf(out, "  %-22s %v\n  %-22s %v\n", "all promised forms", forms, "left by Mask", t.leaks)
	t.worst()
}

func (t *tallies) form(g *corpus.Gen, form corpus.Form, samples []corpus.Sample) (one tally) {
	for _, s := range samples {
		text, ok := form.Apply(g, s)
		if !ok {
			continue
		}
		k := t.kinds[s.Kind]
		if k == nil {
			k = new(tally)
			t.kinds[s.Kind] = k
		}
		_, hit := redact.Scan(text)
		one.count(hit)
		k.count(hit)
		if !hit && one.all-one.hit <= t.show {
			fmt.Fprintf(t.out, "  missed %s as %s: %.300q\n", s.Kind, form.Name, text)
		}
		if form.Name == "plain" {
			masked, _ := redact.Mask(text)
			t.leaks.count(strings.Contains(masked, s.Secret))
		}
	}
	return one
}

func (t *tally) count(hit bool) {
	t.all++
	if hit {
		t.hit++
	}
}

// worst prints the kinds that were missed in some form.
func (t *tallies) worst() {
	fmt.Fprintln(t.out, "kinds below 100 %")
	names := slices.Sorted(maps.Keys(t.kinds))
	for _, n := range names {
		if k := t.kinds[n]; k.hit < k.all {
			fmt.Fprintf(t.out, "  %-40s %v\n", n, *k)
		}
	}
	fmt.Fprintf(t.out, "  %d kinds in all\n", len(names))
}

func falsePositives(out io.Writer, g *corpus.Gen, perClass, show int) []string {
	var values []string
	var total tally
	fmt.Fprintln(out, "false positives by class")
	for name, list := range g.Legit(perClass) {
		t := tally{all: len(list)}
		for _, v := range list {
			if f, hit := redact.Scan(v); hit {
				t.hit++
				if t.hit <= show {
					fmt.Fprintf(out, "  %s: %.200q is not %v at %d-%d\n", name, v, f.Kind, f.Start, f.End)
				}
			}
		}
		total.hit += t.hit
		total.all += t.all
		values = append(values, list...)
	}
	fmt.Fprintf(out, "  %d classes, %d of %d\n", len(corpus.Classes), total.hit, total.all)
	return values
}

func throughput(out io.Writer, values []string) {
	bytes := 0
	for _, v := range values {
		bytes += len(v)
	}
	measure := func(name string, f func(string) bool) {
		best := time.Duration(1 << 62)
		n := 0
		for range 5 {
			start := time.Now()
			for _, v := range values {
				if f(v) {
					n++
				}
			}
			best = min(best, time.Since(start))
		}
		fmt.Fprintf(out, "  %-10s %8.1f MB/s, %6.1f ns a value (%d hits)\n", name, float64(bytes)/best.Seconds()/1e6, float64(best.Nanoseconds())/float64(len(values)), n/5)
	}
	fmt.Fprintf(out, "throughput, %d values of %.1f bytes on average\n", len(values), float64(bytes)/float64(len(values)))
	measure("Scan", func(v string) bool { _, ok := redact.Scan(v); return ok })
	measure("IndexByte", func(v string) bool { return strings.IndexByte(v, 0) >= 0 })
}
