// Package gcpfake has Google Cloud services in process for tests: real gRPC servers on the loopback, with the
// limits and rules that the real services document. Each rule cites where it is documented; what is not
// documented is not imitated.
//
// Sources:
//
//	[quotas]  cloud.google.com/logging/quotas
//	[entry]   google/logging/v2/log_entry.proto
//	[list]    google/logging/v2/logging.proto, ListLogEntriesRequest
//	[write]   google/logging/v2/logging.proto, WriteLogEntriesRequest and WriteLogEntriesPartialErrors
package gcpfake
