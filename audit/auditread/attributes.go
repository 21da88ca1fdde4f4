package auditread

import (
	"github.com/daxis-io/arco-audit/internal/wire"
)

// Attributes calls visit with the name and text of every context attribute of an event in CloudEvents JSON
// (CloudEvents 1.0 section 3), those of unknown names included, in the order in which they stand. It returns
// data as it stands, byte for byte. An attribute that is null is absent; one that is no text is an error, and
// so is an event without data. The texts share memory with event.
func Attributes(event string, visit func(name, text string)) (data string, err error) {
	var fault *wire.Fault
	err = wire.Members(event, func(name, value string) bool {
		switch {
		case name == "data" && data != "":
			fault = &wire.Fault{Member: "data", Offset: -1, Problem: "stands twice: the sender must write it once"}
		case name == "data":
			data = value
		case value[0] == '"':
			text, _ := wire.Text(value) // Members has read it before
			visit(name, text)
		case value != "null":
			fault = &wire.Fault{Member: "event", Offset: -1, Problem: "has an attribute that is no string: the sender must write one"}
		}
		return fault == nil
	})
	if err == nil && fault == nil && data == "" {
		fault = &wire.Fault{Member: "data", Offset: -1, Problem: "is missing: the event was damaged, do not use it"}
	}
	if fault != nil {
		err = fault
	}
	if err != nil {
		return "", named(err)
	}
	return data, nil
}

// Members calls visit with every member of a JSON object, or with every element of an array, whose name is
// "", in the order in which they stand: what Entry does not name is read so. The value is JSON as it stands,
// and Text says what a string says.
func Members(value string, visit func(name, value string)) error {
	err := wire.Members(value, func(name, value string) bool { visit(name, value); return true })
	if err != nil {
		return named(err)
	}
	return nil
}

// Text returns what the JSON string that value is says, and false when it is none.
func Text(value string) (string, bool) { return wire.Text(value) }
