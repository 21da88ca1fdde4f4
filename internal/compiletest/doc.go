// Package compiletest checks that programs do not compile, and why. A Program
// is a Go source file with one hole; Check fills the hole and returns what the
// type checker says about it. The imports come from the compiler's export
// data, so a check costs milliseconds after one "go list -export".
//
// A program that fails to compile for another reason than the one under test
// proves nothing. Every use therefore needs a positive control: New refuses a
// program that does not compile with an empty hole, and tests assert on the
// message and on a neighbour that compiles.
package compiletest
