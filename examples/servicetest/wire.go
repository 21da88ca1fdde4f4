package servicetest

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"github.com/daxis-io/arco-audit/audit"
)

// Wire serves a handler on a port and counts the bytes that leave it.
type Wire struct {
	URL     string
	written atomic.Int64
}

// NewWire starts a server that ends with t.
func NewWire(t testing.TB, h http.Handler) *Wire {
	t.Helper()
	w := &Wire{}
	server := httptest.NewUnstartedServer(h)
	server.Listener = countedListener{server.Listener, w}
	server.Start()
	t.Cleanup(server.Close)
	w.URL = server.URL
	return w
}

// Written is how many bytes have left.
func (w *Wire) Written() int64 { return w.written.Load() }

type countedListener struct {
	net.Listener
	wire *Wire
}

// Accept implements net.Listener.
func (l countedListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	return countedConn{c, l.wire}, err
}

type countedConn struct {
	net.Conn
	wire *Wire
}

// Write implements net.Conn. What is about to leave counts.
func (c countedConn) Write(b []byte) (int, error) {
	c.wire.written.Add(int64(len(b)))
	return c.Conn.Write(b)
}

// FirstByte sends a request whose allow event has the action a, and fails t if one byte of the answer leaves the process
// before the event is accepted: while the required sink hangs with the event in its hands, nothing has left. It returns
// the body that came after it was accepted.
func (f *Trail) FirstByte(t testing.TB, h http.Handler, r *http.Request, a audit.Action) (status int, body string) {
	t.Helper()
	w := NewWire(t, h)
	held := f.Hold(a)
	type answer struct {
		status int
		body   string
		err    error
	}
	done := make(chan answer, 1)
	go func() {
		status, body, err := send(w.URL, r)
		done <- answer{status, body, err}
	}()
	<-held
	if n := w.Written(); n != 0 {
		t.Errorf("%d bytes left the process before the event was accepted", n)
	}
	f.Resume()
	got := <-done
	if got.err != nil {
		t.Fatal(got.err)
	}
	if w.Written() == 0 {
		t.Error("nothing left the process: the count is none")
	}
	return got.status, got.body
}

// send sends a copy of r to the server at base.
func send(base string, r *http.Request) (status int, body string, err error) {
	out, err := http.NewRequestWithContext(r.Context(), r.Method, base+r.URL.RequestURI(), r.Body)
	if err != nil {
		return 0, "", err
	}
	out.Header = r.Header
	got, err := http.DefaultClient.Do(out)
	if err != nil {
		return 0, "", err
	}
	defer got.Body.Close()
	b, err := io.ReadAll(got.Body)
	return got.StatusCode, string(b), err
}
