module github.com/daxis-io/arco-audit/redact/auditvet/testdata/beside

go 1.26.0

replace github.com/daxis-io/arco-audit => ../../../..

require (
	github.com/daxis-io/arco-audit v0.0.0-00010101000000-000000000000
	github.com/securego/gosec/v2 v2.30.0
	golang.org/x/tools v0.52.0
)

require (
	golang.org/x/mod v0.42.0 // indirect
	golang.org/x/sync v0.24.0 // indirect
)
