package gcplogsink

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/daxis-io/arco-audit/internal/lql"
)

// Filled is a question with its parameters: a filter for Cloud Logging, and SQL for the log view of a bucket with
// Log Analytics or its linked dataset in BigQuery.
type Filled struct {
	Filter string
	SQL    string
	// Arguments are the query parameters of SQL, by name. Pass them beside it, never in it.
	Arguments []Argument
}

// Argument is a query parameter of BigQuery.
type Argument struct {
	Name  string
	Type  string // "STRING", "INT64" or "TIMESTAMP"
	Value string
}

// Query fills the question of that name. The parameters are those that the Question needs:
//
//	log        the log, as New was given it
//	view       the log view for SQL: project.location.bucket.view, or the project.dataset.view that is linked
//	since      first instant, RFC 3339
//	until      first instant after the window, RFC 3339
//	tenant, actor, request   as the events have them, in any letter case, as Cloud Logging compares
//	table      namespace and name as the events have them ("sales.orders"), in exactly this letter case
//	zone       time zone, such as "Europe/Berlin"
//	hours      hours of the day, two digits each: "20,21,22"
//	threshold  a count
//
// Values are quoted for where they stand, so that none can change the question. An error names the parameter that
// is missing, unknown or of no such form, and never repeats its value.
func Query(name string, params map[string]string) (Filled, error) {
	if !slices.ContainsFunc(Questions(), func(q Question) bool { return q.Name == name }) {
		return Filled{}, errors.New("gcplogsink: the cookbook has no such question: see Questions")
	}
	t := readTemplate(name)
	values, err := checked(t.needs(), params)
	if err != nil {
		return Filled{}, err
	}
	filter, err := fillFilter(t.filter, values)
	if err != nil {
		return Filled{}, err
	}
	filled := Filled{Filter: filter, SQL: strings.ReplaceAll(t.sql, "{view}", values["view"])}
	for _, name := range t.arguments() {
		filled.Arguments = append(filled.Arguments, Argument{name, parameters[name].kind, values[name]})
	}
	return filled, nil
}

// parameter says what a value must look like. clean returns the value as it is used.
type parameter struct {
	kind  string // of a query parameter
	form  string // for whom the value was wrong
	clean func(string) (string, bool)
}

// maxParameterBytes is more than any name in an event has.
const maxParameterBytes = 2048

var parameters = map[string]parameter{
	"log":       {"STRING", `a name such as "projects/p/logs/arco-audit"`, shaped(logName)},
	"view":      {"", `a view such as "project.dataset._AllLogs"`, shaped(regexp.MustCompile(`^[A-Za-z0-9_:.-]{1,512}$`))},
	"since":     {"TIMESTAMP", "a time of RFC 3339", instant},
	"until":     {"TIMESTAMP", "a time of RFC 3339", instant},
	"tenant":    {"STRING", "text", text},
	"actor":     {"STRING", "text", text},
	"request":   {"STRING", "text", text},
	"table":     {"STRING", "text", text},
	"zone":      {"STRING", `a time zone such as "Europe/Berlin"`, shaped(regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_+/-]{0,63}$`))},
	"hours":     {"STRING", `hours such as "20,21,22"`, shaped(regexp.MustCompile(`^([01][0-9]|2[0-3])(,([01][0-9]|2[0-3])){0,23}$`))},
	"threshold": {"INT64", "a count from 1 on", count},
}

func shaped(form *regexp.Regexp) func(string) (string, bool) {
	return func(s string) (string, bool) { return s, form.MatchString(s) }
}

func text(s string) (string, bool) {
	return s, s != "" && len(s) <= maxParameterBytes && utf8.ValidString(s)
}

func instant(s string) (string, bool) {
	t, err := time.Parse(time.RFC3339Nano, s)
	return t.UTC().Format("2006-01-02T15:04:05.000000Z"), err == nil
}

func count(s string) (string, bool) {
	n, err := strconv.ParseInt(s, 10, 64)
	return strconv.FormatInt(n, 10), err == nil && n > 0
}

// checked returns the parameters as they are used, which are exactly those that are needed.
func checked(needs []string, params map[string]string) (map[string]string, error) {
	values := map[string]string{}
	for _, name := range needs {
		given, has := params[name]
		if !has {
			return nil, fmt.Errorf("gcplogsink: the parameter %s is missing", name)
		}
		value, ok := parameters[name].clean(given)
		if !ok {
			return nil, fmt.Errorf("gcplogsink: the parameter %s is not %s", name, parameters[name].form)
		}
		values[name] = value
	}
	if len(params) > len(needs) {
		return nil, fmt.Errorf("gcplogsink: a parameter that the question does not have: it has %s", strings.Join(needs, ", "))
	}
	if since, has := values["since"]; has && since >= values["until"] {
		return nil, errors.New("gcplogsink: the parameter until is not after since")
	}
	return values, nil
}

// fillFilter puts the values into the strings of the filter: as text, or in a regular expression as a pattern of
// exactly that text.
func fillFilter(filter string, values map[string]string) (string, error) {
	tokens, err := lql.Tokens(filter)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	end, pattern := 0, false
	for _, t := range tokens {
		if t.Kind == lql.KindOperator {
			pattern = t.Text == "=~" || t.Text == "!~"
		}
		if t.Kind != lql.KindString {
			continue
		}
		b.WriteString(filter[end:t.Start])
		b.WriteString(gap.ReplaceAllStringFunc(filter[t.Start:t.End], func(found string) string {
			return lql.Escape(filling(strings.Trim(found, "{}"), values, pattern))
		}))
		end = t.End
	}
	b.WriteString(filter[end:])
	return b.String(), nil
}

func filling(name string, values map[string]string, pattern bool) string {
	value := values[name]
	switch {
	case name == "hours":
		return strings.ReplaceAll(value, ",", "|")
	case pattern:
		return regexp.QuoteMeta(value)
	}
	return value
}
