package mutation

import (
	"fmt"
	"os"
	"strings"
)

// Reasons say why no test can notice some mutants. A file of them has one class after the other: a line "# name: why",
// and below it the mutants, a line each: the function, a colon and the change. Two stars stand for anything: sources have single ones.
type Reasons struct {
	lines []reason
}

type reason struct {
	class, function, change string
	used                    bool
}

// ReadReasons reads a file of reasons.
func ReadReasons(name string) (*Reasons, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	reasons := &Reasons{}
	class := ""
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		if head, ok := strings.CutPrefix(line, "# "); ok {
			name, why, ok := strings.Cut(head, ": ")
			if !ok || why == "" {
				return nil, fmt.Errorf("mutation: a class without a reason: %q", line)
			}
			class = name
			continue
		}
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		function, change, ok := strings.Cut(line, ": ")
		if !ok || class == "" {
			return nil, fmt.Errorf("mutation: not a function and a change below a class: %q", line)
		}
		reasons.lines = append(reasons.lines, reason{class: class, function: function, change: change})
	}
	return reasons, nil
}

// Of returns the class of the reason why no test notices the mutant.
func (r *Reasons) Of(m Mutant) (class string, ok bool) {
	for i := range r.lines {
		if l := &r.lines[i]; fits(l.function, m.Function) && fits(l.change, m.Change) {
			l.used = true
			if !ok || class == Open {
				class, ok = l.class, true
			}
		}
	}
	return class, ok
}

// Open is the class of mutants that nobody has explained yet. It is a list of what is left to do: its lines may be
// those of mutants that a test notices by now.
const Open = "open"

// Unused returns the lines that Of found for no mutant, but for open ones.
func (r *Reasons) Unused() (lines []string) {
	for _, l := range r.lines {
		if !l.used && l.class != Open {
			lines = append(lines, l.function+": "+l.change)
		}
	}
	return lines
}

// fits reports whether text is the pattern with something for each wild.
func fits(pattern, text string) bool {
	parts := strings.Split(pattern, wild)
	if len(parts) == 1 {
		return pattern == text
	}
	if !strings.HasPrefix(text, parts[0]) {
		return false
	}
	text = text[len(parts[0]):]
	for _, p := range parts[1 : len(parts)-1] {
		i := strings.Index(text, p)
		if i < 0 {
			return false
		}
		text = text[i+len(p):]
	}
	return strings.HasSuffix(text, parts[len(parts)-1])
}

// wild stands for anything.
const wild = "**"
