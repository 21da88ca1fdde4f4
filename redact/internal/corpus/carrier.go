package corpus

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"mime/quotedprintable"
	"strings"
	"unicode/utf16"
)

// carrierForms write a name and a value as programs, formats and logs carry them
// with more than a separator between the two.
var carrierForms = []Form{
	{Name: "pair-typed-member", Apply: pairForm(func(n, v string) string { return fmt.Sprintf(`{%s:{"stringValue":%s}}`, jsonString(n), jsonString(v)) })},
	{Name: "pair-attribute-member", Apply: pairForm(func(n, v string) string {
		return fmt.Sprintf(`{"key":%s,"value":{"stringValue":%s}}`, jsonString(n), jsonString(v))
	})},
	{Name: "pair-item-member", Apply: pairForm(func(n, v string) string {
		return fmt.Sprintf(`{"id":{"N":"7"},%s:{"S":%s}}`, jsonString(n), jsonString(v))
	})},
	{Name: "pair-output-member", Apply: pairForm(func(n, v string) string {
		return fmt.Sprintf("{\n  %s: {\n    \"sensitive\": true,\n    \"type\": \"string\",\n    \"value\": %s\n  }\n}", jsonString(n), jsonString(v))
	})},
	{Name: "pair-parameter", Apply: pairForm(func(n, v string) string {
		return fmt.Sprintf(`{"Name":"/prod/db/%s","Type":"SecureString","Value":%s}`, n, jsonString(v))
	})},
	{Name: "pair-value-first", Apply: pairForm(func(n, v string) string {
		return fmt.Sprintf(`[{"value":%s,"type":"text","name":%s}]`, jsonString(v), jsonString(n))
	})},
	{Name: "pair-value-first-dump", Apply: pairForm(func(n, v string) string { return fmt.Sprintf("{Value:%s Key:%s}", v, n) })},
	{Name: "pair-value-first-xml", Apply: pairForm(func(n, v string) string { return `<property value="` + v + `" name="` + n + `"/>` })},
	{Name: "pair-value-first-yaml", Apply: pairForm(func(n, v string) string { return "env:\n- value: " + v + "\n  name: " + n + "\n" })},
	{Name: "pair-registry", Apply: pairForm(func(n, v string) string { return "    " + n + "    REG_SZ    " + v })},
	{Name: "pair-yaml-nested", Apply: pairForm(func(n, v string) string { return n + ":\n  value: " + v + "\n" })},
	{Name: "pair-rust", Apply: pairForm(func(n, v string) string { return fmt.Sprintf("Config { port: 1, %s: Some(%s) }", n, jsonString(v)) })},
	{Name: "pair-go-pointer", Apply: pairForm(func(n, v string) string { return goName(n) + ": aws.String(" + jsonString(v) + ")," })},
	{Name: "pair-go-cast", Apply: pairForm(func(n, v string) string { return goName(n) + ":(*string)(" + jsonString(v) + ")" })},
	{Name: "pair-spew", Apply: pairForm(func(n, v string) string {
		return fmt.Sprintf("(main.Config) {\n %s: (string) (len=%d) %s,\n}", goName(n), len(v), jsonString(v))
	})},
	{Name: "pair-python-bytes", Apply: pairForm(func(n, v string) string { return n + " = b'" + v + "'" })},
	{Name: "pair-verbatim", Apply: pairForm(func(n, v string) string { return n + ` = @"` + v + `";` })},
	{Name: "pair-xml-typed", Apply: pairForm(func(n, v string) string { return "<x:" + n + ` xsi:type="xsd:string">` + v + "</x:" + n + ">" })},
	{Name: "pair-xml-section", Apply: pairForm(func(n, v string) string { return "<" + n + "><![CDATA[" + v + "]]></" + n + ">" })},
	{Name: "pair-property-list", Apply: pairForm(func(n, v string) string { return "<key>" + n + "</key>\n<string>" + v + "</string>" })},
	{Name: "pair-init-param", Apply: pairForm(func(n, v string) string {
		return "<param-name>" + n + "</param-name><param-value>" + v + "</param-value>"
	})},
	{Name: "pair-setter", Apply: pairForm(func(n, v string) string { return "conn.set" + goName(n) + "(" + jsonString(v) + ")" })},
	{Name: "pair-setter-spaced", Apply: pairForm(func(n, v string) string { return "conn.set" + goName(n) + " ( " + jsonString(v) + " );" })},
	{Name: "pair-argument-spaced", Apply: pairForm(func(n, v string) string { return "headers.put( " + jsonString(n) + " , " + jsonString(v) + " );" })},
	{Name: "pair-environment", Apply: pairForm(func(n, v string) string { return "os.Setenv(" + jsonString(n) + ", " + jsonString(v) + ")" })},
	{Name: "pair-values", Apply: pairForm(func(n, v string) string { return fmt.Sprintf("map[%s:[%s %s]]", n, v, v) })},
	{Name: "pair-values-json", Apply: pairForm(func(n, v string) string {
		b, _ := json.Marshal(map[string][]string{n: {v, v}})
		return string(b)
	})},
	{Name: "pair-values-yaml", Apply: pairForm(func(n, v string) string { return n + ":\n  - " + v + "\n  - " + v + "\nnext: 1\n" })},
	{Name: "pair-values-comma", Apply: pairForm(func(n, v string) string { return n + "=" + v + "," + v })},
	{Name: "pair-insert", Apply: pairForm(func(n, v string) string {
		return "INSERT INTO cfg (host, " + n + ") VALUES ('h', '" + v + "'), ('i', '" + v + "')"
	})},
	{Name: "pair-duplicate-key", Apply: pairForm(func(n, v string) string { return "DETAIL:  Key (tenant, " + n + ")=(acme, " + v + ") already exists." })},
	{Name: "pair-duplicate-entry", Apply: pairForm(func(n, v string) string { return "Duplicate entry '" + v + "' for key 'users." + n + "'" })},
	{Name: "pair-directive", Apply: pairForm(func(n, v string) string { return "FROM x\nENV " + n + " " + v + "\nRUN y" })},
	{Name: "pair-fish", Apply: pairForm(func(n, v string) string { return "set -gx " + n + " " + v })},
	{Name: "pair-proxy-header", Apply: pairForm(func(n, v string) string { return "proxy_set_header " + n + ` "` + v + `";` })},
	whole("utf-16", func(s string) string { return string(wide(s)) }),
	whole("base64-utf-16", func(s string) string {
		return "powershell -EncodedCommand " + base64.StdEncoding.EncodeToString(wide(s))
	}),
	whole("bytea", func(s string) string { return `\x` + hex.EncodeToString([]byte(`{"v":"`+s+`"}`)) }),
	{Name: "pair-coloured", Apply: pairForm(func(n, v string) string { return "\x1b[36m" + n + "=\x1b[0m" + v + " \x1b[36mnext=\x1b[0m1" })},
	{Name: "pair-coloured-json", Apply: pairForm(func(n, v string) string { return `{"m":"\u001b[36m` + n + `=\u001b[0m` + v + `"}` })},
	whole("coloured", func(s string) string { return "\x1b[1;31m" + s + "\x1b[0m" }),
	{Name: "quoted-printable", Apply: func(_ *Gen, s Sample) (string, bool) { return printable(s.Text), !strings.Contains(s.Text, "\n") }},
	{Name: "continued", Apply: func(_ *Gen, s Sample) (string, bool) {
		i := strings.Index(s.Text, s.Secret) + len(s.Secret)/2
		return s.Text[:i] + "\\\n" + s.Text[i:], len(s.Secret) >= 32 && strings.Trim(s.Secret, b64std) == ""
	}},
	marked("properties", "db.%s=%s"), marked("header", "X-Db-%s: %s"), marked("ini", "[db]\n%s = %s\nhost = h\n"),
	marked("windows", "set DB_%s=%s"), marked("block", "%s: |\n  %s\nhost: h\n"), marked("header-dump", "map[Accept:[*/*] X-%s:[%s]]"),
	marked("list", "env:\n  - %s=%s\n"), marked("braces", "Config{user=bob, %s=%s, host=h}"),
}

// marked writes a password with a mark inside of it that ends values elsewhere.
func marked(name, frame string) Form {
	return Form{Name: "marked-" + name, Apply: func(g *Gen, s Sample) (string, bool) {
		n, v, _ := strings.Cut(s.Text, "=")
		if !strings.HasPrefix(s.Kind, "named:") || !strings.Contains(strings.ToLower(n), "passw") {
			return "", false
		}
		half := len(v) / 2
		return fmt.Sprintf(frame, n, v[:half]+g.of(",", ";", "&", "(", ")", "<", ">", "[", "]", "{", "}", "|", "`")+"x"+v[half:]), true
	}}
}

// printable writes a text as quoted-printable (RFC 2045, 6.7).
func printable(s string) string {
	var b strings.Builder
	w := quotedprintable.NewWriter(&b)
	_, _ = w.Write([]byte(s))
	_ = w.Close()
	return b.String()
}

// wide writes a text in UTF-16, little-endian.
func wide(s string) (b []byte) {
	for _, u := range utf16.Encode([]rune(s)) {
		b = append(b, byte(u), byte(u>>8))
	}
	return b
}
