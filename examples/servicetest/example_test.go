package servicetest_test

import (
	"fmt"

	"github.com/daxis-io/arco-audit/examples/servicetest"
)

func ExampleGarden() {
	var g servicetest.Garden
	text := g.Next()
	_, leaked := g.Leak("a log line with " + text)
	fmt.Println(leaked)
	_, leaked = g.Leak("a log line with [REDACTED:google-oauth]")
	fmt.Println(leaked)
	// Output:
	// true
	// false
}
