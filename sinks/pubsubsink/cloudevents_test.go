package pubsubsink_test

import (
	"encoding/json"
	"testing"

	"cloud.google.com/go/pubsub/v2"
	cepubsub "github.com/cloudevents/sdk-go/protocol/pubsub/v2"
	"github.com/cloudevents/sdk-go/v2/binding"
	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/daxis-io/arco-audit/audit"
)

// TestCloudEventsReaderDecodesMessages gives what the sink published to the reader of the CloudEvents SDK.
func TestCloudEventsReaderDecodesMessages(t *testing.T) {
	h := newHarness(t)
	table := audit.NewTable([]string{"sales", "eu"}, "or\"d\\ers\U0001f600", uuid.UUID{1})
	all := records(t,
		audit.AuthAllow(audit.RPCOperation("/arco.catalog.v1.Catalog/Load"), audit.AuthMethodJWT),
		audit.CredVendAllow(table, audit.NewGrant(audit.DelegationVended, audit.AccessRead, audit.ProviderS3, 900e9)),
		audit.IcebergCommit(table, audit.NewSnapshot(1<<62, 7, audit.OperationAppend)),
		audit.URLMintDeny(audit.DomainSearch, audit.MintReasonTraversal),
	)
	require.NoError(t, h.sink.Deliver(t.Context(), all))
	messages := h.server.Messages()
	require.Len(t, messages, len(all))
	for i, m := range messages {
		read := cepubsub.NewMessage(&pubsub.Message{Data: m.Data, Attributes: m.Attributes})
		require.Equal(t, binding.EncodingBinary, read.ReadEncoding())
		event, err := binding.ToEvent(t.Context(), read)
		require.NoError(t, err)
		require.NoError(t, event.Validate())
		assert.Equal(t, all[i].ID().String(), event.ID())
		assert.True(t, all[i].Time().Equal(event.Time()))
		assert.Equal(t, "application/json", event.DataContentType())
		assert.Equal(t, string(m.Data), string(event.Data()))
		// Written as JSON by the SDK, it is the same event, but for zeros at the end of the second.
		text, err := json.Marshal(event)
		require.NoError(t, err)
		var want, got map[string]any
		require.NoError(t, json.Unmarshal([]byte(all[i].JSON()), &want))
		require.NoError(t, json.Unmarshal(text, &got))
		delete(want, "time")
		delete(got, "time")
		assert.Equal(t, want, got)
	}
}
