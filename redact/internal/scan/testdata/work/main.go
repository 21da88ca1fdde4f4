// Command work scans a text with the counters of coverage on and writes them to
// a directory. It is built with -cover -covermode=atomic.
package main

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"runtime/coverage"
	"strconv"
	"strings"

	"github.com/daxis-io/arco-audit/redact/internal/scan"
)

// Each line of the input is a quoted piece of text, the size to which it is
// repeated, and a directory.
func main() {
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		if err := count(lines.Text()); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}

func count(line string) error {
	quoted, err := strconv.QuotedPrefix(line)
	if err != nil {
		return err
	}
	piece, err := strconv.Unquote(quoted)
	if err != nil {
		return err
	}
	var size int
	var dir string
	if _, err := fmt.Sscan(line[len(quoted):], &size, &dir); err != nil {
		return err
	}
	text := strings.Repeat(piece, size/len(piece)+1)
	if err := coverage.ClearCounters(); err != nil {
		return err
	}
	scan.All(text)
	return errors.Join(os.Mkdir(dir, 0o700), coverage.WriteCountersDir(dir), coverage.WriteMetaDir(dir))
}
