//go:build !delivery_planted

package delivery

import "sync"

// planted is false outside of the test that proves that each planted bug is caught; the branches compile to nothing.
func planted(plant) bool { return false }

// sabotaged is c.
func sabotaged[T any](c Config[T], _ *sync.Mutex) Config[T] { return c }
