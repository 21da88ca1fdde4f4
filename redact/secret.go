package redact

import (
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"log/slog"
)

// placeholder is what a Secret shows of itself.
const placeholder = "[REDACTED]"

var errSecretEncoding = errors.New("redact: a Secret cannot be encoded; call Expose where the value is needed")

// Secret holds a value that must not be printed, logged or encoded by
// accident. The value lives in a closure, so that fmt and reflection-based
// printers show a placeholder or an address also where they do not call
// methods, as in unexported fields. The zero Secret holds the zero T. Secrets
// cannot be compared with ==.
type Secret[T any] struct {
	_   [0]func()
	get func() T
}

// NewSecret wraps v. It does not copy what v points to.
func NewSecret[T any](v T) Secret[T] {
	return Secret[T]{get: func() T { return v }}
}

// Expose returns the value. It is the only way out; search for it in reviews.
func (s Secret[T]) Expose() T {
	if s.get == nil {
		var zero T
		return zero
	}
	return s.get()
}

// Format writes a placeholder for every verb and flag.
func (Secret[T]) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, placeholder) }

// String returns a placeholder.
func (Secret[T]) String() string { return placeholder }

// GoString returns a placeholder.
func (Secret[T]) GoString() string { return placeholder }

// Error returns a placeholder, so that printers that look for errors first
// find nothing else.
func (Secret[T]) Error() string { return placeholder }

// LogValue returns a placeholder.
func (Secret[T]) LogValue() slog.Value { return slog.StringValue(placeholder) }

// MarshalJSON encodes a placeholder.
func (Secret[T]) MarshalJSON() ([]byte, error) { return []byte(`"` + placeholder + `"`), nil }

// MarshalText encodes a placeholder.
func (Secret[T]) MarshalText() ([]byte, error) { return []byte(placeholder), nil }

// MarshalBinary fails: a binary encoding is made to be decoded again.
func (Secret[T]) MarshalBinary() ([]byte, error) { return nil, errSecretEncoding }

// GobEncode fails like MarshalBinary.
func (Secret[T]) GobEncode() ([]byte, error) { return nil, errSecretEncoding }

// Value fails: a placeholder must not be stored in place of the value.
func (Secret[T]) Value() (driver.Value, error) { return nil, errSecretEncoding }
