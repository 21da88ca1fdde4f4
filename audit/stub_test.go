package audit_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/internal/wire"
	"github.com/google/uuid"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// refusing refuses, record by record, what has a text in it, as a destination does that cannot take it.
func refusing(text string, take audit.Sink) audit.Sink {
	return audit.SinkFunc(func(ctx context.Context, b []audit.Record) error {
		var bad []int
		for i, r := range b {
			if strings.Contains(r.JSON(), text) {
				bad = append(bad, i)
			} else if err := take.Deliver(ctx, b[i:i+1]); err != nil {
				return err
			}
		}
		if bad != nil {
			return audit.Poison(errors.New("bad name"), bad...)
		}
		return nil
	})
}

func TestStubStandsForItsEvent(t *testing.T) {
	crafted := audit.NewTable([]string{"crafted"}, "evil\u202e\"name", uuid.Nil)
	resource := audit.NewResource("grant", "crafted")
	schema := writerSchema(t)
	for name, event := range map[string]audit.Event{
		"critical allow": audit.IcebergCommit(crafted, audit.Snapshot{}),
		"deny":           audit.CredVendDeny(crafted, audit.VendReasonDisabled, audit.VendRequest{}),
		"own kind":       grantChange.Allow(resource, "granted"),
		"own kind, deny": grantChange.Deny(resource, "denied"),
	} {
		t.Run(name, func(t *testing.T) {
			whole, picky := &capture{}, &capture{}
			trail := open(t, config(audit.Route{Name: "whole", Sink: whole, Required: true},
				audit.Route{Name: "picky", Sink: refusing("crafted", picky), Required: true}))
			ctx := audit.WithRequest(t.Context(), audit.Request{
				ID: audit.NewRequestID("r-1"), Actor: trail.User(audit.NewTenant("acme"), "alice"), Tenant: audit.NewTenant("acme"),
			})
			_, err := trail.Emit(ctx, event)
			require.NoError(t, err)
			require.NoError(t, trail.Flush(t.Context()))
			require.Len(t, whole.all(), 1)
			require.Len(t, picky.all(), 1)
			original, stub := whole.all()[0], picky.all()[0]

			assert.Equal(t, original.ID(), stub.ID())
			assert.Equal(t, original.Sequence(), stub.Sequence())
			assert.Equal(t, original.Trail(), stub.Trail())
			assert.Equal(t, original.Time(), stub.Time())
			assert.Equal(t, original.ActionName(), stub.ActionName())
			assert.Equal(t, original.Outcome(), stub.Outcome())
			assert.Equal(t, "acme", stub.Tenant())

			want, err := wire.Decode(original.JSON())
			require.NoError(t, err)
			got, err := wire.Decode(stub.JSON())
			require.NoError(t, err, "canonical")
			leaf := sha256.Sum256([]byte("\x00" + original.JSON()))
			assert.Equal(t, wire.Envelope{
				ID: want.ID, Millis: want.Millis, Source: want.Source, Trail: want.Trail, Sequence: want.Sequence,
				PolicyVersion: want.PolicyVersion, Action: want.Action, Category: want.Category, Outcome: want.Outcome,
				Severity: want.Severity, Tenant: "acme", Reason: "quarantined", Resource: []byte("leaf/" + hex.EncodeToString(leaf[:])),
				Actor: "service:catalog", AuthType: "system", RequestID: "unknown", Details: []byte(`{"kind":"refused_by_destination"}`),
			}, got)
			doc, err := jsonschema.UnmarshalJSON(strings.NewReader(stub.JSON()))
			require.NoError(t, err)
			assert.NoError(t, schema.Validate(doc), "the contract takes it")
		})
	}
}

func writerSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	text, err := os.ReadFile("auditread/contract/writer-v1.schema.json")
	require.NoError(t, err)
	parsed, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	require.NoError(t, err)
	c := jsonschema.NewCompiler()
	require.NoError(t, c.AddResource("writer.json", parsed))
	schema, err := c.Compile("writer.json")
	require.NoError(t, err)
	return schema
}
