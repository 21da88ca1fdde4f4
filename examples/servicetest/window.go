package servicetest

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"sync"

	"github.com/daxis-io/arco-audit/audit/auditread"
)

// Variable names the environment variable with the file that windows are appended to, as lines of JSON; none without it.
const Variable = "AUDIT_WINDOWS"

// Window is what came from outside between two calls of Take, and what it left.
type Window struct {
	Test      string
	Requests  []Request
	Events    []Event
	Disturbed bool     // the sink was stalled, or the trail closed, while requests could still run
	Places    []string // that were reached in the service's instrumented code while a request ran
}

// Request is one HTTP request or gRPC call and its answer.
type Request struct {
	Name     string   // "POST /a/path" or the full method of a call
	Status   string   // as the source names it: "http.StatusOK", "codes.NotFound"
	Announce []string // the ids in X-Audit-Event-Id
	Gone     bool     // the client left before the answer
}

// Event is what a window says of an event.
type Event struct {
	ID, RequestID, Action, Category, Reason, Resource, Actor, Tenant, Transaction string
	Replay                                                                        bool
}

func eventOf(e auditread.Entry) Event {
	return Event{
		ID: e.ID.String(), RequestID: e.RequestID, Action: e.ActionName, Category: e.Category, Reason: e.Reason, Resource: e.Resource,
		Actor: e.Actor, Tenant: e.Tenant, Transaction: e.Details.Get("transactionId"), Replay: e.Details.Get("replay") == "true",
	}
}

// places are those that were reached while requests ran. They are the process's: instrumented code knows no trail.
var places struct {
	sync.Mutex
	running int
	reached map[string]bool
}

// Reach is what instrumented code calls at the start of each branch.
func Reach(place string) {
	places.Lock()
	defer places.Unlock()
	if places.running > 0 {
		places.reached[place] = true
	}
}

func running(change int) {
	places.Lock()
	defer places.Unlock()
	places.running += change
	if places.reached == nil {
		places.reached = map[string]bool{}
	}
}

func reached() []string {
	places.Lock()
	defer places.Unlock()
	var list []string
	for place := range places.reached {
		list = append(list, place)
	}
	clear(places.reached)
	slices.Sort(list)
	return list
}

// write appends a window to the file that Variable names.
func (w Window) write() error {
	name := os.Getenv(Variable)
	if name == "" || len(w.Requests) == 0 {
		return nil
	}
	line, err := json.Marshal(w)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(f, "%s\n", line)
	return errors.Join(err, f.Close())
}
