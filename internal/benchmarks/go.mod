module github.com/daxis-io/arco-audit/internal/benchmarks

go 1.26.0

replace github.com/daxis-io/arco-audit => ../..

require (
	github.com/cloudevents/sdk-go/v2 v2.16.2
	github.com/daxis-io/arco-audit v0.0.0-00010101000000-000000000000
	github.com/google/uuid v1.6.0
	github.com/rs/zerolog v1.35.1
)

require (
	github.com/json-iterator/go v1.1.12 // indirect
	github.com/mattn/go-colorable v0.1.14 // indirect
	github.com/mattn/go-isatty v0.0.20 // indirect
	github.com/modern-go/concurrent v0.0.0-20180306012644-bacd9c7ef1dd // indirect
	github.com/modern-go/reflect2 v1.0.2 // indirect
	golang.org/x/sys v0.49.0 // indirect
)
