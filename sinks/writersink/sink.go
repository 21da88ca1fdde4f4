package writersink

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/daxis-io/arco-audit/audit"
)

// Sink writes events to one writer. Make it with New or NewClosing. It is safe for concurrent use; batches
// take turns.
//
// A writer with a Flush() error method, such as bufio.Writer, is flushed after every batch. Durability is the
// writer's own: an os.File keeps lines through the end of the process, not through the loss of power. A Write
// that blocks holds its route until it returns, unless the writer has SetWriteDeadline, as net.Conn and pipes
// do: then the end of the context ends it, and the sink owns the write deadline.
type Sink struct {
	w     io.Writer
	turn  chan struct{} // holds one token; guards what follows
	lines []byte
	ends  []int // of each record in lines
	line  func(dst []byte, r audit.Record) []byte
	torn  bool // what was written last may have no line break at its end
	close func() error
}

// keepBytes is the largest buffer that is kept from one batch to the next.
const keepBytes = 2 << 20

// New returns a sink that writes to w and never closes it.
func New(w io.Writer) *Sink {
	return &Sink{w: w, turn: make(chan struct{}, 1), line: plain, close: func() error { return nil }}
}

// plain is the event as it is.
func plain(dst []byte, r audit.Record) []byte { return append(dst, r.JSON()...) }

// NewClosing returns a sink that writes to w and closes it when its route has ended. It serves one route.
func NewClosing(w io.WriteCloser) *Sink {
	s := New(w)
	s.close = sync.OnceValue(func() error {
		if w == nil {
			return nil
		}
		return w.Close()
	})
	return s
}

// Deliver writes the batch. An error names the events of which not every byte is known to be written.
func (s *Sink) Deliver(ctx context.Context, batch []audit.Record) error {
	if s.w == nil {
		return audit.Down(errors.New("writersink: the writer is nil: give New an io.Writer"))
	}
	if len(batch) == 0 {
		return nil
	}
	if err := ctx.Err(); err != nil { // select chooses at random
		return fmt.Errorf("writersink: %w", err)
	}
	select {
	case s.turn <- struct{}{}:
		defer func() { <-s.turn }()
	case <-ctx.Done():
		return fmt.Errorf("writersink: %w", ctx.Err())
	}
	s.encode(batch)
	written, err := s.write(ctx)
	if err == nil {
		return nil
	}
	return audit.Failed(fmt.Errorf("writersink: %w", err), s.missing(written)...)
}

// Close closes the writer if the sink came from NewClosing, once.
func (s *Sink) Close() error { return s.close() }

// encode fills lines and ends.
func (s *Sink) encode(batch []audit.Record) {
	if cap(s.lines) > keepBytes {
		s.lines = nil
	}
	s.lines, s.ends = s.lines[:0], s.ends[:0]
	if s.torn {
		s.lines = append(s.lines, '\n')
	}
	for _, r := range batch {
		s.lines = append(s.line(s.lines, r), '\n')
		s.ends = append(s.ends, len(s.lines))
	}
}

// write writes lines and returns how many bytes are known to be where they belong.
func (s *Sink) write(ctx context.Context) (int, error) {
	defer interruptible(ctx, s.w)()
	s.torn = true // also when the writer panics
	n, err := s.w.Write(s.lines)
	if n < 0 || n > len(s.lines) {
		return 0, errors.New("the writer returned an impossible count")
	}
	if err == nil && n < len(s.lines) {
		err = io.ErrShortWrite
	}
	if f, buffered := s.w.(interface{ Flush() error }); buffered {
		if err == nil {
			err = f.Flush()
		}
		if err != nil {
			return 0, err // the count is of bytes in the buffer, which may be lost
		}
	}
	if err != nil && n == len(s.lines) {
		return 0, err // whatever it means, the writer does not vouch for the batch
	}
	s.torn = n > 0 && s.lines[n-1] != '\n' || n == 0 && s.torn && s.lines[0] == '\n'
	return n, err
}

// missing returns the indices of the records that do not end within the first n bytes of lines.
func (s *Sink) missing(n int) []int {
	var indices []int
	for i, end := range s.ends {
		if end > n {
			indices = append(indices, i)
		}
	}
	return indices
}

// interruptible makes the end of ctx end a Write to w, if w knows how. The func that it returns takes that
// back.
func interruptible(ctx context.Context, w io.Writer) func() {
	d, ok := w.(interface{ SetWriteDeadline(time.Time) error })
	if !ok {
		return func() {}
	}
	done := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(done)
		_ = d.SetWriteDeadline(time.Unix(1, 0)) // long past
	})
	return func() {
		if stop() {
			return
		}
		<-done
		_ = d.SetWriteDeadline(time.Time{})
	}
}
