package audit_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// poster is a sink that posts lines over TLS, by the client that it has at the moment.
type poster struct {
	url    string
	client atomic.Pointer[http.Client]
}

func (p *poster) Deliver(ctx context.Context, batch []audit.Record) error {
	var lines strings.Builder
	for _, r := range batch {
		lines.WriteString(r.JSON() + "\n")
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, p.url, strings.NewReader(lines.String()))
	if err != nil {
		return err
	}
	resp, err := p.client.Load().Do(req)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

// posted is what a server got, without copies.
type posted struct {
	mu  sync.Mutex
	got []string
}

func (p *posted) ServeHTTP(_ http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for s := bufio.NewScanner(r.Body); s.Scan(); {
		if !slices.Contains(p.got, s.Text()) { // an answer may be late
			p.got = append(p.got, s.Text())
		}
	}
}

// peer accepts connections, says what it says, and holds them until the test ends. It returns its address.
func peer(t *testing.T, says string) string {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	var held []net.Conn
	var accepting sync.WaitGroup
	accepting.Go(func() {
		for c, err := l.Accept(); err == nil; c, err = l.Accept() {
			_, _ = c.Write([]byte(says))
			held = append(held, c)
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		accepting.Wait()
		for _, c := range held {
			_ = c.Close()
		}
	})
	return l.Addr().String()
}

// dialing returns the client of a server with something else where it dials.
func dialing(server *httptest.Server, dial func(context.Context, string, string) (net.Conn, error)) *http.Client {
	transport := server.Client().Transport.(*http.Transport).Clone()
	transport.DialContext = dial
	return &http.Client{Transport: transport}
}

// to dials address, whatever was asked for.
func to(address string) func(context.Context, string, string) (net.Conn, error) {
	return func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, address)
	}
}

// named dials a name that server is asked for.
func named(server func(context.Context) (net.Conn, error)) func(context.Context, string, string) (net.Conn, error) {
	d := net.Dialer{Resolver: &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) { return server(ctx) }}}
	return func(ctx context.Context, network, _ string) (net.Conn, error) {
		return d.DialContext(ctx, network, "sink.example.test:443")
	}
}

// TestNamesAndCertificatesThatFail has a sink whose server's name cannot be looked up, whose certificate is another's, or
// whose handshake is nonsense or never comes: other routes take events as always, and when it is repaired it gets all.
func TestNamesAndCertificatesThatFail(t *testing.T) {
	got := &posted{}
	server := httptest.NewUnstartedServer(got)
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	t.Cleanup(server.Close)
	silent, babbling := peer(t, ""), peer(t, "HTTP/1.0 400 Bad Request\r\n\r\n")
	faults := []struct {
		name   string
		client *http.Client
	}{
		{"nobody to ask for the name", dialing(server, named(func(context.Context) (net.Conn, error) { return nil, errors.New("no route") }))},
		{"no answer about the name", dialing(server, named(func(ctx context.Context) (net.Conn, error) { return new(net.Dialer).DialContext(ctx, "tcp", silent) }))},
		{"certificate of nobody known", &http.Client{Transport: &http.Transport{}}},
		{"handshake never comes", dialing(server, to(silent))},
		{"handshake is nonsense", dialing(server, to(babbling))},
		{"nobody listens", dialing(server, to("127.0.0.1:1"))},
	}
	sink, good := &poster{url: server.URL}, &capture{}
	sink.client.Store(server.Client())
	var failed atomic.Int64
	c := config(audit.Route{Name: "good", Sink: good, Required: true}, audit.Route{Name: "remote", Sink: sink, Deadline: 200 * time.Millisecond})
	c.Hooks = &audit.Hooks{Failed: func(string, error) { failed.Add(1) }}
	trail := open(t, c)
	for _, f := range faults {
		before := failed.Load()
		sink.client.Store(f.client)
		for n := range 20 {
			_, err := trail.Emit(anonymous(t.Context()), vend(n))
			require.NoError(t, err, f.name)
		}
		require.Eventually(t, func() bool { return failed.Load() >= before+2 }, time.Minute, time.Millisecond, f.name)
		assert.Positive(t, trail.Health().Routes[1].Lag, f.name)
		sink.client.Store(server.Client())
		require.NoError(t, trail.Flush(closing(t, time.Minute)), f.name)
	}
	got.mu.Lock()
	defer got.mu.Unlock()
	var want []string
	for _, r := range good.list() {
		want = append(want, r.JSON())
	}
	assert.Equal(t, want, got.got, "each, in order, the same bytes")
}
