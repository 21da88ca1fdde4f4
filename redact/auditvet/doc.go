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
// In a test of the module, audittest.VetClean(t) does the same. Alone, auditvet ./... does the same, auditvet -fix ./... applies the fixes that are safe. In continuous integration,
// these two steps fail on a planted leak:
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
// testdata/matrix has 672 constructs of the language and the standard library, each with a leaking program and a safe
// one that differs by one edit, for two to five kinds of source; testdata/protocol has 116 shapes in which events are emitted.
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
//	                              is found on that line is accepted. The reason is required.
//	//audit:decision CRED_VEND    on a function: it emits exactly one event of that category on every path
//
// # Analyzer auditconst
//
// auditconst: check constants, kinds, zero values and reasons of audit events
//
// It reads the source alone and is exact.
//
// Finding secret-constant. A constant, anywhere in an argument of package audit, that redact.Scan takes for a secret;
// only the kind is told. The path is the source text itself. Fix: take the constant out of the source and revoke what
// it was: it is in the version history.
//
// Finding function-value. A function whose parameter takes constants only, such as NewResource or Kind.Allow, is used
// as a value: assigned, passed on, given to reflection. From there type inference can turn any string into its
// argument. Fix: call it directly with a constant.
//
// Finding inferred-constant. A generic function is instantiated with the unexported type of constants, by its argument
// or by the methods of a constraint. Fix: call the function of package audit directly.
//
// Finding not-constant. The argument of such a parameter is a value that a type parameter converted. Fix: write the
// constant at the call.
//
// Finding reflection. A value with such methods is given to package reflect, which can call them with any text. Fix:
// use the value directly.
//
// Finding vocabulary. A constant does not match the grammar of its parameter, so that the event would be refused or
// say unspecified. Fix: the message has the grammar.
//
// Finding local-kind. NewKind is called inside a function. A program has a fixed set of kinds, which readers can list.
// Fix: declare the kind in a package-level var.
//
// Finding duplicate-kind. Two calls of NewKind, here or in an imported package, make the same name. Fix: share the
// variable or choose another name.
//
// Finding built-in-name and built-in-category. A kind would make events with the name or category of package audit's
// own actions. Fix: choose another.
//
// Finding zero-value. The zero value of an opaque type is given where a part of an event is required: a literal, *new,
// or a variable that is never given a value. Emit would refuse the event. Types whose zero value means that there is none,
// such as Snapshot and PlanID, are not meant. Fix: use the type's constructor.
//
// Finding unspecified. A constant of an enum has no name, 0 first. It would be written as unspecified. Fix: use one of
// the named constants.
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
// Finding secret-in-identifier. The message names what was seen, where it comes from, the functions that it goes
// through, and the constructor that it reaches. Fix: give the constructor an identifier. For a person, use Trail.User,
// which records a pseudonym; for a URL, the route template or the path, or clear RawQuery before String
// (Redacted keeps the query, and with it a signature); for an error, a reason of the action's enum, because the text of
// a *url.Error holds the whole URL. If the value is no secret, say //audit:safe and why.
//
// Finding safe-without-reason. An //audit:safe directive without a reason; it is ignored. Fix: say why.
//
// Finding gave-up. A function is too large to be followed to its end; what is found in it may not be all. Fix: split
// the function, or keep events in a smaller one.
//
// # Analyzer auditemit
//
// auditemit: check that events are emitted and that the error of a critical one decides
//
// Finding emit-error-ignored. The error of Emit for an event that releases or changes something is dropped, or only
// written to a log, or the error of Begin is. Helpers that emit a parameter count as Emit, in other packages too, and so do
// interfaces and function values that take an event and return an error. Fix: return the error, or answer 503: nothing may
// be released that is not recorded.
//
// Finding released-before-emit. The response is written and a critical event is emitted after it. Fix: emit first.
//
// Finding released-before-check. The response is written between Emit and the look at its error, or on the path where
// there is one too. Fix: check the error first.
//
// Finding event-not-emitted. An event is built and goes nowhere, or only to a log; often a With method whose result was
// dropped. Fix: give it to Emit.
//
// Finding intent-not-ended. Begin made an intent and a path returns without an Emit or Abandon; the message has the line.
// The trail would record DecisionAbandoned. Fix: call Emit on the intent on every path.
//
// Finding decision-without-event and decision-with-two-events. A function marked //audit:decision has a path that
// emits no event of the category, or two; the message has the line where the path ends. Fix: one event on every path.
//
// Finding decision-unknown. The directive names no category. Fix: use one such as CRED_VEND.
package auditvet
