package gcplogsink

import (
	"embed"
	"regexp"
	"slices"
	"strings"
)

// cookbook has each question as a filter and as SQL. The comment at the head of the filter is the paragraph for
// the reader.
//
//go:embed cookbook/*.lql cookbook/*.sql
var cookbook embed.FS

// Question is one that compliance staff ask of an audit log, with the parameters that Query needs for it.
type Question struct {
	Name  string
	About string // one paragraph: what the rows mean and what they do not
	Needs []string
}

// Questions lists the cookbook by name. Each call returns a list of its own.
func Questions() []Question {
	files, err := cookbook.ReadDir("cookbook")
	if err != nil {
		return nil // the directory is part of the program
	}
	var list []Question
	for _, f := range files {
		if name, isFilter := strings.CutSuffix(f.Name(), ".lql"); isFilter {
			t := readTemplate(name)
			list = append(list, Question{name, t.about, t.needs()})
		}
	}
	return list
}

// template is a question as it stands in the cookbook.
type template struct{ about, filter, sql string }

func readTemplate(name string) template {
	filter, _ := cookbook.ReadFile("cookbook/" + name + ".lql")
	sql, _ := cookbook.ReadFile("cookbook/" + name + ".sql")
	var t template
	rest := string(filter)
	for strings.HasPrefix(rest, "-- ") {
		var line string
		line, rest, _ = strings.Cut(rest, "\n")
		t.about += line[2:]
	}
	t.about, t.filter, t.sql = strings.TrimSpace(t.about), rest, string(sql)
	return t
}

// gap is where a parameter goes: in a string of a filter, or the table of SQL. argument is a query parameter of
// BigQuery.
var (
	gap      = regexp.MustCompile(`\{[a-z]+\}`)
	argument = regexp.MustCompile(`@[a-z]+`)
)

// needs are the names of the parameters, sorted.
func (t template) needs() []string {
	var names []string
	for _, found := range append(gap.FindAllString(t.filter+t.sql, -1), argument.FindAllString(t.sql, -1)...) {
		names = append(names, strings.Trim(found, "{}@"))
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// arguments are the names of the query parameters of the SQL, sorted.
func (t template) arguments() []string {
	names := argument.FindAllString(t.sql, -1)
	for i := range names {
		names[i] = names[i][1:]
	}
	slices.Sort(names)
	return slices.Compact(names)
}
