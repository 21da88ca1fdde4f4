package logview

import (
	"database/sql/driver"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"
)

// spellings are the differences between BigQuery and SQLite that names and signatures make. Every rule holds
// for any statement.
var spellings = []struct {
	bigQuery *regexp.Regexp
	sqlite   string
}{
	{regexp.MustCompile(`\bJSON_(VALUE|QUERY)\(`), "json_extract("},
	{regexp.MustCompile(`\bTO_JSON_STRING\(`), "("},
	{regexp.MustCompile(`\bSTRPOS\(`), "instr("},
	{regexp.MustCompile(`\bAS INT64\)`), "AS INTEGER)"},
	{regexp.MustCompile(`(\bTIMESTAMP_(?:TRUNC|DIFF)\([^()]*, )([A-Z]+)\)`), "$1'$2')"},
}

// Translate returns a statement of BigQuery as SQLite reads it, once Register was called.
func Translate(statement string) string {
	for _, s := range spellings {
		statement = s.bigQuery.ReplaceAllString(statement, s.sqlite)
	}
	return statement
}

// TimeLayout is how timestamps are stored: as text that sorts by time.
const TimeLayout = "2006-01-02T15:04:05.000000Z"

// units are the parts of a timestamp that statements may name.
var units = map[string]time.Duration{"SECOND": time.Second, "MINUTE": time.Minute, "HOUR": time.Hour, "DAY": 24 * time.Hour}

// Function is a deterministic function of SQL.
type Function = func([]driver.Value) (driver.Value, error)

// Register gives a driver of SQLite the functions of BigQuery that it lacks: register makes one known under its name,
// for so many arguments.
func Register(register func(name string, arguments int32, f Function) error) error {
	return errors.Join(
		register("STARTS_WITH", 2, texts(func(a []string) (driver.Value, error) { return strings.HasPrefix(a[0], a[1]), nil })),
		register("REGEXP_EXTRACT", 2, texts(regexpExtract)),
		register("FORMAT_TIMESTAMP", 3, texts(formatTimestamp)),
		register("TIMESTAMP_TRUNC", 2, texts(timestampTrunc)),
		register("TIMESTAMP_DIFF", 3, texts(timestampDiff)),
	)
}

// texts makes f a function of texts, NULL when one is NULL.
func texts(f func([]string) (driver.Value, error)) Function {
	return func(values []driver.Value) (driver.Value, error) {
		list := make([]string, len(values))
		for i, v := range values {
			switch v := v.(type) {
			case nil:
				return nil, nil
			case string:
				list[i] = v
			default:
				return nil, fmt.Errorf("logview: argument %d is no text", i+1)
			}
		}
		return f(list)
	}
}

func regexpExtract(a []string) (driver.Value, error) {
	re, err := regexp.Compile(a[1])
	if err != nil {
		return nil, err
	}
	found := re.FindStringSubmatch(a[0])
	if found == nil {
		return nil, nil
	}
	return found[len(found)-1], nil // the group, or the whole without one
}

func formatTimestamp(a []string) (driver.Value, error) {
	t, err := time.Parse(TimeLayout, a[1])
	if err != nil {
		return nil, err
	}
	zone, err := time.LoadLocation(a[2])
	if err != nil {
		return nil, err
	}
	if a[0] != "%H" {
		return nil, errors.New("logview: FORMAT_TIMESTAMP knows %H alone")
	}
	return t.In(zone).Format("15"), nil
}

func timestampTrunc(a []string) (driver.Value, error) {
	t, err := time.Parse(TimeLayout, a[0])
	if units[a[1]] == 0 {
		err = errors.New("logview: a unit that is not known")
	}
	return t.Truncate(units[a[1]]).Format(TimeLayout), err
}

func timestampDiff(a []string) (driver.Value, error) {
	later, err := time.Parse(TimeLayout, a[0])
	if err != nil {
		return nil, err
	}
	earlier, err := time.Parse(TimeLayout, a[1])
	if units[a[2]] == 0 {
		return nil, errors.New("logview: a unit that is not known")
	}
	return int64(later.Sub(earlier) / units[a[2]]), err
}
