package lql_test

import (
	"fmt"

	"github.com/daxis-io/arco-audit/internal/lql"
)

func ExampleParse() {
	filter, err := lql.Parse(`labels.outcome = "deny" AND NOT labels.tenant = ("acme" OR "zoo")`)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, tenant := range []string{"acme", "corp"} {
		fmt.Println(tenant, filter.Match(lql.Entry{"labels": map[string]any{"outcome": "deny", "tenant": tenant}}))
	}
	_, err = lql.Parse(`labels.outcome = deny)`)
	fmt.Println(err)
	// Output:
	// acme false
	// corp true
	// lql: byte 21: a parenthesis or a comma that nothing opened
}
