package tokens_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/golang-jwt/jwt/v5"
	"github.com/stretchr/testify/assert"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/examples/tokens"
)

func TestReason(t *testing.T) {
	tests := []struct {
		name string
		err  error
		want audit.AuthReason
	}{
		{"expired", fmt.Errorf("x: %w", jwt.ErrTokenExpired), audit.AuthReasonExpired},
		{"expired and foreign", errors.Join(jwt.ErrTokenExpired, jwt.ErrTokenInvalidIssuer), audit.AuthReasonWrongIssuer},
		{"any other", errors.New("x"), audit.AuthReasonInvalid},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { assert.Equal(t, tt.want, tokens.Reason(tt.err)) })
	}
}

func ExampleBearer() {
	fmt.Printf("%q %q\n", tokens.Bearer("bearer abc"), tokens.Bearer("Basic abc"))
	// Output:
	// "abc" ""
}
