// Package tokens classifies what is wrong with a JSON web token, in the words of an AUTH_DENY event.
package tokens

import (
	"errors"
	"net/http"
	"strings"

	"github.com/golang-jwt/jwt/v5"

	"github.com/daxis-io/arco-audit/audit"
)

// Bearer returns the token of an Authorization header (RFC 6750 section 2.1); "" for none.
func Bearer(header string) string {
	scheme, token, _ := strings.Cut(header, " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return token
}

// FromRequest returns the bearer token of a request; "" for none.
func FromRequest(r *http.Request) string { return Bearer(r.Header.Get("Authorization")) }

// Reason classifies an error of the jwt package, what is worst first: a token of another issuer is foreign before
// it is expired.
//
//audit:decision
func Reason(err error) audit.AuthReason {
	for _, class := range []struct {
		err    error
		reason audit.AuthReason
	}{
		{jwt.ErrTokenMalformed, audit.AuthReasonMalformed},
		{jwt.ErrTokenSignatureInvalid, audit.AuthReasonBadSignature},
		{jwt.ErrTokenUnverifiable, audit.AuthReasonBadSignature},
		{jwt.ErrTokenInvalidIssuer, audit.AuthReasonWrongIssuer},
		{jwt.ErrTokenInvalidAudience, audit.AuthReasonWrongAudience},
		{jwt.ErrTokenExpired, audit.AuthReasonExpired},
		{jwt.ErrTokenNotValidYet, audit.AuthReasonNotYetValid},
		{jwt.ErrTokenRequiredClaimMissing, audit.AuthReasonMalformed},
	} {
		if errors.Is(err, class.err) {
			return class.reason
		}
	}
	return audit.AuthReasonInvalid
}
