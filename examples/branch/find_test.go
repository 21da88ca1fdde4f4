package branch_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/daxis-io/arco-audit/examples/branch"
	"github.com/daxis-io/arco-audit/examples/servicetest"
)

func found(t *testing.T) *branch.Service {
	t.Helper()
	s, err := branch.Find("testdata/shop")
	require.NoError(t, err)
	return s
}

func TestFind(t *testing.T) {
	s := found(t)
	assert.Equal(t, []string{"sell"}, s.Roots)
	assert.Equal(t, []string{"returns"}, s.Unmarked)
	assert.Equal(t, []string{"http.StatusGone", "http.StatusTeapot"}, s.Statuses)
	assert.Equal(t, []string{"in_stock", "sold_out"}, s.Reasons)
	in := map[string]int{}
	for _, b := range s.Branches {
		in[b.In]++
	}
	assert.Equal(t, map[string]int{"sell": 4, "deny": 1}, in)
	require.Len(t, s.Rewritten, 1)
	for _, source := range s.Rewritten {
		assert.Equal(t, len(s.Branches), strings.Count(string(source), "probes.Reach("))
	}
	_, err := branch.Find("../tokens/nothing")
	assert.Error(t, err)
	_, err = branch.Find("../telemetry")
	assert.Error(t, err, "nothing is marked")
}

func TestReads(t *testing.T) {
	all, err := branch.Reads("testdata/shop", []string{"sell", "returns"})
	require.NoError(t, err)
	assert.Equal(t, map[string]branch.Read{"sell": {Query: []string{"item"}, Header: []string{"X-Mood"}}, "returns": {}}, all)
	_, err = branch.Reads("testdata/shop", []string{"nothing"})
	assert.Error(t, err)
}

// whole is a run in which everything was reached and is right.
func whole(s *branch.Service) []servicetest.Window {
	var places []string
	for _, b := range s.Branches {
		places = append(places, b.Place)
	}
	auth := servicetest.Event{ID: "a", RequestID: "r", Category: "auth", Action: "AUTH_ALLOW", Actor: "user:1", Tenant: "acme"}
	window := func(id, status, reason string) servicetest.Window {
		return servicetest.Window{
			Test:     "TestShop",
			Requests: []servicetest.Request{{Name: "POST /sell", Status: status, Announce: []string{"a", id}}},
			Events:   []servicetest.Event{auth, {ID: id, RequestID: "r", Category: "sale", Reason: reason, Actor: "user:1", Tenant: "acme"}},
			Places:   places,
		}
	}
	return []servicetest.Window{window("1", "http.StatusGone", "sold_out"), window("2", "http.StatusTeapot", "in_stock")}
}

func TestCheck(t *testing.T) {
	tests := []struct {
		name  string
		spoil func(w []servicetest.Window)
		want  string // in the first fault; "" for none
	}{
		{"whole", func([]servicetest.Window) {}, ""},
		{"a branch is not reached", func(w []servicetest.Window) { w[0].Places, w[1].Places = w[0].Places[1:], w[1].Places[1:] }, "is not reached"},
		{"a status is not answered", func(w []servicetest.Window) { w[0].Requests[0].Status = "http.StatusTeapot" }, "http.StatusGone is in the source"},
		{"a reason is in no event", func(w []servicetest.Window) { w[0].Events[1].Reason = "in_stock" }, "sold_out is in the source"},
		{"no event", func(w []servicetest.Window) { w[0].Events = w[0].Events[:1]; w[0].Requests[0].Announce = []string{"a"} }, "left no event"},
		{"two events", func(w []servicetest.Window) {
			second := w[0].Events[1]
			second.ID = "3"
			w[0].Events = append(w[0].Events, second)
		}, "announced by no answer"},
		{"two events, announced", func(w []servicetest.Window) {
			second := w[0].Events[1]
			second.ID = "3"
			w[0].Events = append(w[0].Events, second)
			w[0].Requests[0].Announce = append(w[0].Requests[0].Announce, "3")
		}, "several decisions"},
		{"another id", func(w []servicetest.Window) { w[0].Requests[0].Announce[1] = "9" }, "announces an event that is not there"},
		{"one id twice", func(w []servicetest.Window) { w[0].Requests = append(w[0].Requests, w[0].Requests[0]) }, "announced twice"},
		{"another actor", func(w []servicetest.Window) { w[0].Events[1].Actor = "user:2" }, "another caller"},
		{"another tenant", func(w []servicetest.Window) { w[0].Events[1].Tenant = "umbrella" }, "another caller"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := found(t)
			s.Unmarked = nil
			windows := whole(s)
			tt.spoil(windows)
			faults := s.Check(windows)
			if tt.want == "" {
				assert.Empty(t, faults)
				return
			}
			require.NotEmpty(t, faults)
			assert.Contains(t, strings.Join(faults, "\n"), tt.want)
		})
	}
	t.Run("a decision function is not marked", func(t *testing.T) {
		s := found(t)
		assert.Contains(t, strings.Join(s.Check(whole(s)), "\n"), "returns decides for a request")
	})
}
