package main

import (
	"context"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/daxis-io/arco-audit/examples/flow"
)

// rpc calls a method of the flow's runs as an internal service, and records the call.
func (w *world) rpc(ctx context.Context, method, tenant, run string) error {
	in, err := structpb.NewStruct(map[string]any{"tenant": tenant, "workspace": workspace, "run": run})
	if err != nil {
		return err
	}
	c := call{service: serviceFlow, template: "/" + flow.RunsService + "/" + method, id: w.log.identifier(ctx)}
	ctx = metadata.AppendToOutgoingContext(ctx, "authorization", "Bearer "+w.scheduler, "x-request-id", c.id)
	var header metadata.MD
	out := proto.Message(&structpb.Struct{})
	if method == "Cancel" {
		out = &emptypb.Empty{}
	}
	err = w.conn.Invoke(ctx, c.template, in, out, grpc.Header(&header))
	c.status = httpOf[status.Code(err)]
	c.events = header.Get("x-audit-event-id")
	w.log.add(c)
	return err
}

// httpOf are the codes of gRPC that the services answer with, in the words of HTTP.
var httpOf = map[codes.Code]int{codes.OK: 200, codes.Unauthenticated: 401, codes.NotFound: 404, codes.FailedPrecondition: 409, codes.InvalidArgument: 400}
