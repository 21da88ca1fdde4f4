package servicetest

import (
	"context"
	"net/http"
	"strings"
	"sync"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/stats"
	"google.golang.org/grpc/status"
)

// watched are the requests of a trail's service since the last Take.
type watched struct {
	mu       sync.Mutex
	ended    sync.Cond // a request was answered
	running  int
	requests []Request
}

func (w *watched) begin() {
	running(1)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.running++
}

func (w *watched) end(r Request) {
	running(-1)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.running--
	w.requests = append(w.requests, r)
	w.ended.Broadcast()
}

// take waits until no request runs: an answer can reach its client before its handler has returned.
func (w *watched) take() []Request {
	w.mu.Lock()
	defer w.mu.Unlock()
	for w.running > 0 {
		w.ended.Wait()
	}
	list := w.requests
	w.requests = nil
	return list
}

// Await returns when so many requests have been answered since the last Take, though nobody may have heard the answer.
func (f *Trail) Await(requests int) {
	f.watched.mu.Lock()
	defer f.watched.mu.Unlock()
	for len(f.watched.requests) < requests {
		f.watched.ended.Wait()
	}
}

// Watch notes how each request to h is answered.
func (f *Trail) Watch(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f.watched.begin()
		seen := &statusWriter{ResponseWriter: w, status: http.StatusOK}
		defer func() {
			f.watched.end(Request{
				Name: r.Method + " " + r.URL.Path, Status: StatusName(seen.status), Gone: r.Context().Err() != nil,
				Announce: w.Header().Values("X-Audit-Event-Id"),
			})
		}()
		h.ServeHTTP(seen, r)
	})
}

type statusWriter struct {
	http.ResponseWriter
	status int
}

// WriteHeader implements http.ResponseWriter.
func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap is for http.ResponseController.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// StatusName is what the source calls a status of HTTP, such as "http.StatusNotFound".
func StatusName(code int) string {
	return "http.Status" + strings.NewReplacer(" ", "", "-", "", "'", "").Replace(http.StatusText(code))
}

// Calls notes how each call of a gRPC server is answered, by grpc.StatsHandler.
func (f *Trail) Calls() stats.Handler { return calls{f} }

type calls struct{ f *Trail }

type callKey struct{}

// call is filled by the handler's goroutine.
type call struct {
	method   string
	announce []string
}

// TagRPC implements stats.Handler.
func (c calls) TagRPC(ctx context.Context, info *stats.RPCTagInfo) context.Context {
	c.f.watched.begin()
	return context.WithValue(ctx, callKey{}, &call{method: info.FullMethodName})
}

// HandleRPC implements stats.Handler.
func (c calls) HandleRPC(ctx context.Context, s stats.RPCStats) {
	about, _ := ctx.Value(callKey{}).(*call)
	switch s := s.(type) {
	case *stats.OutHeader:
		about.announce = append(about.announce, metadata.MD(s.Header).Get("x-audit-event-id")...)
	case *stats.OutTrailer:
		about.announce = append(about.announce, metadata.MD(s.Trailer).Get("x-audit-event-id")...)
	case *stats.End:
		code := status.Code(s.Error)
		gone := code == codes.Canceled || code == codes.DeadlineExceeded || ctx.Err() != nil
		c.f.watched.end(Request{Name: about.method, Status: "codes." + code.String(), Announce: about.announce, Gone: gone})
	}
}

// TagConn implements stats.Handler.
func (c calls) TagConn(ctx context.Context, _ *stats.ConnTagInfo) context.Context { return ctx }

// HandleConn implements stats.Handler.
func (c calls) HandleConn(context.Context, stats.ConnStats) {}
