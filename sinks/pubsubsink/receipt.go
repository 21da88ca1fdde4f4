package pubsubsink

import "github.com/daxis-io/arco-audit/audit/auditread"

// Fate is what became of a message.
type Fate uint8

const (
	// Returned messages failed and come again.
	Returned Fate = iota
	// Handled messages were acknowledged after the handler.
	Handled
	// Dropped messages were acknowledged as copies of a handled event.
	Dropped
	// DeadLettered messages were acknowledged after ReceiveConfig.DeadLetter took them.
	DeadLettered
)

// String returns "returned", "handled", "dropped" or "dead_lettered", which suit as values of a metric's label.
func (f Fate) String() string {
	return [...]string{"returned", "handled", "dropped", "dead_lettered"}[min(f, DeadLettered)]
}

// Receipt is what became of one message.
type Receipt struct {
	MessageID string
	Entry     auditread.Entry // zero when it could not be read
	Fate      Fate
	Reason    Reason // "" when the message is none for the dead letters
	// Err is why the message is returned or dead; of a handled one, what the store of Dedupe returned.
	Err error
}
