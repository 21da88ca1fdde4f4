package main

import (
	"fmt"
	"io"
	"os"
)

// progress names the running step on one line of a terminal, and is silent elsewhere.
type progress struct {
	w     io.Writer // nil: silent
	total int
	done  int
}

func newProgress(stderr io.Writer, total int) *progress {
	p := &progress{total: total}
	if f, ok := stderr.(*os.File); ok {
		if info, err := f.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
			p.w = stderr
		}
	}
	return p
}

func (p *progress) step(name string) {
	p.done++
	if p.w != nil {
		fmt.Fprintf(p.w, "\r\x1b[K[%d/%d] %s", p.done, p.total, name)
	}
}

func (p *progress) end() {
	if p.w != nil {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
}
