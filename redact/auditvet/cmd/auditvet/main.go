// Command auditvet finds secrets on their way into audit events. It runs under go vet,
//
//	go vet -vettool=$(go tool -n auditvet) ./...
//
// or alone, auditvet ./... . What it reports is explained by auditvet explain. See package auditvet.
package main

import (
	"os"

	"github.com/daxis-io/arco-audit/redact/auditvet"
	"golang.org/x/tools/go/analysis/multichecker"
)

func main() {
	args := os.Args[1:]
	switch {
	case auditvet.AskedByGo(args):
		os.Exit(auditvet.AnswerGo(args, os.Stdout, os.Stderr))
	case len(args) > 0 && args[0] == "explain":
		os.Exit(auditvet.Explain(args[1:], os.Stdout, os.Stderr))
	}
	multichecker.Main(auditvet.Analyzers()...)
}
