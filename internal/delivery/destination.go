package delivery

import (
	"context"
	"errors"
	"time"
)

var errNoTurn = errors.New("the destination did not return from another delivery in time")

// Destination is what routes of several logs share that lead to one destination: they take turns, and what one finds out
// about how much the destination takes in the time of an attempt the others know.
type Destination struct {
	turn chan struct{} // holds a token while somebody delivers
	pace pace
}

// NewDestination returns a destination of which nothing is known.
func NewDestination() *Destination { return &Destination{turn: make(chan struct{}, 1)} }

// Take waits for the turn, no longer than patience or ctx allow. After true nobody else delivers until Yield.
func (d *Destination) Take(ctx context.Context, patience time.Duration) bool {
	select {
	case d.turn <- struct{}{}:
		return true
	default:
	}
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case d.turn <- struct{}{}:
		return true
	case <-timer.C:
	case <-ctx.Done():
	}
	return false
}

// Yield ends the turn.
func (d *Destination) Yield() { <-d.turn }
