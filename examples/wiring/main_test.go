package main

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"

	"cloud.google.com/go/pubsub/v2"
	"cloud.google.com/go/pubsub/v2/apiv1/pubsubpb"
	"cloud.google.com/go/pubsub/v2/pstest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/api/option"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/internal/gcpfake"
	"github.com/daxis-io/arco-audit/redact"
)

// TestServiceOnServersInProcess runs the program's own set-up on servers in process: what the configuration says
// about where events are kept is replaced, nothing else.
func TestServiceOnServersInProcess(t *testing.T) {
	server := pstest.NewServer()
	defer server.Close()
	conn, err := grpc.NewClient(server.Addr, grpc.WithTransportCredentials(insecure.NewCredentials()))
	require.NoError(t, err)
	client, err := pubsub.NewClient(t.Context(), "p", option.WithGRPCConn(conn))
	require.NoError(t, err)
	defer client.Close()
	_, err = client.TopicAdminClient.CreateTopic(t.Context(), &pubsubpb.Topic{Name: "projects/p/topics/audit"})
	require.NoError(t, err)
	logging, err := gcpfake.ServeLogging(nil)
	require.NoError(t, err)
	defer logging.Close()
	logs, err := logging.Client(t.Context())
	require.NoError(t, err)
	defer logs.Close()

	c := config(client, logs, redact.EphemeralKeys())
	c.Environment, c.Dir, c.Volatile = "test", "", true
	trail, err := audit.Open(c)
	require.NoError(t, err)
	w := httptest.NewRecorder()
	(&service{trail}).routes().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/v1/main/namespaces/sales/tables/orders/credentials?planId=p-1", http.NoBody))
	require.Equal(t, http.StatusOK, w.Code)
	require.NoError(t, shutDown(context.WithoutCancel(t.Context()), trail))

	id := w.Header().Get("X-Audit-Event-Id")
	messages, entries := server.Messages(), logging.Stored()
	require.Len(t, messages, 3)
	require.Len(t, entries, 3)
	assert.Equal(t, id, messages[1].Attributes["ce-id"])
	assert.Equal(t, "CRED_VEND_ALLOW", messages[1].Attributes["ce-action"])
	assert.Equal(t, "acme", messages[1].Attributes["ce-tenant"])
	var found bool
	for _, e := range entries {
		found = found || e.GetInsertId() == id && e.GetLabels()["action"] == "CRED_VEND_ALLOW"
	}
	assert.True(t, found)
}
