package netfault_test

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/daxis-io/arco-audit/internal/netfault"
)

func Example() {
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	proxy, err := netfault.New(strings.TrimPrefix(server.URL, "http://"))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer proxy.Close()
	response, err := http.Get("http://" + proxy.Addr())
	fmt.Println(response.StatusCode, err)
	_ = response.Body.Close()
	proxy.Set(netfault.Dropped)
	_, err = http.Post("http://"+proxy.Addr(), "text/plain", nil)
	fmt.Println(err != nil)
	// Output:
	// 404 <nil>
	// true
}

// TestWires says of each state what arrives and what comes back.
func TestWires(t *testing.T) {
	for w, want := range map[netfault.Wire]struct{ arrives, answers bool }{
		netfault.Sound: {true, true}, netfault.Dropped: {}, netfault.Blackhole: {}, netfault.HalfClose: {arrives: true}, netfault.ReplyLost: {arrives: true},
	} {
		t.Run(w.String(), func(t *testing.T) {
			l, err := net.Listen("tcp", "127.0.0.1:0")
			require.NoError(t, err)
			defer l.Close()
			var arrived atomic.Bool
			go func() {
				for {
					c, err := l.Accept()
					if err != nil {
						return
					}
					if n, _ := c.Read(make([]byte, 8)); n > 0 {
						arrived.Store(true)
						_, _ = c.Write([]byte("pong"))
					}
				}
			}()
			p, err := netfault.New(l.Addr().String())
			require.NoError(t, err)
			p.Set(w)
			c, err := net.Dial("tcp", p.Addr())
			require.NoError(t, err)
			defer c.Close()
			_, err = c.Write([]byte("ping"))
			require.NoError(t, err)
			patience := 10 * time.Second
			if !want.answers {
				patience = 100 * time.Millisecond
			}
			require.NoError(t, c.SetReadDeadline(time.Now().Add(patience)))
			n, _ := c.Read(make([]byte, 8))
			assert.Equal(t, want.answers, n > 0)
			assert.Equal(t, want.arrives, arrived.Load())
			require.NoError(t, p.Close())
		})
	}
}
