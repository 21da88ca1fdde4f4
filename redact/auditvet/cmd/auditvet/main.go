// Command auditvet finds secrets on their way into audit events. It runs under go vet,
//
//	go vet -vettool=$(go tool -n auditvet) ./...
//
// or alone, auditvet ./... . See package auditvet for what it reports.
package main

import (
	"os"

	"github.com/daxis-io/arco-audit/redact/auditvet"
	"golang.org/x/tools/go/analysis/multichecker"
)

func main() {
	if auditvet.AskedByGo(os.Args[1:]) {
		os.Exit(auditvet.AnswerGo(os.Args[1:], os.Stdout, os.Stderr))
	}
	multichecker.Main(auditvet.Analyzers()...)
}
