package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
)

// collector keeps in memory what is posted to it.
type collector struct {
	server *httptest.Server

	mu    sync.Mutex
	isOut bool
	lines strings.Builder
}

func startCollector() *collector {
	m := &collector{}
	m.server = httptest.NewServer(m)
	return m
}

// ServeHTTP takes a batch of lines, whole or not at all.
func (m *collector) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	batch, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, "half a batch", http.StatusBadRequest)
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.isOut {
		http.Error(w, "out of order", http.StatusServiceUnavailable)
		return
	}
	m.lines.Write(batch)
	w.WriteHeader(http.StatusNoContent)
}

func (m *collector) down(is bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.isOut = is
}

func (m *collector) text() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.lines.String()
}
