// Package imports holds the test of the rules by which the module's packages may import each other and
// others. It has no code.
package imports
