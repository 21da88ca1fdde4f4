// Package grpcfault is what the sinks of Google Cloud share: it keeps what became of every record of a batch
// that goes out in several gRPC calls, and turns the status of a call into the error that a route understands.
package grpcfault
