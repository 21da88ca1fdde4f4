package branch

import (
	"fmt"
	"slices"

	"github.com/daxis-io/arco-audit/examples/servicetest"
)

// Check returns what is wrong: a window in which a request left other events than it should, and whatever of the service
// no window shows.
func (s *Service) Check(windows []servicetest.Window) []string {
	var faults []string
	shown := map[string]bool{}
	for _, w := range windows {
		if why := s.fault(w); why != "" {
			faults = append(faults, fmt.Sprintf("%s: %s: %v left %v", w.Test, why, w.Requests, w.Events))
			continue
		}
		for _, place := range w.Places {
			shown[place] = true
		}
		for _, r := range w.Requests {
			shown[r.Status] = true
		}
		for _, e := range w.Events {
			shown[e.Reason] = true
		}
	}
	for _, name := range s.Unmarked {
		faults = append(faults, name+" decides for a request and is in no function marked //audit:decision")
	}
	for _, b := range s.Branches {
		if !shown[b.Place] {
			faults = append(faults, "the branch of "+b.In+" at "+b.Place+" is not reached from outside")
		}
	}
	for _, name := range slices.Concat(s.Statuses, s.Reasons) {
		if !shown[name] {
			faults = append(faults, name+" is in the source and in no answer or event")
		}
	}
	return faults
}

// fault says which rule a window breaks; "" for none. Each decision has exactly one event, announced by the answer that
// it is about; a transaction has one for each of its tables. Only requests that the trail could not record (503), that
// are in doubt (500), that nobody waited for, or while which the trail was disturbed may lack the announcement.
func (s *Service) fault(w servicetest.Window) string {
	decisions := map[string]servicetest.Event{}
	auth := map[string]servicetest.Event{}
	for _, e := range w.Events {
		switch e.Category {
		case "auth":
			auth[e.ID] = e
		case "flood":
		default:
			decisions[e.ID] = e
		}
	}
	announced := map[string]bool{}
	unheard := 0
	for _, r := range w.Requests {
		if why := answered(r, decisions, auth, announced); why != "" {
			return why
		}
		if r.Gone || slices.Contains(unrecorded, r.Status) {
			unheard++
		}
	}
	if silent := len(decisions) - len(announced); silent > 0 && unheard == 0 && !w.Disturbed {
		return "an event is announced by no answer"
	}
	if why := sameCaller(w.Events); why != "" {
		return why
	}
	return s.decided(w, len(decisions))
}

var unrecorded = []string{"http.StatusServiceUnavailable", "http.StatusInternalServerError", "codes.Unavailable"}

// answered checks the ids of one answer and notes them.
func answered(r servicetest.Request, decisions, auth map[string]servicetest.Event, announced map[string]bool) string {
	var mine []servicetest.Event
	for _, id := range r.Announce {
		e, decision := decisions[id]
		switch {
		case !decision && auth[id].ID == "":
			return "an answer announces an event that is not there"
		case announced[id]:
			return "an event is announced twice"
		case decision:
			announced[id] = true
			mine = append(mine, e)
		}
	}
	if len(mine) > 1 && (mine[0].Transaction == "" || slices.ContainsFunc(mine, func(e servicetest.Event) bool { return e.Transaction != mine[0].Transaction })) &&
		!lends(mine) {
		return "a request has several decisions"
	}
	return ""
}

// lends reports a table that was made and a credential that was lent with it: two decisions, one of each category.
func lends(mine []servicetest.Event) bool {
	return len(mine) == 2 && mine[0].Category == "catalog" && mine[1].Category == "cred_vend"
}

// sameCaller checks that a decision is on record under who was authenticated.
func sameCaller(events []servicetest.Event) string {
	seen := map[string]int{} // several requests under one id, such as a withheld one, cannot be told apart
	for _, a := range events {
		if a.Category == "auth" {
			seen[a.RequestID]++
		}
	}
	for _, a := range events {
		for _, e := range events {
			if a.Category != "auth" || e.Category == "auth" || e.RequestID != a.RequestID || seen[a.RequestID] > 1 {
				continue
			}
			if e.Actor != a.Actor || a.Tenant != "" && e.Tenant != a.Tenant {
				return "a decision is on record under another caller"
			}
		}
	}
	return ""
}

// decided checks that a request alone in its window that reached a decision left its event.
func (s *Service) decided(w servicetest.Window, decisions int) string {
	if len(w.Requests) != 1 || decisions > 0 || w.Disturbed || w.Requests[0].Gone || slices.Contains(unrecorded, w.Requests[0].Status) ||
		w.Requests[0].Status == "http.StatusTooManyRequests" || overlap(s.Quiet, w.Places) {
		return ""
	}
	if overlap(s.Recording, w.Places) {
		return "a request reached a decision and left no event"
	}
	return ""
}

func overlap(a, b []string) bool {
	return slices.ContainsFunc(a, func(s string) bool { return slices.Contains(b, s) })
}
