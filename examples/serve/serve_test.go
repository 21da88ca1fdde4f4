package serve_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"

	"github.com/daxis-io/arco-audit/examples/serve"
)

// A request that runs when the context ends is answered.
func ExampleUntil() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error)
	go func() {
		ended <- serve.Until(ctx, listener, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			stop()
			_, _ = io.WriteString(w, "served")
		}), slog.New(slog.DiscardHandler))
	}()
	answer, err := http.Get("http://" + listener.Addr().String())
	if err != nil {
		fmt.Println(err)
		return
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	fmt.Println(string(body), err)
	fmt.Println(<-ended)
	// Output:
	// served <nil>
	// <nil>
}
