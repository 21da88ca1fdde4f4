// Package lql is the query language of Cloud Logging, evaluated over entries in memory.
//
// The language is that of [lql], an extension of [aip]:
//
//	query      = { comments and the expression }
//	expression = factor { ["AND"] factor }
//	factor     = unary { "OR" unary }
//	unary      = [ "NOT" | "-" ] term
//	term       = "(" expression ")" | function | field op value | value
//	field      = name { "." name }, a name being a word or a quoted string
//	op         = "=" "!=" "<" "<=" ">" ">=" ":" "=~" "!~"
//	value      = word | string | "(" combination of values ")"
//
// NOT binds tightest, then OR, then AND ([lql], Boolean operators). Functions are log_id, ip_in_net, sample, and
// cast of a timestamp to STRING; SEARCH, source and regexp_extract are an error that says so.
//
// The parser is the package's own. Libraries that parse [aip] know neither "=~", "!~" nor comments, which the
// filters of compliance need, and none is asked to be fast on text of a stranger: this one reads a query once,
// without going back.
//
// Where the documentation is silent, the strictest reading counts: strings compare by simple case folding of
// each letter (NFKC is not applied), names of fields by their case, and what cannot be compared does not match.
//
// Sources:
//
//	[lql]  cloud.google.com/logging/docs/view/logging-query-language
//	[aip]  google.aip.dev/160
package lql
