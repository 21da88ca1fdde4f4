// Package lib hands on a request's parts.
package lib

import "net/http"

type Session struct{ ID, Ticket string }

func Open(r *http.Request) *Session {
	return &Session{ID: r.Header.Get("X-Request-Id"), Ticket: r.Header.Get("Authorization")}
}
