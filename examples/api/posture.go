package api

import "errors"

// Posture says who can reach the service.
type Posture uint8

// The postures. Public hides /metrics, only Development may go without issuer and audience or with debug
// identities.
const (
	Public Posture = iota
	Private
	Development
)

var postures = []string{"public", "private", "development"}

// ParsePosture returns the posture of a name; "" is Public.
func ParsePosture(name string) (Posture, error) {
	for i, p := range postures {
		if name == p {
			return Posture(i), nil
		}
	}
	if name == "" {
		return Public, nil
	}
	return Public, errors.New("api: the posture is unknown: use public, private or development")
}
