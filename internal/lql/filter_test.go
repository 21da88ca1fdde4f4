package lql_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/daxis-io/arco-audit/internal/lql"
)

// sample is an entry with every type of field.
func sample() lql.Entry {
	return lql.Entry{
		"logName": "projects/my-project/logs/cloudaudit.googleapis.com%2Factivity", "insertId": "ABC-1",
		"timestamp": time.Date(2016, 11, 29, 23, 15, 0, 500_000_000, time.UTC), "severity": lql.Severity(400),
		"resource":    map[string]any{"type": "gce_instance", "labels": map[string]any{"zone": "europe-west1-b"}},
		"labels":      map[string]any{"env": "prod-a-server", "pod_name": "foo-1", "compute.googleapis.com/resource_id": "77", "Kelvin": "straße"},
		"operation":   map[string]any{"id": "op-1", "first": true},
		"httpRequest": map[string]any{"status": 404.0, "latency": 999 * time.Millisecond, "remoteIp": "10.1.2.3"},
		"jsonPayload": map[string]any{
			"message": `a "quoted" Cat in the Hat`, "shoeSize": []any{8.5, 9.0, 6.0}, "x": map[string]any{"age": 24.0, "height": 67.0},
			"nothing": nil, "flag": false, "end_time": "later", "big": "9223372036854775807", "foo.bar": "apple", `"foo"`: "apple",
			"list": []any{map[string]any{"kind": "one"}, map[string]any{"kind": "two", "tags": []any{"t1"}}}, "empty": []any{},
			"range": "10.1.2.0/28", "animal": "nice pet", "path": `C:\dir`,
		},
	}
}

// TestConformance holds the language to its documentation, by heading.
func TestConformance(t *testing.T) {
	groups := map[string]map[string]bool{
		"boolean operators": {
			`insertId="no" OR NOT insertId="no" AND NOT insertId="no" OR insertId="no"`:      true, // (a OR NOT b) AND (NOT c OR d)
			`insertId="ABC-1" OR insertId="no" AND insertId="no"`:                            false,
			`(insertId="ABC-1") OR (insertId="no" AND insertId="no")`:                        true,
			`NOT insertId="no" OR insertId="no"`:                                             true,
			`NOT (insertId="ABC-1" OR insertId="no")`:                                        false,
			`resource.type="gce_instance" severity="WARNING" -insertId="no"`:                 true,
			`resource.type="gce_instance" severity="WARNING" -insertId="ABC-1"`:              false,
			"resource.type=\"gce_instance\"\nseverity=\"ERROR\"":                             false,
			`insertId="no" or insertId="ABC-1"`:                                              false, // "or" is a term to search for
			`resource.type = ("gae_app" OR "gce_instance") AND (severity=ERROR OR "quoted")`: true,
			`- insertId="no"`: true,
		},
		"comparisons": {
			`jsonPayload.animal : ("nice" AND "pet")`:            true,
			`jsonPayload.animal : ("nice" AND "cat")`:            false,
			`jsonPayload.animal:(nice pet)`:                      true,
			`jsonPayload.animal = ("nice pet" OR "x")`:           true,
			`jsonPayload.animal : (NOT "cat")`:                   true,
			`jsonPayload.animal : (NOT nice)`:                    false,
			`labels."compute.googleapis.com/resource_id" = "77"`: true,
			`labels."compute.googleapis.com/resource_id" = 77`:   true,
			`jsonPayload."foo.bar":apple`:                        true,
			`jsonPayload."\"foo\"":apple`:                        true,
			`jsonPayload.nothing = NULL_VALUE`:                   true,
			`jsonPayload.flag = NULL_VALUE`:                      false,
			`NOT jsonPayload.nothing = NULL_VALUE`:               false,
			`jsonPayload.end_time = later`:                       true,
			`jsonPayload.endTime = later`:                        false,
			`labels.ENV : prod`:                                  false,
			`resource.labels.zone = europe-west1-b`:              true,
			`insertId = "ABC-1" OR "XYZ-2"`:                      true,
			`insertId = "XYZ-2" OR "nowhere"`:                    false,
			`textPayload:robot`:                                  false,
			`resource.type = "gce_instance" AND severity >= "WARNING" AND NOT textPayload:robot`: true,
		},
		"missing fields": {
			`jsonPayload.nearest_store = x`:      false,
			`jsonPayload.nearest_store != x`:     false,
			`NOT jsonPayload.nearest_store = x`:  true,
			`NOT jsonPayload.nearest_store != x`: true,
			`labels.none != x`:                   false,
			`labels.none !~ "x"`:                 false,
			`trace = ""`:                         true,
			`trace != "x"`:                       true,
			`operation.producer = ""`:            true,
			`operation.producer:*`:               false,
			`operation.id:*`:                     true,
			`jsonPayload.nothing:*`:              true,
			`jsonPayload.empty:*`:                false,
			`jsonPayload.x:*`:                    true,
			`labels.none:*`:                      false,
			`httpRequest.responseSize < 1`:       true,
			`spanId !~ "x"`:                      true,
		},
		"arrays and objects": {
			`jsonPayload.shoeSize < 7`:        true,
			`jsonPayload.shoeSize < 6`:        false,
			`jsonPayload.shoeSize != 9`:       true,
			`jsonPayload.x.age = 24`:          true,
			`jsonPayload.x = 24`:              false,
			`jsonPayload.x : 24`:              true,
			`jsonPayload.list.kind = "two"`:   true,
			`jsonPayload.list.tags = "t1"`:    true,
			`jsonPayload.list.kind = "three"`: false,
		},
		"values and conversions": {
			`jsonPayload.x.age = "24.0"`:                       true,
			`jsonPayload.x.age > 2.3e1`:                        true,
			`jsonPayload.x.age < -3`:                           false,
			`jsonPayload.x.age = many`:                         false,
			`jsonPayload.x.age != many`:                        false,
			`jsonPayload.flag = False`:                         true,
			`jsonPayload.flag < true`:                          true,
			`jsonPayload.flag != "no"`:                         false,
			`jsonPayload.big = "9223372036854775807"`:          true,
			`jsonPayload.big = "9223372036854775806"`:          false,
			`severity = warning`:                               true,
			`severity > info`:                                  true,
			`severity >= ERROR`:                                false,
			`severity = 400`:                                   true,
			`severity = "loud"`:                                false,
			`severity != "loud"`:                               false,
			`httpRequest.latency < "1s"`:                       true,
			`httpRequest.latency > "1s"`:                       false,
			`httpRequest.latency = 999ms`:                      true,
			`httpRequest.latency = "0.999s"`:                   true,
			`httpRequest.latency < "1 second"`:                 false,
			`httpRequest.status >= 400 httpRequest.status<500`: true,
			`operation.first = true`:                           true,
			`timestamp >= "2016-11-29T23:00:00Z" timestamp <= "2016-11-29T23:30:00Z"`: true,
			`timestamp = "2016-11-30T00:15:00.5+01:00"`:                               true,
			`timestamp > "2016-11-29"`:                                                true,
			`timestamp > 2016-11-30`:                                                  false,
			`timestamp > "tomorrow"`:                                                  false,
			`timestamp < "tomorrow"`:                                                  false,
		},
		"comments": {
			"-- first\ninsertId = \"ABC-1\" -- to the end\n-- insertId = \"no\"": true,
			"insertId = -- between\n \"no\"":                                     false,
			"-- nothing else":                                                    true,
			"":                                                                   true,
		},
		"comparison operators": {
			`insertId = "abc-1"`:                     true,
			`insertId != "abc-1"`:                    false,
			`insertId < "abc-2"`:                     true,
			`insertId >= "ABD"`:                      false,
			`insertId : "bC-"`:                       true,
			`labels.Kelvin = "STRAßE"`:               true,
			`logName:cloudaudit`:                     true,
			`logName : "my-project/logs/CLOUDAUDIT"`: true,
		},
		"global restrictions": {
			`"Cat in The Hat"`:             true,
			`("cat" AND ("hat" OR "bat"))`: true,
			`unicorn`:                      false,
			`NOT unicorn`:                  true,
			`quoted pet`:                   true,
			`quoted unicorn`:               false,
			`europe-west1-b`:               true,
			`404`:                          true,
		},
		"functions": {
			`log_id("cloudaudit.googleapis.com/activity")`:                           true,
			`log_id("cloudaudit.googleapis.com")`:                                    false,
			`LOG_ID("CloudAudit.googleapis.com/activity")`:                           true,
			`ip_in_net(httpRequest.remoteIp, "10.1.2.0/24")`:                         true,
			`ip_in_net(httpRequest.remoteIp, "10.1.3.0/24")`:                         false,
			`ip_in_net(httpRequest.remoteIp, "10.1.2.3")`:                            true,
			`ip_in_net(jsonPayload.range, "10.1.2.0/24")`:                            true,
			`ip_in_net(jsonPayload.range, "10.1.2.0/30")`:                            false,
			`ip_in_net(jsonPayload.none, "0.0.0.0/0")`:                               false,
			`ip_in_net(insertId, "0.0.0.0/0")`:                                       false,
			`ip_in_net(httpRequest.serverIp, "0.0.0.0/0")`:                           false,
			`sample(insertId, 1)`:                                                    true,
			`sample(jsonPayload.none, 1)`:                                            false,
			`sample(trace, 1)`:                                                       true,
			`sample(insertId, 0.0000000001)`:                                         false,
			`NOT sample(insertId, 1)`:                                                false,
			`cast(timestamp, STRING) =~ "^2016-11-29"`:                               true,
			`cast(timestamp, STRING, TIMEZONE("Europe/Berlin")) =~ "^2016-11-30"`:    true,
			`cast(timestamp, STRING, TIMEZONE("America/New_York")) =~ "^.{11}18:"`:   true,
			`cast(timestamp, STRING, TIMEZONE("America/New_York")) !~ ("x" OR "18")`: true,
		},
		"regular expressions": {
			`labels.pod_name =~ "foo"`:                              true,
			`labels.pod_name =~ "FOO"`:                              false,
			`labels.pod_name =~ "(?i)FOO"`:                          true,
			`labels.pod_name =~ "(foo|bar)"`:                        true,
			`labels.pod_name !~ "foo"`:                              false,
			`labels.pod_name !~ "bar"`:                              true,
			`labels.pod_name =~ "^oo"`:                              false,
			`labels.env =~ ("^prod.*server" OR "^staging.*server")`: true,
			`jsonPayload.message =~ "\"quoted\""`:                   true,
			`jsonPayload.path =~ "^C:\\\\dir$"`:                     true,
			`logName =~ "googleapis\.com%2Factivity$"`:              true, // the backslash stands for itself
			`logName =~ "googleapis\\.com%2Factivity$"`:             true,
			`httpRequest.status =~ "4"`:                             false, // strings only
			`httpRequest.status !~ "5"`:                             false,
		},
	}
	for group, table := range groups {
		t.Run(group, func(t *testing.T) {
			for query, want := range table {
				f, err := lql.Parse(query)
				if assert.NoError(t, err, query) {
					assert.Equal(t, want, f.Match(sample()), query)
				}
			}
		})
	}
}

func TestParseRefuses(t *testing.T) {
	tests := []struct{ name, query, says string }{
		{"undefined field", `thud = 1`, "LogEntry does not have"},
		{"undefined inner field", `operation.thud = 1`, "LogEntry does not have"},
		{"field of a text", `textPayload.thud = 1`, "LogEntry does not have"},
		{"operator in a word", `insertId = abc:def`, "byte 14"},
		{"no value", `insertId =`, "a value is missing"},
		{"no term", `insertId = a AND`, "value or an opening parenthesis is missing"},
		{"two operators", `insertId = a AND OR insertId = b`, "Boolean operator"},
		{"open", `(insertId = a`, "closing parenthesis"},
		{"closed twice", `(insertId = a))`, "nothing opened"},
		{"comma", `a, b`, "nothing opened"},
		{"open string", `insertId = "a`, "quotation marks"},
		{"bad escape", `insertId = "\x0"`, "escape"},
		{"bytes", `insertId = "\377"`, "not UTF-8"},
		{"pattern without quotes", `insertId =~ a`, "quotation marks"},
		{"bad pattern", `insertId =~ "("`, "RE2"},
		{"asterisk", `insertId = *`, "asterisk"},
		{"unknown function", `SEARCH("a")`, "not known here"},
		{"arguments", `log_id("a", "b")`, "too many"},
		{"no arguments", `sample()`, "a field, a value"},
		{"fraction", `sample(insertId, 0)`, "fraction"},
		{"fraction over 1", `sample(insertId, 1.5)`, "fraction"},
		{"subnet", `ip_in_net(insertId, "10.1.2")`, "subnet"},
		{"cast of another field", `cast(insertId, STRING) = a`, "cast is known only"},
		{"cast to another type", `cast(timestamp, INT64) = 1`, "cast is known only"},
		{"cast to no zone", `cast(timestamp, STRING, TIMEZONE("Mars/North")) = "a"`, "cast is known only"},
		{"cast alone", `cast(timestamp, STRING)`, "operator after cast"},
		{"control", "insertId = a\x00", "quotation marks"},
		{"no UTF-8", "insertId = \"\xff\"", "UTF-8"},
		{"too long", strings.Repeat(" ", 20_001), "20000 is the limit"},
		{"too deep", strings.Repeat("(", 1001), "too deep"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := lql.Parse(test.query)
			require.ErrorContains(t, err, test.says)
			assert.True(t, strings.HasPrefix(err.Error(), "lql: "), err)
		})
	}
}

func TestQuote(t *testing.T) {
	for _, text := range []string{"", "plain", `x" OR "1"="1`, `\`, `\\"`, "tab\t, null\x00, \x7f", "é \U0001F600", `\x41`, "-- no comment"} {
		f, err := lql.Parse("jsonPayload.v = " + lql.Quote(text))
		require.NoError(t, err, text)
		assert.True(t, f.Match(lql.Entry{"jsonPayload": map[string]any{"v": text}}), text)
		assert.False(t, f.Match(lql.Entry{"jsonPayload": map[string]any{"v": text + "x"}}), text)
	}
}

// TestParseIsLinear counts what parsing allocates, which grows with what it does.
func TestParseIsLinear(t *testing.T) {
	shapes := map[string]func(n int) string{
		"nested":    func(n int) string { return strings.Repeat("(", n) + "a" + strings.Repeat(")", n) },
		"negated":   func(n int) string { return strings.Repeat("NOT (", n) + "a" + strings.Repeat(")", n) },
		"sequence":  func(n int) string { return strings.Repeat("a=b ", n) },
		"functions": func(n int) string { return strings.Repeat("sample (insertId, 1) ", n) },
		"paths":     func(n int) string { return "labels" + strings.Repeat(".a", n) + "=b" },
		"unread":    func(n int) string { return strings.Repeat("(labels.a=(b OR ", n) },
	}
	for name, shape := range shapes {
		t.Run(name, func(t *testing.T) {
			count := func(n int) float64 {
				query := strings.ReplaceAll(shape(n), "a=b", "labels.a=b")
				return testing.AllocsPerRun(5, func() { _, _ = lql.Parse(query) })
			}
			assert.Less(t, count(800), 2.5*count(400)+50)
		})
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		`labels.a = ("x" OR "y") AND NOT jsonPayload."b c":* -- end`, `-severity>=ERROR OR log_id("x") timestamp<"2016-11-29"`,
		`cast(timestamp, STRING, TIMEZONE("Europe/Berlin")) =~ "^\\d"`, `ip_in_net(httpRequest.remoteIp, "::/0")`, `sample(insertId,.5)`, `a.b.c (`, `"\u12`, `-`, `jsonPayload.x.y<-1e3`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, query string) {
		filter, err := lql.Parse(query)
		if err != nil {
			return
		}
		got := filter.Match(sample())
		filter.Match(lql.Entry{})
		negated, err := lql.Parse("NOT (" + query + "\n)")
		if tokens, _ := lql.Tokens(query); err == nil && len(tokens) > 0 {
			assert.NotEqual(t, got, negated.Match(sample()), query)
		}
		text, err := lql.Parse("jsonPayload.v=" + lql.Quote(query))
		if assert.NoError(t, err) {
			assert.True(t, text.Match(lql.Entry{"jsonPayload": map[string]any{"v": query}}))
		}
	})
}
