// Command auditvet finds secrets on their way into audit events. It runs under go vet,
//
//	go vet -vettool=$(go tool -n auditvet) ./...
//
// or alone, auditvet ./... . See package auditvet for what it reports.
package main

import (
	"github.com/daxis-io/arco-audit/redact/auditvet"
	"golang.org/x/tools/go/analysis/multichecker"
)

func main() { multichecker.Main(auditvet.Analyzers()...) }
