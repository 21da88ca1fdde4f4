package compiletest_test

import (
	"fmt"

	"github.com/daxis-io/arco-audit/internal/compiletest"
)

func Example() {
	exports, err := compiletest.List(".", "strings")
	if err != nil {
		fmt.Println(err)
		return
	}
	program, err := compiletest.New(exports, `package program

import "strings"

func program(n int) {
	`+compiletest.Hole+`
	_ = strings.ToUpper("")
}
`)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(program.Check(`_ = strings.ToUpper(n)`))
	fmt.Println(program.Check(`_ = strings.ToUpper("n")`))
	// Output:
	// [{1 cannot use n (variable of type int) as string value in argument to strings.ToUpper}]
	// []
}
