package mutation

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/daxis-io/arco-audit/internal/overlay"
)

// Subject is a package whose mutants are tried.
type Subject struct {
	Dir     string   // of the package
	Tests   []string // directories of the packages whose tests are run, in this order
	Skip    string   // the tests that are not, as of go test -skip
	Reasons string   // the file that explains the mutants that no test notices
	Sample  int      // mutants that are tried when not all are asked for
}

var (
	chosen = flag.String("mutants", "", "try all mutants of functions that match this instead of a sample; . for those of all")
	seed   = flag.Uint64("mutants.seed", 1, "picks the sample of the mutants")
)

// run is one way to run the tests of a package, and how long it may take: what does not end is noticed too.
type run struct {
	dir, program string
	args         []string
	limit        time.Duration
}

// Hold tries the mutants of a package with the short tests, each in a process of its own. One that no test notices and
// no reason explains is a failure; so is a reason that explains none of all.
func Hold(t *testing.T, s Subject) {
	t.Helper()
	dir, err := filepath.Abs(s.Dir)
	stopAt(t, err)
	mutants, files, err := Instrument(dir)
	stopAt(t, err)
	reasons, err := ReadReasons(s.Reasons)
	stopAt(t, err)
	runs, err := prepare(t, s, files)
	stopAt(t, err)
	t.Logf("%d mutants", len(mutants))
	mutants, err = pick(mutants, s.Sample)
	stopAt(t, err)
	classes := map[string]int{}
	killed := 0
	for _, m := range try(t.Context(), runs, mutants) {
		if m.noticed {
			killed++
			continue
		}
		class, ok := reasons.Of(m.Mutant)
		classes[class]++
		if !ok {
			t.Errorf("no test notices %s", m)
		}
	}
	t.Logf("%d mutants, %d noticed by a test, the others by reason: %v", len(mutants), killed, classes)
	if *chosen == "." {
		for _, line := range reasons.Unused() {
			t.Errorf("a reason for what a test notices, or for nothing: %s", line)
		}
	}
}

func stopAt(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// prepare builds the tests with the mutants in them and runs them with none.
func prepare(t *testing.T, s Subject, files map[string][]byte) (runs []run, err error) {
	t.Helper()
	for _, tests := range s.Tests {
		dir, err := filepath.Abs(tests)
		if err != nil {
			return nil, err
		}
		name, err := overlay.Build(t.Context(), dir, t.TempDir(), files)
		if err != nil {
			return nil, err
		}
		r := run{dir: dir, program: name, args: []string{"-test.short", "-test.failfast", "-test.skip=" + s.Skip}, limit: time.Hour}
		began := time.Now()
		if !r.passes(t.Context(), Mutant{}) {
			return nil, fmt.Errorf("mutation: the tests in %s fail without a mutant", dir)
		}
		r.limit = 2*time.Second + 8*time.Since(began)
		runs = append(runs, r)
	}
	return runs, nil
}

// pick returns the mutants of the functions that are asked for, else a sample.
func pick(mutants []Mutant, sample int) ([]Mutant, error) {
	if *chosen != "" {
		functions, err := regexp.Compile(*chosen)
		if err != nil {
			return nil, err
		}
		return slices.DeleteFunc(mutants, func(m Mutant) bool { return !functions.MatchString(m.Function) }), nil
	}
	r := rand.New(rand.NewPCG(*seed, uint64(len(mutants))))
	r.Shuffle(len(mutants), func(i, j int) { mutants[i], mutants[j] = mutants[j], mutants[i] })
	return mutants[:min(sample, len(mutants))], nil
}

// verdict is a mutant and whether a test noticed it.
type verdict struct {
	Mutant

	noticed bool
}

// try tries the mutants, as many at a time as there are processors.
func try(ctx context.Context, runs []run, mutants []Mutant) []verdict {
	verdicts := make([]verdict, len(mutants))
	next := make(chan int)
	var workers sync.WaitGroup
	for range runtime.NumCPU() {
		workers.Go(func() {
			for i := range next {
				verdicts[i] = verdict{mutants[i], slices.ContainsFunc(runs, func(r run) bool { return !r.passes(ctx, mutants[i]) })}
			}
		})
	}
	for i := range mutants {
		next <- i
	}
	close(next)
	workers.Wait()
	return verdicts
}

// passes reports whether no test fails with the mutant, the zero one for none.
func (r *run) passes(ctx context.Context, m Mutant) bool {
	ctx, cancel := context.WithTimeout(ctx, r.limit)
	defer cancel()
	cmd := exec.CommandContext(ctx, r.program, r.args...)
	cmd.Dir = r.dir
	cmd.Env = append(os.Environ(), fmt.Sprintf("%s=%d", Variable, m.Number), "GOMEMLIMIT=1GiB", "GOMAXPROCS=1")
	return cmd.Run() == nil
}
