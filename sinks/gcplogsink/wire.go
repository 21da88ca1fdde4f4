package gcplogsink

import (
	"math"
	"strconv"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/daxis-io/arco-audit/audit/auditread"
)

// Fields of google.protobuf.Struct, of an entry of its fields, of Value and of ListValue.
const (
	fieldStructFields = 1

	fieldKey   = 1
	fieldValue = 2

	fieldNull   = 1
	fieldNumber = 2
	fieldString = 3
	fieldBool   = 4
	fieldStruct = 5
	fieldList   = 6

	fieldListValues = 1
)

// begin appends the start of a message in a message; end appends what is missing once its content stands.
func begin(dst []byte, field protowire.Number) (out []byte, at int) {
	dst = protowire.AppendTag(dst, field, protowire.BytesType)
	return append(dst, 0), len(dst) + 1
}

// end writes the length before the content that began at at, which moves when the length needs more than the
// byte that begin left for it.
func end(dst []byte, at int) []byte {
	n := len(dst) - at
	if extra := protowire.SizeVarint(uint64(n)) - 1; extra > 0 {
		dst = append(dst, make([]byte, extra)...)
		copy(dst[at+extra:], dst[at:at+n])
	}
	protowire.AppendVarint(dst[:at-1], uint64(n))
	return dst
}

func appendText(dst []byte, field protowire.Number, text string) []byte {
	dst = protowire.AppendTag(dst, field, protowire.BytesType)
	return protowire.AppendString(dst, text)
}

// appendPair appends an entry of a map of strings.
func appendPair(dst []byte, field protowire.Number, key, value string) []byte {
	dst, at := begin(dst, field)
	dst = appendText(dst, fieldKey, key)
	dst = appendText(dst, fieldValue, value)
	return end(dst, at)
}

// appendObject appends a JSON object as the content of a Struct. visit, unless it is nil, is told of every member
// that is a string, and returns the visit for the members of one that is an object.
func appendObject(dst []byte, object string, v visit) ([]byte, error) {
	var fault error
	err := auditread.Members(object, func(name, value string) {
		if fault != nil {
			return
		}
		dst, fault = appendMember(dst, name, value, v)
	})
	if err == nil {
		err = fault
	}
	return dst, err
}

// visit is told of the members of an object and returns the visit for a member that is an object.
type visit func(name, text string) visit

func appendMember(dst []byte, name, value string, v visit) ([]byte, error) {
	dst, at := begin(dst, fieldStructFields)
	dst = appendText(dst, fieldKey, name)
	dst, err := appendValue(dst, fieldValue, name, value, v)
	return end(dst, at), err
}

// appendValue appends a JSON value as a Value in field. name is told to v.
func appendValue(dst []byte, field protowire.Number, name, value string, v visit) ([]byte, error) {
	dst, at := begin(dst, field)
	var err error
	switch value[0] {
	case '"':
		text, _ := auditread.Text(value) // Members has read it before
		if v != nil {
			v(name, text)
		}
		dst = appendText(dst, fieldString, text)
	case '{':
		if v != nil {
			v = v(name, "")
		}
		var inner int
		dst, inner = begin(dst, fieldStruct)
		dst, err = appendObject(dst, value, v)
		dst = end(dst, inner)
	case '[':
		if v != nil {
			v(name, value)
		}
		var inner int
		dst, inner = begin(dst, fieldList)
		dst, err = appendList(dst, value)
		dst = end(dst, inner)
	default:
		dst, err = appendScalar(dst, value)
	}
	return end(dst, at), err
}

func appendList(dst []byte, list string) ([]byte, error) {
	var fault error
	err := auditread.Members(list, func(_, value string) {
		if fault == nil {
			dst, fault = appendValue(dst, fieldListValues, "", value, nil)
		}
	})
	if err == nil {
		err = fault
	}
	return dst, err
}

// appendScalar appends what is no text and holds no values.
func appendScalar(dst []byte, value string) ([]byte, error) {
	switch value {
	case "null":
		dst = protowire.AppendTag(dst, fieldNull, protowire.VarintType)
		return protowire.AppendVarint(dst, 0), nil
	case "true", "false":
		dst = protowire.AppendTag(dst, fieldBool, protowire.VarintType)
		return protowire.AppendVarint(dst, protowire.EncodeBool(value == "true")), nil
	}
	n, err := strconv.ParseFloat(value, 64)
	dst = protowire.AppendTag(dst, fieldNumber, protowire.Fixed64Type)
	return protowire.AppendFixed64(dst, math.Float64bits(n)), err
}
