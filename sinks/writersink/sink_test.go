package writersink_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/internal/delivery"
	"github.com/daxis-io/arco-audit/redact"
	"github.com/daxis-io/arco-audit/sinks/sinktest"
	"github.com/daxis-io/arco-audit/sinks/writersink"
)

// pen is a writer in memory that can run dry in the middle of a line.
type pen struct {
	mu     sync.Mutex
	paper  bytes.Buffer
	writes int
	limit  int // lines that are still taken, when it is broken
	broken bool
}

func (p *pen) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.writes++
	if !p.broken {
		return p.paper.Write(b)
	}
	n := 0
	for n < len(b) {
		line := len(b) - n
		if i := bytes.IndexByte(b[n:], '\n'); i >= 0 {
			line = i + 1
		}
		if line > 1 {
			if p.limit == 0 {
				n += line / 2
				break
			}
			p.limit--
		}
		n += line
	}
	_, _ = p.paper.Write(b[:n])
	if n < len(b) {
		return n, errors.New("no ink")
	}
	return n, nil
}

// lines are the whole JSON objects of a text, as the package doc tells a reader.
func lines(text string) []string {
	var whole []string
	for line := range strings.SplitSeq(text, "\n") {
		if strings.HasPrefix(line, "{") && json.Valid([]byte(line)) {
			whole = append(whole, line)
		}
	}
	return whole
}

type penHarness struct {
	pen  *pen
	sink *writersink.Sink
}

func (h *penHarness) Sink() audit.Sink { return h.sink }

func (h *penHarness) Received() []string {
	h.pen.mu.Lock()
	defer h.pen.mu.Unlock()
	return lines(h.pen.paper.String())
}

func (h *penHarness) Break(after int) {
	h.pen.mu.Lock()
	defer h.pen.mu.Unlock()
	h.pen.broken, h.pen.limit = true, after
}

func (h *penHarness) Repair() {
	h.pen.mu.Lock()
	defer h.pen.mu.Unlock()
	h.pen.broken = false
}

func TestSinkOnWriter(t *testing.T) {
	sinktest.Run(t, func(*testing.T) sinktest.Harness {
		p := &pen{}
		return &penHarness{pen: p, sink: writersink.New(p)}
	})
}

func TestSinkOnBufferedWriter(t *testing.T) {
	sinktest.Run(t, func(*testing.T) sinktest.Harness {
		p := &pen{}
		return &penHarness{pen: p, sink: writersink.New(&forgiving{w: bufio.NewWriterSize(p, 4096), pen: p})}
	})
}

// forgiving is a bufio.Writer that can be used again after an error: what was in the buffer is lost.
type forgiving struct {
	w   *bufio.Writer
	pen *pen
}

func (f *forgiving) Write(b []byte) (int, error) {
	n, err := f.w.Write(b)
	if err != nil {
		f.w.Reset(f.pen)
	}
	return n, err
}

func (f *forgiving) Flush() error {
	err := f.w.Flush()
	if err != nil {
		f.w.Reset(f.pen)
	}
	return err
}

// fileHarness appends to a file.
type fileHarness struct {
	t    *testing.T
	path string
	sink *writersink.Sink
}

func (h *fileHarness) Sink() audit.Sink { return h.sink }

func (h *fileHarness) Received() []string {
	text, err := os.ReadFile(h.path)
	require.NoError(h.t, err)
	return lines(string(text))
}

func TestSinkOnFile(t *testing.T) {
	sinktest.Run(t, func(t *testing.T) sinktest.Harness {
		path := filepath.Join(t.TempDir(), "trail.jsonl")
		f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
		require.NoError(t, err)
		return &fileHarness{t: t, path: path, sink: writersink.NewClosing(f)}
	})
}

// conn is a pen that can hang in the middle of a line, until its write deadline.
type conn struct {
	pen
	mu      sync.Mutex
	stalled chan struct{}
	expired chan struct{}
}

func (c *conn) SetWriteDeadline(t time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if t.IsZero() {
		c.expired = make(chan struct{})
		return nil
	}
	close(c.expired)
	return nil
}

func (c *conn) Write(b []byte) (int, error) {
	c.mu.Lock()
	stalled, expired := c.stalled, c.expired
	c.mu.Unlock()
	if stalled == nil {
		return c.pen.Write(b)
	}
	n, _ := c.pen.Write(b[:len(b)/2])
	select {
	case <-stalled:
		m, err := c.pen.Write(b[n:])
		return n + m, err
	case <-expired:
		return n, os.ErrDeadlineExceeded
	}
}

type connHarness struct {
	penHarness
	conn *conn
}

func (h *connHarness) Stall() func() {
	h.conn.mu.Lock()
	defer h.conn.mu.Unlock()
	stalled := make(chan struct{})
	h.conn.stalled = stalled
	return func() { close(stalled) }
}

func TestSinkOnConn(t *testing.T) {
	sinktest.Run(t, func(*testing.T) sinktest.Harness {
		c := &conn{expired: make(chan struct{})}
		return &connHarness{penHarness: penHarness{pen: &c.pen, sink: writersink.New(c)}, conn: c}
	})
}

// records returns n events and the two of their trail around them.
func records(t *testing.T, n int) []audit.Record {
	t.Helper()
	var all []audit.Record
	trail, err := audit.Open(audit.Config{
		Service: "writer", Environment: "test", Instance: "one", Volatile: true, Keys: redact.EphemeralKeys(),
		Routes: []audit.Route{{Name: "memory", Required: true, Sink: audit.SinkFunc(func(_ context.Context, batch []audit.Record) error {
			all = append(all, batch...)
			return nil
		})}},
	})
	require.NoError(t, err)
	ctx := audit.WithRequest(t.Context(), audit.Request{Actor: audit.Anonymous()})
	for range n {
		_, err := trail.Emit(ctx, audit.AuthDeny(audit.HTTPOperation("GET", "/v1/config"), audit.AuthReasonMissing))
		require.NoError(t, err)
	}
	require.NoError(t, trail.Close(t.Context()))
	return all
}

func jsons(batch []audit.Record) string {
	var b strings.Builder
	for _, r := range batch {
		b.WriteString(r.JSON() + "\n")
	}
	return b.String()
}

func TestSinkWritesOnceABatch(t *testing.T) {
	p := &pen{}
	s := writersink.New(p)
	batch := records(t, 20)
	require.NoError(t, s.Deliver(t.Context(), batch))
	assert.Equal(t, 1, p.writes)
	assert.Equal(t, jsons(batch), p.paper.String())
	require.NoError(t, s.Deliver(t.Context(), nil))
	assert.Equal(t, 1, p.writes, "an empty batch is no write")
}

// stub is a writer that answers as told, after keeping as much as it says.
type stub struct {
	kept bytes.Buffer
	n    func(given int) int
	err  error
}

func (s *stub) Write(b []byte) (int, error) {
	n := len(b)
	if s.n != nil {
		n = s.n(len(b))
	}
	s.kept.Write(b[:max(0, min(n, len(b)))])
	return n, s.err
}

func TestSinkAfterBadWrite(t *testing.T) {
	batch := records(t, 1)
	all := jsons(batch)
	first := len(batch[0].JSON()) + 1
	fault := errors.New("fault")
	tests := []struct {
		name string
		n    func(int) int
		err  error
		want string // what the writer holds after the whole batch came again
	}{
		{"nothing", func(int) int { return 0 }, fault, all},
		{"half a line", func(int) int { return 40 }, fault, all[:40] + "\n" + all},
		{"a line without its end", func(int) int { return first - 1 }, fault, all[:first-1] + "\n" + all},
		{"a whole line", func(int) int { return first }, fault, all[:first] + all},
		{"short without an error", func(int) int { return 40 }, nil, all[:40] + "\n" + all},
		{"everything and an error", nil, fault, all + "\n" + all},
		{"more than everything", func(n int) int { return n + 1 }, nil, all + "\n" + all},
		{"less than nothing", func(int) int { return -1 }, nil, "\n" + all},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := &stub{n: tt.n, err: tt.err}
			s := writersink.New(w)
			err := s.Deliver(t.Context(), batch)
			require.Error(t, err)
			if tt.err != nil {
				assert.ErrorIs(t, err, tt.err)
			}
			if tt.n != nil && tt.n(0) == 40 && tt.err == nil {
				assert.ErrorIs(t, err, io.ErrShortWrite)
			}
			w.n, w.err = nil, nil
			require.NoError(t, s.Deliver(t.Context(), batch))
			assert.Equal(t, tt.want, w.kept.String())
		})
	}
	t.Run("nothing twice after half a line", func(t *testing.T) {
		w := &stub{n: func(int) int { return 40 }, err: fault}
		s := writersink.New(w)
		require.Error(t, s.Deliver(t.Context(), batch))
		w.n = func(int) int { return 0 }
		require.Error(t, s.Deliver(t.Context(), batch))
		w.n, w.err = nil, nil
		require.NoError(t, s.Deliver(t.Context(), batch))
		assert.Equal(t, all[:40]+"\n"+all, w.kept.String(), "the torn line is remembered")
	})
}

// buffered is a stub that buffers, so that its counts say nothing.
type buffered struct{ stub }

func (*buffered) Flush() error { return nil }

func TestSinkNamesWhatIsMissing(t *testing.T) {
	batch := records(t, 1)
	one, two := len(batch[0].JSON())+1, len(batch[0].JSON())+len(batch[1].JSON())+2
	tests := []struct {
		name    string
		written int
		want    []int
	}{
		{"nothing", 0, []int{0, 1, 2}},
		{"a line without its end", one - 1, []int{0, 1, 2}},
		{"a line", one, []int{1, 2}},
		{"a line and a half", one + 40, []int{1, 2}},
		{"two lines", two, []int{2}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := stub{n: func(int) int { return tt.written }, err: errors.New("fault")}
			err := writersink.New(&w).Deliver(t.Context(), batch)
			assert.Equal(t, tt.want, delivery.Judge(err, len(batch)).Retry)
			err = writersink.New(&buffered{w}).Deliver(t.Context(), batch)
			assert.Equal(t, []int{0, 1, 2}, delivery.Judge(err, len(batch)).Retry, "a count of bytes in a buffer counts nothing")
		})
	}
}

func TestSinkAfterPanic(t *testing.T) {
	batch := records(t, 1)
	w := &stub{n: func(int) int { panic("writer") }}
	s := writersink.New(w)
	assert.Panics(t, func() { _ = s.Deliver(t.Context(), batch) })
	w.n = nil
	require.NoError(t, s.Deliver(t.Context(), batch), "the sink can still be used")
	assert.Equal(t, "\n"+jsons(batch), w.kept.String())
}

func TestSinkContextEndsBlockedWrite(t *testing.T) {
	near, far := net.Pipe()
	defer func() { _ = near.Close(); _ = far.Close() }()
	s := writersink.New(near)
	batch := records(t, 1)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	assert.ErrorIs(t, s.Deliver(ctx, batch), os.ErrDeadlineExceeded, "nobody reads")
	got := make(chan string)
	go func() {
		b := make([]byte, len(jsons(batch)))
		_, _ = io.ReadFull(far, b)
		got <- string(b)
	}()
	require.NoError(t, s.Deliver(t.Context(), batch), "the deadline is gone again")
	assert.Equal(t, jsons(batch), <-got)
}

func TestSinkContextEndsWaitForTurn(t *testing.T) {
	release := make(chan struct{})
	started := make(chan struct{})
	w := &stub{n: func(n int) int { close(started); <-release; return n }}
	s := writersink.New(w)
	batch := records(t, 1)
	first := make(chan error, 1)
	go func() { first <- s.Deliver(context.Background(), batch) }()
	<-started
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	assert.ErrorIs(t, s.Deliver(ctx, batch), context.DeadlineExceeded)
	close(release)
	assert.NoError(t, <-first)
}

func TestSinkInTwoRoutes(t *testing.T) {
	p := &pen{}
	s := writersink.New(p)
	batch := records(t, 50)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() { assert.NoError(t, s.Deliver(context.Background(), batch)) })
	}
	wg.Wait()
	assert.Equal(t, strings.Repeat(jsons(batch), 4), p.paper.String())
}

// valve counts how often it is closed.
type valve struct {
	bytes.Buffer
	closed int
}

func (v *valve) Close() error { v.closed++; return nil }

func TestSinkClosesOnlyWhenAsked(t *testing.T) {
	var v valve
	require.NoError(t, writersink.New(&v).Close())
	assert.Zero(t, v.closed)
	s := writersink.NewClosing(&v)
	require.NoError(t, s.Close())
	require.NoError(t, s.Close())
	assert.Equal(t, 1, v.closed)
}

func TestSinkOnNil(t *testing.T) {
	for name, s := range map[string]*writersink.Sink{"New": writersink.New(nil), "NewClosing": writersink.NewClosing(nil)} {
		t.Run(name, func(t *testing.T) {
			assert.ErrorContains(t, s.Deliver(t.Context(), records(t, 1)), "give New an io.Writer")
			assert.NoError(t, s.Close())
		})
	}
}
