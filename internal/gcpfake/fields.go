package gcpfake

import (
	pb "cloud.google.com/go/logging/apiv2/loggingpb"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/structpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/daxis-io/arco-audit/internal/lql"
)

// Fields returns what queries see of an entry. protoPayload and what has no field in the query language are left
// out.
func Fields(e *pb.LogEntry) lql.Entry {
	fields := lql.Entry(object(e.ProtoReflect()))
	delete(fields, "protoPayload")
	if len(e.GetLabels()) == 0 {
		delete(fields, "labels")
	}
	if e.GetSeverity() != 0 {
		fields["severity"] = lql.Severity(e.GetSeverity())
	}
	return fields
}

func object(m protoreflect.Message) map[string]any {
	fields := map[string]any{}
	m.Range(func(f protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		switch {
		case f.IsMap():
			entries := map[string]any{}
			v.Map().Range(func(k protoreflect.MapKey, v protoreflect.Value) bool {
				entries[k.String()] = v.String()
				return true
			})
			fields[f.JSONName()] = entries
		case !f.IsList():
			fields[f.JSONName()] = scalar(f, v)
		}
		return true
	})
	return fields
}

func scalar(f protoreflect.FieldDescriptor, v protoreflect.Value) any {
	switch f.Kind() {
	case protoreflect.BoolKind:
		return v.Bool()
	case protoreflect.StringKind:
		return v.String()
	case protoreflect.EnumKind:
		return float64(v.Enum())
	case protoreflect.MessageKind:
		return message(v.Message())
	case protoreflect.Uint32Kind, protoreflect.Uint64Kind:
		return float64(v.Uint())
	}
	return float64(v.Int())
}

func message(m protoreflect.Message) any {
	switch m := m.Interface().(type) {
	case *timestamppb.Timestamp:
		return m.AsTime()
	case *durationpb.Duration:
		return m.AsDuration()
	case *structpb.Struct:
		return m.AsMap()
	}
	return object(m)
}
