package flow

import (
	"context"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/audit/auditgrpc"
)

// RunsService is the full name of the gRPC service. Its messages are those of google.protobuf: a request is a Struct
// with the texts tenant, workspace and run.
//
//	rpc Get(Struct) returns (Struct)           {"cancelled": bool, "tasks": number}
//	rpc Watch(Struct) returns (stream Struct)  one {"task": text, "state": text} for each task there is
//	rpc Cancel(Struct) returns (Empty)
const RunsService = "arco.flow.v1.Runs"

// NewServer returns a gRPC server that serves Runs behind the authentication. Options must not bring other
// interceptors before it.
func (f *Flow) NewServer(options ...grpc.ServerOption) *grpc.Server {
	server := grpc.NewServer(append(options, grpc.ChainUnaryInterceptor(f.calls.Unary), grpc.ChainStreamInterceptor(f.calls.Stream),
		grpc.UnknownServiceHandler(auditgrpc.Unknown))...)
	server.RegisterService(&grpc.ServiceDesc{
		ServiceName: RunsService, HandlerType: (*any)(nil),
		Methods: []grpc.MethodDesc{method("Get", f.getRun), method("Cancel", f.cancelRun)},
		Streams: []grpc.StreamDesc{{StreamName: "Watch", ServerStreams: true, Handler: f.watchRun}},
	}, f)
	return server
}

// method describes a unary method from one Struct to an answer.
func method[A any](name string, serve func(context.Context, *structpb.Struct) (A, error)) grpc.MethodDesc {
	full := "/" + RunsService + "/" + name
	return grpc.MethodDesc{MethodName: name, Handler: func(srv any, ctx context.Context, decode func(any) error, i grpc.UnaryServerInterceptor) (any, error) {
		in := &structpb.Struct{}
		if err := decode(in); err != nil {
			return nil, err
		}
		return i(ctx, in, &grpc.UnaryServerInfo{Server: srv, FullMethod: full}, func(ctx context.Context, _ any) (any, error) {
			return serve(ctx, in)
		})
	}}
}

// runOf reads the run that a message names.
func runOf(in *structpb.Struct) (runKey, bool) {
	text := func(name string) string { return in.GetFields()[name].GetStringValue() }
	k := runKey{text("tenant"), text("workspace"), text("run")}
	return k, slug(k.tenant) && slug(k.workspace) && identifier(k.run)
}

func (f *Flow) getRun(_ context.Context, in *structpb.Struct) (*structpb.Struct, error) {
	f.store.mu.Lock()
	defer f.store.mu.Unlock()
	k, _ := runOf(in)
	r := f.store.runs[k]
	if r == nil {
		return nil, status.Error(codes.NotFound, "no such run")
	}
	return structpb.NewStruct(map[string]any{"cancelled": r.cancelled, "tasks": len(r.tasks)})
}

func (f *Flow) watchRun(_ any, stream grpc.ServerStream) error {
	in := &structpb.Struct{}
	if err := stream.RecvMsg(in); err != nil {
		return err
	}
	for _, t := range f.tasksOf(in) {
		out, err := structpb.NewStruct(map[string]any{"task": t.id, "state": string(t.state)})
		if err != nil {
			return err
		}
		if err := stream.SendMsg(out); err != nil {
			return err
		}
	}
	return nil
}

// tasksOf copies the tasks of a run, so that nobody's connection holds the lock.
func (f *Flow) tasksOf(in *structpb.Struct) (list []task) {
	f.store.mu.Lock()
	defer f.store.mu.Unlock()
	k, _ := runOf(in)
	if r := f.store.runs[k]; r != nil {
		for _, t := range r.tasks {
			list = append(list, *t)
		}
	}
	return list
}

// cancelRun ends a run: its tasks can call back no more.
//
//audit:decision RUN
func (f *Flow) cancelRun(ctx context.Context, in *structpb.Struct) (*emptypb.Empty, error) {
	k, valid := runOf(in)
	about := audit.NewResource("run/cancel", k.run)
	d := decision{flow: f, kind: runCancel, resource: about, operation: "cancel", tell: func(id audit.ID) {
		if !id.IsZero() {
			_ = grpc.SetHeader(ctx, metadata.Pairs("x-audit-event-id", id.String())) // fails only once headers are sent
		}
	}}
	if !valid {
		d.deny(ctx, invalidRequest)
		return nil, status.Error(codes.InvalidArgument, "invalid run")
	}
	ctx = within(ctx, k)
	f.store.mu.Lock()
	defer f.store.mu.Unlock()
	r := f.store.runs[k]
	switch {
	case r == nil:
		d.deny(ctx, runNotFound)
		return nil, status.Error(codes.NotFound, "no such run")
	case r.cancelled:
		d.deny(ctx, runCancelled)
		return nil, status.Error(codes.FailedPrecondition, "cancelled already")
	}
	if err := d.allow(ctx, runCancel.Allow(about, "requested")); err != nil {
		return nil, status.Error(codes.Unavailable, "unavailable, retry later")
	}
	r.cancelled = true
	return &emptypb.Empty{}, nil
}

// within returns the context of a service's request for a run: the events name its tenant.
func within(ctx context.Context, k runKey) context.Context {
	about := audit.RequestFrom(ctx)
	about.Tenant, about.Workspace = audit.NewTenant(k.tenant), audit.NewWorkspace(k.workspace)
	return audit.WithRequest(ctx, about)
}
