package corpus

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
)

// Form is one way in which a secret arrives.
type Form struct {
	Name string
	// Bonus marks forms that are welcome but not promised.
	Bonus bool
	// Apply writes the sample in this form; ok is false where the form does
	// not apply.
	Apply func(g *Gen, s Sample) (text string, ok bool)
}

// Forms lists the ways, the plain one first.
var Forms = append([]Form{
	{Name: "plain", Apply: func(_ *Gen, s Sample) (string, bool) { return s.Text, true }},
	whole("percent-query", url.QueryEscape),
	whole("percent-path", url.PathEscape),
	whole("percent-twice", func(s string) string { return url.QueryEscape(url.QueryEscape(s)) }),
	whole("percent-thrice", func(s string) string { return url.QueryEscape(url.QueryEscape(url.QueryEscape(s))) }),
	whole("percent-lower", func(s string) string {
		return regexp.MustCompile("%[0-9A-F]{2}").ReplaceAllStringFunc(url.QueryEscape(s), strings.ToLower)
	}),
	whole("percent-all", percentAll),
	whole("base64", func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }),
	whole("base64url", func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }),
	whole("base64-in-json", func(s string) string {
		return `{"data":"` + base64.StdEncoding.EncodeToString([]byte(s)) + `","n":1}`
	}),
	whole("base64-twice", func(s string) string {
		return base64.StdEncoding.EncodeToString([]byte(base64.StdEncoding.EncodeToString([]byte(s))))
	}),
	whole("json", func(s string) string { return `{"value":` + jsonString(s) + `,"n":1}` }),
	whole("json-string", jsonString),
	whole("json-in-json", func(s string) string { return jsonString(`{"value":` + jsonString(s) + `}`) }),
	whole("json-thrice", func(s string) string { return jsonString(`{"v":` + jsonString(`{"value":`+jsonString(s)+`}`) + `}`) }),
	whole("html", html.EscapeString),
	whole("html-twice", func(s string) string { return html.EscapeString(html.EscapeString(s)) }),
	whole("go-quoted", func(s string) string { return fmt.Sprintf("value=%q err", s) }),
	whole("quoted", func(s string) string { return `"` + s + `"` }),
	whole("single-quoted", func(s string) string { return `'` + s + `'` }),
	whole("bracketed", func(s string) string { return "[" + s + "]" }),
	whole("parenthesised", func(s string) string { return "(" + s + ")" }),
	whole("angled", func(s string) string { return "<" + s + ">" }),
	whole("backquoted", func(s string) string { return "`" + s + "`" }),
	whole("sentence", func(s string) string { return "could not use " + s + " for the request" }),
	whole("sentence-end", func(s string) string { return "rejected: " + s }),
	whole("after-comma", func(s string) string { return "a=1," + s + ",b=2" }),
	whole("array", func(s string) string { return fmt.Sprintf("%v", []string{"x", s, "y"}) }),
	whole("header-dump", func(s string) string { return fmt.Sprintf("%v", http.Header{"X-Value": {s}, "Accept": {"*/*"}}) }),
	whole("struct-dump", func(s string) string {
		return fmt.Sprintf("%+v", struct {
			ID    int
			Value string
			Next  *int
		}{7, s, nil})
	}),
	whole("struct-dump-sharp", func(s string) string {
		return fmt.Sprintf("%#v", struct {
			ID    int
			Value string
		}{7, s})
	}),
	{Name: "pair-map-dump", Apply: pairForm(func(n, v string) string { return fmt.Sprintf("%v", map[string][]string{n: {v}, "Zed": {"1"}}) })},
	{Name: "pair-struct-dump", Apply: pairForm(func(n, v string) string { return "{ID:7 " + goName(n) + ":" + v + " Next:<nil>}" })},
	{Name: "pair-json", Apply: pairForm(func(n, v string) string { return fmt.Sprintf(`{"id":7,%s:%s}`, jsonString(n), jsonString(v)) })},
	{Name: "pair-json-spaced", Apply: pairForm(func(n, v string) string { return fmt.Sprintf(`{ "id": 7, %s : %s }`, jsonString(n), jsonString(v)) })},
	{Name: "pair-json-in-json", Apply: pairForm(func(n, v string) string {
		return jsonString(fmt.Sprintf(`{"id":7,%s:%s}`, jsonString(n), jsonString(v)))
	})},
	{Name: "pair-header", Apply: pairForm(func(n, v string) string { return n + ": " + v })},
	{Name: "pair-spaced", Apply: pairForm(func(n, v string) string { return n + " = " + v })},
	{Name: "pair-spaced-colon", Apply: pairForm(func(n, v string) string { return n + " : " + v })},
	{Name: "pair-quoted", Apply: pairForm(func(n, v string) string { return n + `="` + v + `"` })},
	{Name: "pair-yaml-quoted", Apply: pairForm(func(n, v string) string { return n + `: '` + v + `'` })},
	{Name: "pair-upper", Apply: pairForm(func(n, v string) string { return strings.ToUpper(n) + "=" + v })},
	{Name: "pair-lower", Apply: pairForm(func(n, v string) string { return strings.ToLower(n) + "=" + v })},
	{Name: "pair-query", Apply: pairForm(func(n, v string) string { return "/v1/x?limit=3&" + n + "=" + url.QueryEscape(v) + "&z=1" })},
	{Name: "pair-go-map", Apply: pairForm(func(n, v string) string { return fmt.Sprintf("%#v", map[string]string{n: v}) })},
	{Name: "pair-xml", Apply: pairForm(func(n, v string) string { return "<" + n + ">" + v + "</" + n + ">" })},
	{Name: "names-upper", Apply: caseForm(strings.ToUpper)},
	{Name: "names-lower", Apply: caseForm(strings.ToLower)},
	{Name: "query-spaced", Apply: queryForm(func(pairs [][2]string) string {
		return joinPairs(pairs, " = ", " & ")
	})},
	{Name: "query-colons", Apply: queryForm(func(pairs [][2]string) string { return joinPairs(pairs, ": ", ", ") })},
	{Name: "query-map-dump", Apply: queryForm(func(pairs [][2]string) string {
		v := url.Values{}
		for _, p := range pairs {
			plain, _ := url.QueryUnescape(p[1])
			v[p[0]] = []string{plain}
		}
		return fmt.Sprintf("%v", v)
	})},
	{Name: "query-struct-dump", Apply: queryForm(func(pairs [][2]string) string {
		for i := range pairs {
			pairs[i][0] = goName(pairs[i][0])
		}
		return "{" + joinPairs(pairs, ":", " ") + "}"
	})},
	{Name: "query-json", Apply: queryForm(func(pairs [][2]string) string {
		m := make(map[string]string)
		for _, p := range pairs {
			m[p[0]], _ = url.QueryUnescape(p[1])
		}
		b, _ := json.Marshal(m)
		return string(b)
	})},
	{Name: "query-alone", Apply: queryForm(func(pairs [][2]string) string { return joinPairs(pairs, "=", "&") })},
	{Name: "query-semicolons", Apply: queryForm(func(pairs [][2]string) string { return joinPairs(pairs, "=", ";") })},
	{Name: "query-snake", Apply: queryForm(func(pairs [][2]string) string {
		return strings.ReplaceAll(joinPairs(pairs, "=", "&"), "X-Amz-", "x_amz_")
	})},
	{Name: "header-upper", Apply: headerForm(strings.ToUpper)},
	{Name: "header-lower", Apply: headerForm(strings.ToLower)},
	{Name: "header-map-dump", Apply: func(_ *Gen, s Sample) (string, bool) {
		n, v, ok := strings.Cut(s.Text, ": ")
		return fmt.Sprintf("%v", http.Header{n: {v}, "Accept": {"*/*"}}), ok && headerName.MatchString(n)
	}},
	{Name: "header-no-space", Apply: func(_ *Gen, s Sample) (string, bool) {
		n, v, ok := strings.Cut(s.Text, ": ")
		return n + ":" + v, ok && headerName.MatchString(n)
	}},
	{Name: "header-wide", Apply: func(_ *Gen, s Sample) (string, bool) {
		n, v, ok := strings.Cut(s.Text, ": ")
		return n + " :   " + strings.Replace(v, " ", "   ", 1), ok && headerName.MatchString(n)
	}},
	{Name: "header-tuple", Apply: func(_ *Gen, s Sample) (string, bool) {
		n, v, ok := strings.Cut(s.Text, ": ")
		return "('" + n + "', '" + v + "')", ok && headerName.MatchString(n)
	}},
	{Name: "zero-width-everywhere", Apply: func(_ *Gen, s Sample) (string, bool) {
		return strings.Join(strings.Split(s.Text, ""), "\u200b"), true
	}},
	{Name: "cut-short", Apply: func(g *Gen, s Sample) (string, bool) { return cut(s, 60+g.r.IntN(35)) }},
	{Name: "cut-ellipsis", Apply: func(g *Gen, s Sample) (string, bool) {
		text, ok := cut(s, 60+g.r.IntN(35))
		return text + g.of("\u2026", "...", "\u2026(truncated)", "... (more)"), ok
	}},
	{Name: "versioned-path", Apply: func(g *Gen, s Sample) (string, bool) {
		return "https://h.example.com/" + g.of("v1beta1", "k8s", "b2b", "my-yl8z") + "/" + s.Text, s.Text == s.Secret && !strings.ContainsAny(s.Text, "/ :|*$+=")
	}},
	{Name: "zero-width", Apply: func(g *Gen, s Sample) (string, bool) { return g.split(s.Text, "\u200b"), true }},
	{Name: "zero-width-joiner", Apply: func(g *Gen, s Sample) (string, bool) { return g.split(s.Text, "\u200d"), true }},
	{Name: "soft-hyphen", Apply: func(g *Gen, s Sample) (string, bool) { return g.split(s.Text, "\u00ad"), true }},
	{Name: "byte-order-mark", Apply: func(g *Gen, s Sample) (string, bool) { return g.split(s.Text, "\ufeff"), true }},
	{Name: "wrapped", Apply: func(_ *Gen, s Sample) (string, bool) { return wrap(s.Text, 64), len(s.Text) > 80 && s.Text[0] != '-' }},
	{Name: "pem-one-line", Apply: pemForm(`\n`)},
	{Name: "pem-spaces", Apply: pemForm(" ")},
	{Name: "pem-joined", Apply: pemForm("")},
	{Name: "pem-crlf", Apply: pemForm("\r\n")},
	{Name: "http-error", Apply: httpError},
	whole("http-error-value", func(s string) string {
		return `Get "https://api.example.com/v1/x?q=` + url.QueryEscape(s) + `": context deadline exceeded`
	}),
	bonus(whole("hex-spaced", func(s string) string { return fmt.Sprintf("% x", s) })),
	bonus(whole("hex-colons", func(s string) string { return strings.ReplaceAll(fmt.Sprintf("% X", s), " ", ":") })),
	bonus(whole("hex-dump", func(s string) string { return "body:\n" + hex.Dump([]byte(s)) })),
	bonus(whole("hex", func(s string) string { return hex.EncodeToString([]byte(s)) })),
	bonus(whole("hex-upper", func(s string) string { return strings.ToUpper(hex.EncodeToString([]byte(s))) })),
	bonus(whole("byte-slice", func(s string) string { return fmt.Sprint([]byte(s)) })),
	bonus(whole("byte-slice-sharp", func(s string) string { return fmt.Sprintf("%#v", []byte(s)) })),
}, carrierForms...)

func bonus(f Form) Form { f.Bonus = true; return f }

func whole(name string, apply func(string) string) Form {
	return Form{Name: name, Apply: func(_ *Gen, s Sample) (string, bool) { return apply(s.Text), true }}
}

func percentAll(s string) string {
	var b strings.Builder
	for i := range len(s) {
		fmt.Fprintf(&b, "%%%02X", s[i])
	}
	return b.String()
}

func jsonString(s string) string {
	b, _ := json.Marshal(s)
	return string(b)
}

func goName(n string) string {
	var b strings.Builder
	for _, w := range strings.FieldsFunc(n, func(r rune) bool { return r == '_' || r == '-' || r == '.' }) {
		b.WriteString(strings.ToUpper(w[:1]) + w[1:])
	}
	return b.String()
}

// pairForm applies to samples of one name and one value.
func pairForm(write func(name, value string) string) func(*Gen, Sample) (string, bool) {
	return func(_ *Gen, s Sample) (string, bool) {
		if !strings.HasPrefix(s.Kind, "named:") {
			return "", false
		}
		n, v, _ := strings.Cut(s.Text, "=")
		return write(n, v), true
	}
}

var queryName = regexp.MustCompile(`[?&;]([A-Za-z_-][A-Za-z0-9_.-]*)=`)

// caseForm writes the names of a query in another case.
func caseForm(change func(string) string) func(*Gen, Sample) (string, bool) {
	return func(_ *Gen, s Sample) (string, bool) {
		if !strings.Contains(s.Text, "?") {
			return "", false
		}
		return queryName.ReplaceAllStringFunc(s.Text, change), true
	}
}

// cut keeps percent of the text, but at least the whole of what stands before
// the secret and half of the secret.
func cut(s Sample, percent int) (string, bool) {
	i := strings.Index(s.Text, s.Secret)
	if i < 0 || len(s.Secret) < 24 {
		return "", false
	}
	return s.Text[:i+len(s.Secret)*percent/100], true
}

// split puts a mark into the text at a few places.
func (g *Gen) split(s, mark string) string {
	for range 3 {
		i := 1 + g.r.IntN(len(s)-1)
		for i < len(s) && s[i]&0xC0 == 0x80 {
			i++
		}
		s = s[:i] + mark + s[i:]
	}
	return s
}

func wrap(s string, width int) string {
	var b strings.Builder
	for len(s) > width {
		b.WriteString(s[:width] + "\n")
		s = s[width:]
	}
	return b.String() + s
}

func pemForm(join string) func(*Gen, Sample) (string, bool) {
	return func(_ *Gen, s Sample) (string, bool) {
		if !strings.HasPrefix(s.Text, "-----BEGIN") {
			return "", false
		}
		return strings.ReplaceAll(s.Text, "\n", join), true
	}
}

func httpError(_ *Gen, s Sample) (string, bool) {
	if !strings.HasPrefix(s.Text, "https://") {
		return "", false
	}
	err := &url.Error{Op: "Get", URL: s.Text, Err: errors.New("dial tcp 10.0.0.1:443: connect: connection refused")}
	return err.Error(), true
}

var headerName = regexp.MustCompile(`^[A-Za-z][A-Za-z-]+$`)

// headerForm writes the names of a header and its scheme in another case.
func headerForm(change func(string) string) func(*Gen, Sample) (string, bool) {
	return func(_ *Gen, s Sample) (string, bool) {
		n, v, ok := strings.Cut(s.Text, ": ")
		if !ok || !headerName.MatchString(n) {
			return "", false
		}
		if scheme, credential, two := strings.Cut(v, " "); two {
			v = change(scheme) + " " + credential
		}
		return change(n) + ": " + v, true
	}
}

// queryForm applies to URLs with a query.
func queryForm(write func(pairs [][2]string) string) func(*Gen, Sample) (string, bool) {
	return func(_ *Gen, s Sample) (string, bool) {
		u, query, ok := strings.Cut(s.Text, "?")
		if !ok || !strings.HasPrefix(u, "https://") {
			return "", false
		}
		var pairs [][2]string
		for p := range strings.SplitSeq(query, "&") {
			n, v, _ := strings.Cut(p, "=")
			pairs = append(pairs, [2]string{n, v})
		}
		return write(pairs), true
	}
}

func joinPairs(pairs [][2]string, sep, between string) string {
	var parts []string
	for _, p := range pairs {
		parts = append(parts, p[0]+sep+p[1])
	}
	return strings.Join(parts, between)
}
