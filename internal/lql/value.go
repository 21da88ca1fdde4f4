package lql

import (
	"math"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// literal is a value of a query.
type literal struct {
	text   string
	quoted bool
	fold   string // text without case
}

func (l literal) folded() literal {
	l.fold = folded(l.text)
	return l
}

// folded returns s with the letters that differ only in case made equal.
func folded(s string) string {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return strings.Map(func(r rune) rune { return unicode.ToLower(unicode.ToUpper(r)) }, s)
		}
	}
	return strings.ToLower(s)
}

func (l literal) number() (float64, bool) {
	n, err := strconv.ParseFloat(l.text, 64)
	return n, err == nil
}

func (l literal) boolean() (value, ok bool) {
	switch strings.ToLower(l.text) {
	case "true":
		return true, true
	case "false":
		return false, true
	}
	return false, false
}

// layouts are the forms of a timestamp: RFC 3339, and ISO 8601 as the documentation shows it; a date alone is
// its midnight in UTC ([lql], Searching by time).
var layouts = [...]string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999", "2006-01-02T15:04Z07:00", "2006-01-02"}

func (l literal) time() (time.Time, bool) {
	for _, layout := range layouts {
		if t, err := time.Parse(layout, l.text); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

func (l literal) duration() (time.Duration, bool) {
	if strings.Count(l.text, "µ")+strings.Count(l.text, "μ") > 0 || l.text == "0" {
		return 0, false // time.ParseDuration knows more units than the language
	}
	d, err := time.ParseDuration(l.text)
	return d, err == nil
}

func (l literal) severity() (Severity, bool) {
	if s, known := severities[strings.ToUpper(l.text)]; known {
		return s, true
	}
	n, err := strconv.Atoi(l.text)
	return Severity(n), err == nil
}

// order compares the value of a field with the literal, which it converts to the type of the field ([lql],
// Values and conversions). It is false when there is no order between them.
func order(value any, l literal) (int, bool) {
	switch v := value.(type) {
	case string:
		return strings.Compare(folded(v), l.fold), true
	case float64:
		n, ok := l.number()
		return sign(v-n, v == n), ok && !math.IsNaN(v-n) || ok && v == n
	case bool:
		b, ok := l.boolean()
		return rank(v) - rank(b), ok
	case time.Time:
		t, ok := l.time()
		return v.Compare(t), ok
	case time.Duration:
		d, ok := l.duration()
		return sign(float64(v-d), v == d), ok
	case Severity:
		s, ok := l.severity()
		return int(v - s), ok
	}
	return 0, false
}

func sign(difference float64, equal bool) int {
	switch {
	case equal:
		return 0
	case difference < 0:
		return -1
	}
	return 1
}

func rank(b bool) int {
	if b {
		return 1
	}
	return 0
}
