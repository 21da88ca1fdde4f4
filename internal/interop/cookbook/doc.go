// Package cookbook runs the questions of gcplogsink on two engines over the same events: the filters on the query
// language's evaluation, the SQL on SQLite as package logview translates it, and compares what they say.
//
// GoogleSQL itself, the parser and analyser of BigQuery, reads the SQL against the schema of a log view; it takes
// two minutes and 6.4 GB of memory to compile once.
package cookbook
