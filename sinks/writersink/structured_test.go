package writersink_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/audit/auditread"
	"github.com/daxis-io/arco-audit/sinks/sinktest"
	"github.com/daxis-io/arco-audit/sinks/writersink"
)

// structuredHarness takes the fields for an agent off the lines again.
type structuredHarness struct{ penHarness }

func (h *structuredHarness) Received() []string {
	var events []string
	for _, line := range h.penHarness.Received() {
		if at := strings.Index(line, `{"action":"`); at == 0 {
			events = append(events, line) // not structured
		} else if at := strings.Index(line, `,"action":"`); at > 0 && strings.HasPrefix(line, `{"logging.googleapis.com/insertId":"`) {
			// the labels have an action too, as their first member
			events = append(events, "{"+line[at+1:])
		}
	}
	return events
}

func TestStructuredSink(t *testing.T) {
	sinktest.Run(t, func(*testing.T) sinktest.Harness {
		p := &pen{}
		return &structuredHarness{penHarness{pen: p, sink: writersink.NewStructured(p, "p")}}
	})
}

func TestStructuredLine(t *testing.T) {
	list := records(t, 1)
	for _, project := range []string{"p", ""} {
		var out bytes.Buffer
		require.NoError(t, writersink.NewStructured(&out, project).Deliver(t.Context(), list))
		lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
		require.Len(t, lines, len(list))
		for i, line := range lines {
			var members map[string]any
			require.NoError(t, json.Unmarshal([]byte(line), &members))
			assert.Equal(t, list[i].ID().String(), members["logging.googleapis.com/insertId"])
			assert.Equal(t, map[audit.Outcome]string{audit.OutcomeDeny: "WARNING", audit.OutcomeSystem: "NOTICE"}[list[i].Outcome()], members["severity"])
			assert.NotContains(t, members, "logging.googleapis.com/trace", "the events have none")
			labels := members["logging.googleapis.com/labels"].(map[string]any)
			assert.Equal(t, list[i].ActionName(), labels["action"])
			assert.Equal(t, "writer", labels["service"])
			assert.Equal(t, "one", labels["instance"])
			assert.NotContains(t, labels, "request", "unknown is no request")
			assert.NotContains(t, labels, "tenant")
			assert.True(t, strings.HasSuffix(line, list[i].JSON()[1:]), "the event stands as it is")
			_, err := auditread.Decode("{" + line[len(line)-len(list[i].JSON())+1:])
			assert.NoError(t, err)
		}
	}
}

func TestStructuredWithoutEvent(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, writersink.NewStructured(&out, "p").Deliver(t.Context(), []audit.Record{{}}))
	assert.Equal(t, "\n", out.String())
}
