package lql

import (
	"errors"
	"regexp"
	"strings"
)

// comparison is one field against one value.
type comparison struct {
	field getter
	op    string
	value literal
}

// compare returns the comparison of a field with a value.
func compare(f getter, op string, v literal) (node, error) {
	v = v.folded()
	switch op {
	case "=~", "!~":
		if !v.quoted {
			return nil, errors.New("a regular expression must be in quotation marks")
		}
		re, err := regexp.Compile(v.text)
		if err != nil {
			return nil, errors.New("a regular expression that RE2 cannot read")
		}
		return pattern{f, re, op == "!~"}, nil
	}
	if v.text == "*" && !v.quoted {
		if op != ":" {
			return nil, errors.New(`the asterisk stands only after ":"`)
		}
		return present{f}, nil
	}
	return comparison{f, op, v}, nil
}

// present is true of a field that is set ([lql], Missing fields).
type present struct{ field getter }

func (p present) match(e Entry) bool { return p.field.set(e) }

// pattern searches strings alone, as they are ([lql], Using regular expressions).
type pattern struct {
	field getter
	re    *regexp.Regexp
	not   bool
}

func (p pattern) match(e Entry) bool {
	return p.field.each(e, func(v any) bool {
		s, isText := v.(string)
		return isText && p.re.MatchString(s) != p.not
	})
}

func (c comparison) match(e Entry) bool {
	if c.op == ":" {
		return c.field.each(e, func(v any) bool { return hasBelow(v, c.value) })
	}
	return c.field.each(e, c.holds)
}

func (c comparison) holds(v any) bool {
	if v == nil || c.value.text == "NULL_VALUE" && !c.value.quoted {
		isNull := v == nil && c.value.text == "NULL_VALUE" && !c.value.quoted
		return isNull && c.op == "="
	}
	o, ok := order(v, c.value)
	if !ok {
		return false
	}
	switch c.op {
	case "=":
		return o == 0
	case "!=":
		return o != 0
	case "<":
		return o < 0
	case "<=":
		return o <= 0
	case ">":
		return o > 0
	}
	return o >= 0
}

// hasBelow tells whether v, or anything in it, has the value: as a substring of a text, else by equality ([lql],
// Comparison operators and Global restrictions).
func hasBelow(v any, l literal) bool {
	switch v := v.(type) {
	case string:
		return strings.Contains(folded(v), l.fold)
	case map[string]any:
		for _, inner := range v {
			if hasBelow(inner, l) {
				return true
			}
		}
		return false
	case []any:
		for _, inner := range v {
			if hasBelow(inner, l) {
				return true
			}
		}
		return false
	}
	o, ok := order(v, l)
	return ok && o == 0
}
