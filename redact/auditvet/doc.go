// Package auditvet finds, before a program runs, what the type checker cannot refuse: secrets that were flattened into
// the identifier strings of audit events, constants that are secrets, and events that are not emitted as the decision
// that they record demands.
//
// It is accident-proof, not malice-proof: unsafe, linkname, assembly, reflection that calls methods by name and
// control flow that spells a secret bit by bit get past it. What passes is the run-time scanner's case.
//
// # Use
//
// Add the tool to go.mod and run it with go vet:
//
//	go get -tool github.com/daxis-io/arco-audit/redact/auditvet/cmd/auditvet
//	go vet -vettool=$(go tool -n auditvet) ./...
//
// In a script, take the path first and stop when there is none: with an empty -vettool, go vet runs its own analyzers
// and reports nothing of this.
//
//	tool=$(go tool -n auditvet) && go vet -vettool="$tool" ./...
//
// In a test of the module, audittest.VetClean(t) does the same. Alone, auditvet ./... does the same, auditvet -fix ./... applies
// the fixes that are safe. In continuous integration, these two steps fail on a planted leak:
//
//   - run: go build -o "$RUNNER_TEMP/auditvet" github.com/daxis-io/arco-audit/redact/auditvet/cmd/auditvet
//   - run: go vet -vettool="$RUNNER_TEMP/auditvet" ./...
//
// A build that refuses to compile a leak is opt-in:
//
//	go build -toolexec="auditvet toolexec" ./...
//
// The first such build compiles everything again. It looks at packages that import package audit, one by one: a flow
// through another package is seen by go vet only.
//
// The tool looks into the packages of the main module and into those that import package audit. Where an event is made, the
// packages of the main module below are read from source, up to 400 files, so that a flow is followed into their functions;
// beyond that, and in packages of other modules that import package audit, functions are known by summaries. Others, the
// standard library among them, are known by tables in the binary: a file of rules would not be part of go vet's cache key. What
// is found in _test.go files is not reported, because tests misuse the API on purpose.
//
// # Measured
//
// On ten sets of programs in testdata/corpus, each measured before anything was changed for it (first run) and
// after (now), beside the taint engine of gosec 2.30 given the same types and functions as sources and the same
// constructors as sinks (go run . in testdata/beside):
//
//	set                 first run     now   gosec
//	leaking, 1st (84)   42 found      84    40
//	leaking, 2nd (48)   45            48    15
//	leaking, 3rd (16)   15            16     5
//	leaking, 4th (47)   42            47    12
//	leaking, 5th (22)   20            22     7
//	leaking, 6th (40)   35            40     7
//	leaking, 7th (20)   17            20     6
//	leaking, 8th (30)   28            30     8
//	leaking, 9th (30)   28            30     6
//	leaking, 10th (60)  55            60    11
//	safe, 1st (53)       1 reported    0    26
//	safe, 2nd (34)       1             0    12
//	safe, 3rd (14)       0             0     5
//	safe, 4th (44)       1             0    12
//	safe, 5th (22)       2             0     5
//	safe, 6th (40)       2             0    16
//	safe, 7th (20)       1             0     5
//	safe, 8th (30)       3             0    10
//	safe, 9th (25)       0             0    11
//	safe, 10th (45)      1             0    17
//
// The 4th to 7th were written to break the analyzer, the 6th by somebody who had not seen it. The 8th and 10th are by
// people who knew its documentation only, the 9th by somebody who knows the analyzer. In the 10th, 18 leaking programs break
// the rules of auditconst and auditemit, which no taint engine knows.
//
// testdata/matrix has 720 constructs of the language and the standard library, each with a leaking program and a safe
// one that differs by one edit, for two to five kinds of source; testdata/protocol has 151 shapes in which events are emitted.
//
// go-flow-levee could not be measured beside them: its last commit, of 2022, needs a package that golang.org/x/tools no longer
// has, and with the tools of its time it panics in the standard library of Go 1.26 (conversions of slices to arrays, range
// over functions).
//
// User and system CPU time with an empty cache of vet results, beside go vet with its own analyzers, on two shared and
// loaded cores: grpc 1.84 (259 packages) 53.8 s and 48.9 s, iceberg-go 0.7 45.4 s and 83.8 s (compilation may be part of
// it). Again without a change, on grpc 1.9 s, on iceberg-go 2.8 s, because go vet keeps the results: that is the go
// command's own time, 2.9 to 3.1 s without the tool in alternation; the tool is called twice, for 0.08 s. On grpc,
// iceberg-go and storage 1.70 nothing was reported.
//
// # Directives
//
//	//audit:secret                on a struct field, variable or function: what it holds or returns is a secret
//	//audit:safe reason           on a field or function: what it holds or returns is none; on a line or above it: what
//	                              auditflow finds on that line is accepted. The reason is required.
//	//audit:decision CRED_VEND    on a function: it emits exactly one event of that category on every path
//
// # Findings
//
// A report ends with the name of its finding. Each has a page: what was seen and why it matters, a program that is reported and
// the same program repaired, when to accept it, and what is not seen.
//
//	go tool auditvet explain                        lists all findings
//	go tool auditvet explain secret-in-identifier   prints its page
//
// # Analyzer auditconst
//
// auditconst: check constants, kinds, zero values and reasons of audit events
//
// It reads the source alone and is exact.
//
// # Analyzer auditflow
//
// auditflow: find secrets that reach an identifier of an audit event
//
// It executes functions abstractly. Hard sources are credentials, tokens, keys, secret headers and cookies, signed URLs,
// environment variables and files with secret-bearing names, fields and functions marked //audit:secret,
// redact.Secret.Expose; they are followed through memory, calls and packages. Soft sources are queries of URLs, texts of
// errors, fields and parameters whose name speaks of a secret; they are followed inside a function and the calls
// that it makes. A pseudonym, a digest, a length, a comparison, a parsed number, time, address or UUID, what an
// authenticator returns besides text, and text that was compared with constants end a flow.
//
// # Analyzer auditemit
//
// auditemit: check that events are emitted and that the error of a critical one decides
//
// It follows an event from its constructor to where it is emitted, through helpers, interfaces and function values that are given it,
// and the error of that to what depends on it. On each path it knows which errors are nil and which flags are set, also in deferred
// calls.
package auditvet
