package mutation_test

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/daxis-io/arco-audit/examples/mutation"
)

func ExampleInstrument() {
	dir, err := os.MkdirTemp("", "mutation")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	source := "package p\n\nfunc f(d d) {\n\td.deny(1)\n}\n"
	if err := os.WriteFile(filepath.Join(dir, "p.go"), []byte(source), 0o600); err != nil {
		fmt.Println(err)
		return
	}
	places, files, err := mutation.Instrument(dir)
	fmt.Println(places[0].Where, len(files), err)
	// Output:
	// p.go:4:2 deny 1 <nil>
}
