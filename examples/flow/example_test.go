package flow_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http/httptest"

	"github.com/golang-jwt/jwt/v5"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/examples/flow"
	"github.com/daxis-io/arco-audit/examples/telemetry"
	"github.com/daxis-io/arco-audit/redact"
	"github.com/daxis-io/arco-audit/sinks/writersink"
)

// A scheduler dispatches a task, its worker starts it, and a second start is refused.
func Example() {
	var events bytes.Buffer
	metrics, err := telemetry.New("arco.flow")
	if err != nil {
		fmt.Println(err)
		return
	}
	trail, err := audit.Open(audit.Config{
		Service: "flow", Environment: "dev", Volatile: true, Keys: redact.EphemeralKeys(), Hooks: metrics.Hooks(),
		Routes: []audit.Route{{Name: "lines", Sink: writersink.New(&events), Required: true}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	serviceKey := key()
	service, err := flow.New(flow.Config{
		Trail: trail, Telemetry: metrics, Services: []string{"scheduler"},
		TaskKey: redact.NewSecret(key()), ServiceKey: redact.NewSecret(serviceKey),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	send := func(path, token, body string) *httptest.ResponseRecorder {
		r := httptest.NewRequest("POST", path, bytes.NewBufferString(body))
		r.Header.Set("Authorization", "Bearer "+token)
		w := httptest.NewRecorder()
		service.ServeHTTP(w, r)
		return w
	}
	scheduler, err := jwt.NewWithClaims(jwt.SigningMethodHS256, registered(flow.ServiceAudience, "scheduler")).SignedString(serviceKey)
	if err != nil {
		fmt.Println(err)
		return
	}
	var task struct{ Token string }
	_ = json.Unmarshal(send("/internal/v1/tasks", scheduler, body("task-1", "run-1", 1)).Body.Bytes(), &task)
	for range 2 {
		fmt.Println(send("/api/v1/tasks/task-1/started", task.Token, "").Code)
	}
	fmt.Println(service.Close(), trail.Close(context.Background()))
	fmt.Println(bytes.Count(events.Bytes(), []byte("already_started")))
	// Output:
	// 204
	// 409
	// <nil> <nil>
	// 1
}
