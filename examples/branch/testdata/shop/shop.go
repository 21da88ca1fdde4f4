// Package shop decides whether to sell.
package shop

import (
	"context"
	"net/http"

	"github.com/daxis-io/arco-audit/audit"
)

var sale = audit.NewKind("SALE", "sale", audit.Critical)

type shop struct{ trail *audit.Trail }

var errGone = refusal{http.StatusGone}

type refusal struct{ status int }

// sell decides.
//
//audit:decision SALE
func (s shop) sell(w http.ResponseWriter, r *http.Request) {
	if r.URL.Query().Get("item") == "" {
		s.deny(r.Context())
		w.WriteHeader(errGone.status)
		return
	}
	switch r.Header.Get("X-Mood") {
	case "good":
		_, _ = s.trail.Emit(r.Context(), sale.Allow(audit.NewResource("sale", "x"), "in_stock"))
	default:
		s.deny(r.Context())
		w.WriteHeader(http.StatusTeapot)
	}
}

func (s shop) deny(ctx context.Context) {
	_, _ = s.trail.Emit(ctx, sale.Deny(audit.NewResource("sale", "x"), "sold_out"))
}

// returns decides too, and nobody has marked it.
func (s shop) returns(_ http.ResponseWriter, r *http.Request) { s.deny(r.Context()) }

// routes names handlers and decides nothing.
func (s shop) routes() *http.ServeMux {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /sell", s.sell)
	mux.HandleFunc("POST /return", s.returns)
	return mux
}

var _ = shop.routes
