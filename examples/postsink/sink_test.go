package postsink_test

import (
	"bufio"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/examples/postsink"
	"github.com/daxis-io/arco-audit/sinks/sinktest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// server is a destination that takes JSON lines, can refuse after a number of events, and can hang.
type server struct {
	sink  audit.Sink
	mu    sync.Mutex
	lines []string
	left  int // events before it fails; negative: no limit
	stall chan struct{}
}

func (s *server) Sink() audit.Sink { return s.sink }

func (s *server) Received() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.lines...)
}

func (s *server) Break(after int) { s.set(after) }
func (s *server) Repair()         { s.set(-1) }

func (s *server) set(left int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.left = left
}

func (s *server) Stall() func() {
	s.mu.Lock()
	defer s.mu.Unlock()
	stall := make(chan struct{})
	s.stall = stall
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		close(stall)
		s.stall = nil
	}
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	stall := s.stall
	s.mu.Unlock()
	if stall != nil {
		select {
		case <-stall:
		case <-r.Context().Done():
			return
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	lines := bufio.NewScanner(r.Body)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		if s.left == 0 {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		s.left--
		s.lines = append(s.lines, lines.Text())
	}
	w.WriteHeader(http.StatusNoContent)
}

func TestSinkKeepsTheRules(t *testing.T) {
	sinktest.Run(t, func(t *testing.T) sinktest.Harness {
		s := &server{left: -1}
		listener := httptest.NewServer(s)
		t.Cleanup(listener.Close)
		s.sink = postsink.Sink{URL: listener.URL}
		return s
	})
}

// The sink in README is this one, and a sink is at most 30 lines.
func TestReadmeShowsThisSink(t *testing.T) {
	source, err := os.ReadFile("sink.go")
	require.NoError(t, err)
	_, sink, found := strings.Cut(string(source), "// Sink posts")
	require.True(t, found)
	sink = "// Sink posts" + sink
	assert.LessOrEqual(t, strings.Count(sink, "\n"), 30)
	readme, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	require.NoError(t, err)
	assert.Contains(t, string(readme), "```go\n"+sink+"```")
}
