// Package scan finds secrets in text by structure.
//
// A sweep looks for anchors: literals without which no rule can hold. A rule
// decides at its anchor. What hides anchors or values is undone on a ladder of
// decodings, each rung only when its trigger is there, within a budget.
package scan

// Kind numbers the kinds of the rule table.
type Kind uint16

// Finding is a kind and a byte span of the scanned text.
type Finding struct {
	Kind       Kind
	Start, End int
}
