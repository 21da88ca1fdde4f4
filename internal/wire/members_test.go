package wire_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/daxis-io/arco-audit/internal/wire"
)

func TestMembers(t *testing.T) {
	tests := []struct {
		name, value string
		want        []string // name, value, name, value, ...
		says        string
	}{
		{"empty object", `{}`, nil, ""},
		{"empty array", ` [ ] `, nil, ""},
		{"values as they stand", ` { "a" : {"x" : [1, {}]} , "b":"\u0041\n", "a":null } `, []string{"a", `{"x" : [1, {}]}`, "b", `"\u0041\n"`, "a", "null"}, ""},
		{"name with an escape", `{"\u0061\"":1}`, []string{`a"`, "1"}, ""},
		{"array", `["a", {"b":2} ,3]`, []string{"", `"a"`, "", `{"b":2}`, "", "3"}, ""},
		{"text", `"a"`, nil, "is no object"},
		{"nothing", ``, nil, "is no object"},
		{"cut object", `{"a":1`, []string{"a", "1"}, "damaged"},
		{"cut array", `[1`, []string{"", "1"}, "damaged"},
		{"cut value", `{"a":{"b":`, nil, "damaged"},
		{"two values", `{} {}`, nil, "after its end"},
		{"trailing comma", `{"a":1,}`, []string{"a", "1"}, "damaged"},
		{"too deep", `{"a":` + strings.Repeat("[", 40) + strings.Repeat("]", 40) + `}`, nil, "nested too deeply"},
		{"too long", `{"a":"` + strings.Repeat("x", 1<<20) + `"}`, nil, "longer than 1 MiB"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var got []string
			err := wire.Members(test.value, func(name, value string) bool {
				got = append(got, name, value)
				return true
			})
			assert.Equal(t, test.want, got)
			if test.says == "" {
				assert.NoError(t, err)
				return
			}
			assert.ErrorContains(t, err, test.says)
		})
	}
}

func TestMembersStopsWhenAsked(t *testing.T) {
	n := 0
	assert.NoError(t, wire.Members(`{"a":1,"b":2,`, func(string, string) bool { n++; return false }))
	assert.Equal(t, 1, n)
}

func TestText(t *testing.T) {
	for value, want := range map[string]string{`""`: "", `"a\u0062\"\n😀"`: "ab\"\n😀", `"plain"`: "plain"} {
		got, ok := wire.Text(value)
		assert.True(t, ok, value)
		assert.Equal(t, want, got)
	}
	for _, value := range []string{``, `1`, `null`, `"a`, `"a" `, `"a"b`, "\"\n\"", "\"\xff\"", `{}`} {
		_, ok := wire.Text(value)
		assert.False(t, ok, value)
	}
}
