package redact_test

import (
	"errors"
	"fmt"
	"strings"

	"github.com/daxis-io/arco-audit/redact"
)

func ExampleMask() {
	url := "https://bucket.example.com/part-0.parquet?X-Amz-Signature=" + strings.Repeat("0a1b", 16) + "&page=2"
	masked, found := redact.Mask(url)
	fmt.Println(masked)
	fmt.Println(found[0].Kind)
	// Output:
	// https://bucket.example.com/part-0.parquet?X-Amz-Signature=[REDACTED:aws-sigv4-signature]&page=2
	// aws-sigv4-signature
}

func ExampleExplain() {
	for _, e := range redact.Explain("postgres://svc:" + "hunter2" + "@db/lake") {
		fmt.Println(e.Finding.Kind, "at", e.Finding.Start)
		fmt.Println(e.Why)
		fmt.Println(e.Instead)
	}
	// Output:
	// url-password at 15
	// the text has the structure of a url-password (RFC 3986)
	// pass the URL without userinfo, or the host alone
}

func ExampleSecret() {
	s := redact.NewSecret("the value")
	fmt.Printf("%v %+v %q\n", s, struct{ Field any }{s}, s)
	fmt.Println(len(s.Expose()))
	// Output:
	// [REDACTED] {Field:[REDACTED]} [REDACTED]
	// 9
}

func ExampleViolation() {
	var err error = &redact.Violation{Findings: []redact.FieldFinding{{Field: "resource", Kind: redact.KindControl}}}
	var v *redact.Violation
	fmt.Println(errors.As(err, &v), err)
	// Output:
	// true audit: field resource: withheld control; pass an identifier, not a credential
}
