package flow_test

import (
	"io"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/daxis-io/arco-audit/examples/flow"
)

func TestCancel(t *testing.T) {
	tests := []struct {
		name  string
		in    map[string]any
		twice bool
		code  codes.Code
		want  string
	}{
		{"run", run1, false, codes.OK, "RUN_CANCEL_ALLOW requested run/cancel:run-1"},
		{"twice", run1, true, codes.FailedPrecondition, "RUN_CANCEL_DENY run_cancelled run/cancel:run-1"},
		{"unknown", map[string]any{"tenant": "acme", "workspace": "main", "run": "run-9"}, false, codes.NotFound, "RUN_CANCEL_DENY run_not_found run/cancel:run-9"},
		{"invalid", map[string]any{"tenant": "Acme Inc.", "workspace": "main", "run": "run-1"}, false, codes.InvalidArgument, "RUN_CANCEL_DENY invalid_request run/cancel:run-1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := seeded(t)
			if tt.twice {
				_, _, err := h.call("Cancel", h.service("scheduler"), tt.in)
				require.NoError(t, err)
				h.trail.Take()
			}
			_, header, err := h.call("Cancel", h.service("scheduler"), tt.in, "x-request-id", "r-4")
			entries := h.trail.Take()
			assert.Equal(t, tt.code, status.Code(err))
			require.Equal(t, []string{"AUTH_ALLOW workload_valid /arco.flow.v1.Runs/Cancel", tt.want}, said(entries))
			assert.Equal(t, "service:scheduler", entries[1].Actor)
			assert.Equal(t, "r-4", entries[1].RequestID)
			assert.Equal(t, tt.code != codes.InvalidArgument, entries[1].Tenant == "acme")
			assert.Equal(t, []string{entries[0].ID.String(), entries[1].ID.String()}, header.Get("x-audit-event-id"), "the last is the decision's")
		})
	}
}

func TestReadsOverGRPC(t *testing.T) {
	h := seeded(t)
	out, _, err := h.call("Get", h.service("scheduler"), run1)
	require.NoError(t, err)
	assert.Equal(t, map[string]any{"cancelled": false, "tasks": 1.0}, out.AsMap())
	in, err := structpb.NewStruct(run1)
	require.NoError(t, err)
	h.trail.Take()
	ctx := metadata.AppendToOutgoingContext(t.Context(), "authorization", "Bearer "+h.service("scheduler"))
	stream, err := h.conn.NewStream(ctx, &grpc.StreamDesc{ServerStreams: true}, "/"+flow.RunsService+"/Watch")
	require.NoError(t, err)
	require.NoError(t, stream.SendMsg(in))
	require.NoError(t, stream.CloseSend())
	require.NoError(t, stream.RecvMsg(out))
	assert.Equal(t, map[string]any{"task": "task-1", "state": "queued"}, out.AsMap())
	assert.ErrorIs(t, stream.RecvMsg(out), io.EOF)
	assert.Equal(t, []string{"AUTH_ALLOW workload_valid /arco.flow.v1.Runs/Watch"}, said(h.trail.Take()))
}
