package audit

import (
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/daxis-io/arco-audit/redact"
)

// envPrefix starts the name of every variable.
const envPrefix = "ARCO_AUDIT_"

// mostKeyFile bounds a file of keys: more is another file.
const mostKeyFile = 64 << 10

// ConfigFromEnv reads what can be text of a Config from variables, as getenv (os.Getenv) returns them. A variable
// that is unset or empty leaves the field at its zero value; Open then applies the default and checks the whole.
// Routes, and whatever else is code, are the caller's to add.
//
//	variable                               field                                form
//	ARCO_AUDIT_SERVICE                     Service                              text
//	ARCO_AUDIT_ENVIRONMENT                 Environment                          text
//	ARCO_AUDIT_INSTANCE                    Instance                             text
//	ARCO_AUDIT_POLICY_VERSION              PolicyVersion                        text
//	ARCO_AUDIT_DIR                         Dir                                  path
//	ARCO_AUDIT_VOLATILE                    Volatile                             true or false
//	ARCO_AUDIT_KEYS                        Keys                                 as redact.KeysFromEnv reads it, or ephemeral
//	ARCO_AUDIT_KEYS_FILE                   Keys                                 path of a file that holds the same, at most 64 KiB; instead of KEYS
//	ARCO_AUDIT_KEYS_LEGACY                 Keys                                 true or false: redact.Keys.WithLegacy
//	ARCO_AUDIT_CRITICAL                    Critical                             wire names of actions, with commas
//	ARCO_AUDIT_DENY_TENANT_RATE            DenyLimit.PerTenant.PerSecond        number, such as 0.5
//	ARCO_AUDIT_DENY_TENANT_BURST           DenyLimit.PerTenant.Burst            whole number
//	ARCO_AUDIT_DENY_UNAUTHENTICATED_RATE   DenyLimit.Unauthenticated.PerSecond  number
//	ARCO_AUDIT_DENY_UNAUTHENTICATED_BURST  DenyLimit.Unauthenticated.Burst      whole number
//	ARCO_AUDIT_KEEP_BYTES                  Keep.Bytes                           bytes, or a number with KiB, MiB or GiB
//	ARCO_AUDIT_KEEP_AGE                    Keep.Age                             duration, such as 24h
//	ARCO_AUDIT_TENANT_SHARE                TenantShare                          number up to 1, such as 0.25
//	ARCO_AUDIT_SYNC_EVERY                  SyncEvery                            duration, such as 50ms
//	ARCO_AUDIT_RETIRED                     Retired                              names of routes, with commas
//	ARCO_AUDIT_START_TIMEOUT               StartTimeout                         duration, such as 10s
//	ARCO_AUDIT_START_OFFLINE               StartOffline                         true or false
//	ARCO_AUDIT_STRICT                      Strict                               true or false
//	ARCO_AUDIT_ORIGIN_MODE                 OriginMode                           prefix, full, keyed or off
//
// The error joins everything that is wrong, each with the variable and the remedy, never the value. A misspelt
// variable cannot be noticed: getenv is asked for these names only.
func ConfigFromEnv(getenv func(string) string) (Config, error) {
	if getenv == nil {
		return Config{}, errors.New("audit: getenv is nil: pass os.Getenv")
	}
	e := environment{getenv: getenv}
	c := Config{
		Service:       e.text("SERVICE"),
		Environment:   e.text("ENVIRONMENT"),
		Instance:      e.text("INSTANCE"),
		PolicyVersion: e.text("POLICY_VERSION"),
		Dir:           e.text("DIR"),
		Volatile:      e.flag("VOLATILE"),
		Keys:          e.keys(),
		Critical:      e.actions("CRITICAL"),
		DenyLimit:     DenyLimit{PerTenant: e.rate("DENY_TENANT"), Unauthenticated: e.rate("DENY_UNAUTHENTICATED")},
		Keep:          Keep{Bytes: e.bytes("KEEP_BYTES"), Age: e.duration("KEEP_AGE")},
		TenantShare:   e.number("TENANT_SHARE", 1),
		SyncEvery:     e.duration("SYNC_EVERY"),
		Retired:       e.names("RETIRED"),
		StartTimeout:  e.duration("START_TIMEOUT"),
		StartOffline:  e.flag("START_OFFLINE"),
		Strict:        e.flag("STRICT"),
		OriginMode:    e.originMode("ORIGIN_MODE"),
	}
	return c, errors.Join(e.faults...)
}

// environment reads variables and collects what is wrong with them.
type environment struct {
	getenv func(string) string
	faults []error
}

// bad reports that the variable name does not fit. The remedy comes from this package: a value never does.
func (e *environment) bad(name, remedy string) {
	e.faults = append(e.faults, fmt.Errorf("audit: %s%s %s", envPrefix, name, remedy))
}

// text returns a variable without the space around it.
func (e *environment) text(name string) string { return strings.TrimSpace(e.getenv(envPrefix + name)) }

func (e *environment) flag(name string) bool {
	switch e.text(name) {
	case "", "false":
		return false
	case "true":
		return true
	}
	e.bad(name, "is neither true nor false: use one of the two words")
	return false
}

func (e *environment) duration(name string) time.Duration {
	value := e.text(name)
	if value == "" {
		return 0
	}
	d, err := time.ParseDuration(value)
	if err != nil || d <= 0 {
		e.bad(name, "is no positive duration: use a number with a unit, such as 10s or 500ms")
		return 0
	}
	return d
}

func (e *environment) bytes(name string) int64 {
	value := e.text(name)
	if value == "" {
		return 0
	}
	shift := 0
	for i, unit := range []string{"KiB", "MiB", "GiB"} {
		if number, found := strings.CutSuffix(value, unit); found {
			value, shift = strings.TrimSpace(number), 10*(i+1)
		}
	}
	n, err := strconv.ParseInt(value, 10, 64)
	if err != nil || n <= 0 || n > 1<<62>>shift {
		e.bad(name, "is no positive number of bytes: use digits, KiB, MiB or GiB after them, such as 64MiB")
		return 0
	}
	return n << shift
}

func (e *environment) actions(name string) (list []Action) {
	value := e.text(name)
	if value == "" {
		return nil
	}
	for i, item := range strings.Split(value, ",") {
		a, err := ParseAction(strings.TrimSpace(item))
		if err != nil {
			e.bad(name, fmt.Sprintf("has no action at position %d: use wire names such as AUTH_DENY, with commas", i+1))
			continue
		}
		list = append(list, a)
	}
	return list
}

func (e *environment) number(name string, most float64) float64 {
	value := e.text(name)
	if value == "" {
		return 0
	}
	n, err := strconv.ParseFloat(value, 64)
	if err != nil || !(n > 0 && n <= most) {
		e.bad(name, fmt.Sprintf("is no number in range: use one above 0 and up to %.0f, such as 0.25", most))
		return 0
	}
	return n
}

func (e *environment) rate(name string) RateLimit {
	burst := e.number(name+"_BURST", mostDenies)
	if burst != math.Trunc(burst) {
		e.bad(name+"_BURST", "is no whole number: use digits only")
		burst = 0
	}
	return RateLimit{PerSecond: e.number(name+"_RATE", mostDenies), Burst: int(burst)}
}

// names splits a list; Open checks the names.
func (e *environment) names(name string) (list []string) {
	for item := range strings.SplitSeq(e.text(name), ",") {
		if item = strings.TrimSpace(item); item != "" {
			list = append(list, item)
		}
	}
	return list
}

func (e *environment) originMode(name string) OriginMode {
	switch e.text(name) {
	case "", "prefix":
		return OriginPrefix
	case "full":
		return OriginFull
	case "keyed":
		return OriginKeyed
	case "off":
		return OriginOff
	}
	e.bad(name, "is no mode: use prefix, full, keyed or off")
	return OriginPrefix
}

// keys reads the key ring from its variable or its file.
func (e *environment) keys() redact.Keys {
	const direct, file = "KEYS", "KEYS_FILE"
	name, value := direct, e.text(direct)
	path, legacy := e.text(file), e.flag("KEYS_LEGACY")
	switch {
	case path != "" && value != "":
		e.bad(file, "is set beside "+envPrefix+direct+": set one of the two")
		return redact.Keys{}
	case path != "":
		name = file
		content, remedy := keyFile(path)
		if remedy != "" {
			e.bad(file, remedy)
			return redact.Keys{}
		}
		value = strings.TrimSpace(content)
	case value == "":
		return redact.Keys{}
	}
	keys := redact.EphemeralKeys()
	if value != "ephemeral" {
		var err error
		if keys, err = redact.KeysFromEnv(value); err != nil {
			e.bad(name, "holds no key ring: "+strings.TrimPrefix(err.Error(), "redact: "))
			return redact.Keys{}
		}
	}
	if legacy {
		keys = keys.WithLegacy()
	}
	return keys
}

// keyFile reads a file of keys, or returns what to do about it. The system's error is dropped: it tells the path.
func keyFile(path string) (content, remedy string) {
	f, err := os.Open(path)
	if err != nil {
		return "", "names a file that cannot be read: check the path and the permissions"
	}
	defer func() { _ = f.Close() }() // it was only read
	b, err := io.ReadAll(io.LimitReader(f, mostKeyFile+1))
	if err != nil {
		return "", "names a file that cannot be read: check the path and the permissions"
	}
	if len(b) > mostKeyFile {
		return "", "names a file of more than 64 KiB: name the file of the keys"
	}
	return string(b), ""
}
