// Package redact keeps secrets out of audit records.
//
// It gives three things: a scanner that decides by structure whether text
// carries a credential (Scan, Mask, Text, Explain), a wrapper for values that
// are secrets (Secret), and a ring of keys for pseudonyms (Keys).
//
// The scanner reports a kind and a byte span, never a byte of the value. It
// finds secrets of known shapes and values beside secret-bearing names; a bare
// opaque identifier without a shape always passes. It is accident-proof, not
// malice-proof: who wants to hide a secret from it can.
package redact
