// Package logview is the log view of a bucket with Log Analytics, as a table of SQLite: the columns that questions ask
// for, and BigQuery's SQL over them by one translation for all statements.
//
// The caller brings the driver, so that nobody who needs no SQLite links it: it gives Register what makes a function
// known to its driver, once for the process, and opens the database.
//
//	insert_id, log_name   STRING
//	timestamp             TIMESTAMP, here text in TimeLayout, which sorts by time
//	severity              STRING
//	labels, json_payload  JSON, here its text
//
// These are columns as Google's own samples for Log Analytics use them, with JSON_VALUE over the last two
// (github.com/GoogleCloudPlatform/observability-analytics-samples); a real view has more. As an export does, the table
// has an entry as often as it was delivered.
package logview
