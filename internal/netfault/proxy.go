// Package netfault is a network that fails on demand: a TCP proxy on the loopback between a real client and a real
// server, for tests.
package netfault

import (
	"fmt"
	"io"
	"net"
	"sync"
	"sync/atomic"
)

// Wire is what a Proxy does to what goes over it.
type Wire int32

// The states of the wire.
const (
	Sound     Wire = iota
	Dropped        // connections are closed as soon as there is something to carry
	Blackhole      // nothing arrives, nothing is closed
	HalfClose      // requests arrive, and the way back is closed
	ReplyLost      // requests arrive, answers do not
)

// Faults are all states but Sound.
func Faults() []Wire { return []Wire{Dropped, Blackhole, HalfClose, ReplyLost} }

// String names the state.
func (w Wire) String() string {
	return [...]string{"sound", "dropped", "blackhole", "half-close", "reply lost"}[w]
}

// Proxy stands before a server. Make it with New. It is safe for concurrent use.
type Proxy struct {
	listener net.Listener
	target   string
	wire     atomic.Int32
	mu       sync.Mutex
	open     map[net.Conn]bool
	all      sync.WaitGroup
}

// New starts a proxy before the server at target, on a free port. Close stops it.
func New(target string) (*Proxy, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("netfault: %w", err)
	}
	p := &Proxy{listener: l, target: target, open: map[net.Conn]bool{}}
	p.all.Go(p.serve)
	return p, nil
}

// Addr is where clients connect.
func (p *Proxy) Addr() string { return p.listener.Addr().String() }

// Set changes the wire for what is carried from now on.
func (p *Proxy) Set(w Wire) { p.wire.Store(int32(w)) }

// Cut closes what is open: what lost bytes is of no use any more.
func (p *Proxy) Cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for c := range p.open {
		_ = c.Close()
		delete(p.open, c)
	}
}

// Close stops the proxy and waits for its goroutines.
func (p *Proxy) Close() error {
	err := p.listener.Close()
	p.Cut()
	p.all.Wait()
	return err
}

func (p *Proxy) serve() {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return
		}
		server, err := net.Dial("tcp", p.target)
		if err != nil {
			_ = client.Close()
			continue
		}
		p.mu.Lock()
		p.open[client], p.open[server] = true, true
		p.mu.Unlock()
		p.all.Go(func() { p.carry(client, server, false) })
		p.all.Go(func() { p.carry(server, client, true) })
	}
}

// carry copies one way until an end is closed.
func (p *Proxy) carry(from io.ReadCloser, to io.WriteCloser, back bool) {
	defer func() { _, _ = from.Close(), to.Close() }()
	buf := make([]byte, 32<<10)
	for {
		n, err := from.Read(buf)
		if err != nil {
			return
		}
		switch w := Wire(p.wire.Load()); {
		case w == Dropped:
			return
		case w == Blackhole, w == ReplyLost && back:
			continue
		case w == HalfClose && back:
			if half, ok := to.(interface{ CloseWrite() error }); ok {
				_ = half.CloseWrite()
			}
			continue
		}
		if _, err := to.Write(buf[:n]); err != nil {
			return
		}
	}
}
