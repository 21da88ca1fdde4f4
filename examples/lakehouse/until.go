package main

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// until looks again and again whether something has come about, for half a minute.
func until(ctx context.Context, what string, done func() bool) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !done() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return fmt.Errorf("lakehouse: %s did not come", what)
		}
	}
	return nil
}

// hasAll tells whether every text has the events of these ids.
func hasAll(texts map[string]string, ids []string) bool {
	for _, text := range texts {
		for _, id := range ids {
			if !strings.Contains(text, `"id":"`+id+`"`) {
				return false
			}
		}
	}
	return true
}
