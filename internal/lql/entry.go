package lql

import (
	"errors"
	"time"
)

// Entry is a log entry by the JSON names of LogEntry's fields ("jsonPayload", "labels"). Fields that are not set
// are left out. A value is
//
//	string, bool, float64, time.Time, time.Duration, nil
//	Severity                    of severity
//	map[string]any, []any       of these
type Entry map[string]any

// Severity is google.logging.type.LogSeverity: 0 DEFAULT, 100 DEBUG, 200 INFO, 300 NOTICE, 400 WARNING, 500 ERROR,
// 600 CRITICAL, 700 ALERT, 800 EMERGENCY.
type Severity int

var severities = map[string]Severity{
	"DEFAULT": 0, "DEBUG": 100, "INFO": 200, "NOTICE": 300, "WARNING": 400, "ERROR": 500, "CRITICAL": 600, "ALERT": 700, "EMERGENCY": 800,
}

// variable stands for the fields of a payload or of labels, which no type declares.
type variable struct{}

// fields are those of LogEntry ([lql], Field path identifiers), with the default of each.
var fields = map[string]any{
	"httpRequest": map[string]any{
		"cacheFillBytes": 0.0, "cacheHit": false, "cacheLookup": false, "cacheValidatedWithOriginServer": false, "latency": time.Duration(0),
		"protocol": "", "referer": "", "remoteIp": "", "requestMethod": "", "requestSize": 0.0, "requestUrl": "", "responseSize": 0.0,
		"serverIp": "", "status": 0.0, "userAgent": "",
	},
	"insertId": "", "jsonPayload": variable{}, "labels": variable{}, "logName": "",
	"metadata":     map[string]any{"systemLabels": variable{}, "userLabels": variable{}},
	"operation":    map[string]any{"id": "", "producer": "", "first": false, "last": false},
	"protoPayload": variable{}, "receiveTimestamp": time.Time{},
	"resource": map[string]any{"type": "", "labels": variable{}},
	"severity": Severity(0), "sourceLocation": map[string]any{"file": "", "line": 0.0, "function": ""},
	"spanId": "", "split": map[string]any{"uid": "", "index": 0.0, "totalSplits": 0.0},
	"textPayload": "", "timestamp": time.Time{}, "trace": "", "traceSampled": false,
}

var errUndefined = errors.New("a field that LogEntry does not have: see its reference for the names")

// path is a field of an entry.
type path struct {
	names    []string
	fallback any // what counts when it is not set; nil for a field that no type declares
}

// resolve returns the field of that name. One that LogEntry does not have is an error ([lql], Missing fields).
func resolve(names []string) (getter, error) {
	var at any = fields
	for _, name := range names {
		if at == (any)(variable{}) {
			return path{names: names}, nil
		}
		inner, isMessage := at.(map[string]any)
		if !isMessage {
			return nil, errUndefined
		}
		if at = inner[name]; at == nil {
			return nil, errUndefined
		}
	}
	switch at.(type) {
	case variable, map[string]any:
		return path{names: names}, nil
	}
	return path{names, at}, nil
}

// each calls visit with every value of the field until it returns true; elements of a list come one by one.
// It returns whether one did.
func (p path) each(e Entry, visit func(any) bool) bool {
	set, held := walk(map[string]any(e), p.names, visit)
	if !set && p.fallback != nil {
		return visit(p.fallback)
	}
	return held
}

func (p path) set(e Entry) bool {
	set, _ := walk(map[string]any(e), p.names, func(any) bool { return true })
	return set
}

// walk follows names from v on, through every element of the lists on the way, and calls visit with what it
// comes to until visit holds. set tells whether it came to anything.
func walk(v any, names []string, visit func(any) bool) (set, held bool) {
	switch v := v.(type) {
	case []any:
		for _, element := range v {
			elementSet, elementHeld := walk(element, names, visit)
			if set = set || elementSet; elementHeld {
				return true, true
			}
		}
		return set, false
	case map[string]any:
		if len(names) > 0 {
			inner, has := v[names[0]]
			if !has {
				return false, false
			}
			return walk(inner, names[1:], visit)
		}
	}
	return len(names) == 0, len(names) == 0 && visit(v)
}
