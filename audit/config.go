package audit

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/daxis-io/arco-audit/redact"
)

// Config says what a trail is. Service, Environment, Keys, Routes and one of Dir and Volatile are required; every other
// zero field has the default that its comment gives.
type Config struct {
	// Service, Environment and Instance name who emits: the source attribute is
	// "//service/environment/instance". Each matches [a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?. Instance defaults
	// to the host name.
	Service, Environment, Instance string
	// PolicyVersion is written into every event; "v1" by default. It matches [A-Za-z0-9._-]{1,64}.
	PolicyVersion string
	// Dir is the directory of the journal, on a disk that outlives the process; Open makes it. Services, processes
	// and versions may share it: each process life has a directory of its own in it. A critical event is accepted
	// once it is synced there. Open refuses file systems in memory, overlays and network file systems.
	Dir string
	// Volatile says that what is in Dir, or in memory when Dir is empty, may be lost with the process: a critical
	// event is then accepted once every required route has delivered it.
	Volatile bool
	// Keys make the pseudonyms of users. Ephemeral keys are refused unless Environment is "dev",
	// "development", "local" or "test".
	Keys redact.Keys
	// Routes are the destinations, at least one. TRAIL_OPENED names them all, and the keys, in 64 KiB.
	Routes []Route
	// Critical lists actions that count as critical here beside those that always do.
	Critical []Action
	// Retired names routes that exist no more. What trails of dead processes keep for them is given up; for a
	// route that is in neither list they keep it, and Health and Hooks.Pinned say so.
	Retired []string
	// DenyLimit bounds how many denies are written one by one; the rest is counted.
	DenyLimit DenyLimit
	// Keep bounds what is held for routes that are behind.
	Keep Keep
	// TenantShare is the most of Keep.Bytes that one tenant may have undelivered in the journal, from 0 to 1; 0.5
	// by default. In memory it is a quarter once half is used.
	TenantShare float64
	// SyncEvery is when events that nobody waits for are synced to the journal; 50 ms by default, at most 10 s.
	// What was accepted without waiting and is not synced dies with the process.
	SyncEvery time.Duration
	// StartTimeout is how long Open waits until every required route has delivered TRAIL_OPENED; 10 s by
	// default.
	StartTimeout time.Duration
	// StartOffline lets Open return without waiting for the required routes.
	StartOffline bool
	// Strict makes Emit return *redact.Violation beside accepting an event from which a secret was withheld.
	Strict bool
	// OriginMode says how client addresses are recorded; OriginPrefix by default.
	OriginMode OriginMode
	// LastResort takes, when Volatile is set, what is not delivered when Close runs out of time, each event once, in
	// sequence; and before that each event that a route set aside, see Poison. An event is one line of JSON. Close
	// and the route wait for it; it is called by one goroutine at a time. Nil for none.
	LastResort io.Writer
	// Hooks are told what happens; nil for none.
	Hooks *Hooks
}

// Keep bounds what a trail holds.
type Keep struct {
	// Bytes bounds this trail: its segments on the disk, 4 GiB by default, at least 4 MiB; without Dir the encoded
	// events, and what is kept beside each, for the slowest route, 64 MiB by default, at least 1 MiB. When it is reached, routes
	// that are not required skip their oldest events, which an EVENTS_DROPPED event counts; a required route makes
	// Emit return ErrFull. A tenant over its share gets ErrTenantBusy. Trails of dead processes are not counted.
	Bytes int64
	// Age is how long events stay on the disk after every route has delivered them, as far as Bytes permits.
	Age time.Duration
}

// Route is one destination of a trail.
type Route struct {
	// Name is the route's name in events, errors and metrics; it matches [a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?
	// and is unique in the trail.
	Name string
	// Sink delivers the records.
	Sink Sink
	// Required routes get every event or make critical Emits wait; others may fall behind and skip.
	Required bool
	// Actions are the actions that the route takes; all when empty. Denies pass the filter of a required
	// route, and events of the trail itself pass every filter.
	Actions []Action
	// Start says what a route gets of the trails of dead processes that did not know it.
	Start Start
	// Batch bounds what one Deliver gets.
	Batch Batch
	// Deadline bounds one Deliver; 30 s by default. After one that ran into it and delivered nothing, or whose error says
	// Timeout() of a shorter time of the sink's own, the sink is given less at a time, and slowly more again.
	Deadline time.Duration
}

// Start says where a route begins in a trail that has no cursor for it.
type Start uint8

// The places to start. A route always gets everything of the trail that it is opened with.
const (
	StartOldest Start = iota // with the oldest event that is still there
	StartNow                 // behind all events that are there
)

// Batch bounds what one Deliver gets.
type Batch struct {
	MaxEvents int           // 256 by default, at most 10,000
	MaxBytes  int           // of JSON; 1 MiB by default, at least 64 KiB
	Linger    time.Duration // how long a batch grows while nobody waits for it; 5 ms by default, negative for none
}

// OriginMode says how client addresses are recorded.
type OriginMode uint8

// The ways to record a client address.
const (
	OriginPrefix OriginMode = iota // the network: /24 for IPv4, /48 for IPv6
	OriginFull                     // the address
	OriginKeyed                    // a pseudonym of the address under the tenant's key
	OriginOff                      // not at all
)

const (
	defaultKeepBytes    = 64 << 20
	defaultKeepOnDisk   = 4 << 30
	leastOnDisk         = 4 << 20
	defaultSyncEvery    = 50 * time.Millisecond
	mostSyncEvery       = 10 * time.Second
	defaultStartTimeout = 10 * time.Second
	defaultDeadline     = 30 * time.Second
	defaultMaxEvents    = 256
	defaultMaxBytes     = 1 << 20
	defaultLinger       = 5 * time.Millisecond
)

// withDefaults fills the zero fields of a copy of c and reports everything that is wrong with it.
func (c Config) withDefaults() (Config, error) {
	var faults []error
	bad := func(field, format string, args ...any) {
		faults = append(faults, fmt.Errorf("audit: Config.%s "+format, append([]any{field}, args...)...))
	}
	if c.Instance == "" {
		c.Instance = hostInstance()
	}
	for _, f := range []struct{ field, value string }{{"Service", c.Service}, {"Environment", c.Environment}, {"Instance", c.Instance}} {
		if !dnsName(f.value) {
			bad(f.field, "is %s: use 1 to 63 characters of a-z, 0-9, '-' and '.', letters or digits at both ends", emptyOr(f.value, "not a name"))
		}
	}
	if c.PolicyVersion == "" {
		c.PolicyVersion = "v1"
	}
	if !policyName(c.PolicyVersion) {
		bad("PolicyVersion", "is not a version: use 1 to 64 characters of A-Z, a-z, 0-9, '.', '_' and '-'")
	}
	c.checkStore(bad)
	c.checkKeys(bad)
	c.checkActions(bad)
	c.checkDenyLimit(bad)
	c.Routes = slices.Clone(c.Routes)
	if len(c.Routes) == 0 {
		bad("Routes", "is empty: give at least one route, events would reach nobody")
	}
	seen := map[string]bool{}
	for i := range c.Routes {
		c.Routes[i].fill(func(field, format string, args ...any) {
			bad(fmt.Sprintf("Routes[%d].%s", i, field), format, args...)
		}, seen)
	}
	c.Retired = slices.Clone(c.Retired)
	c.checkRetired(bad, seen)
	if c.StartTimeout <= 0 {
		c.StartTimeout = defaultStartTimeout
	}
	return c, errors.Join(faults...)
}

type complain = func(field, format string, args ...any)

func (c *Config) checkStore(bad complain) {
	if c.Dir == "" && !c.Volatile {
		bad("Dir", "is empty and Config.Volatile is false: accepted events would be lost with the process; set Volatile to say that this is meant")
	}
	switch {
	case c.Keep.Bytes == 0 && c.Dir == "":
		c.Keep.Bytes = defaultKeepBytes
	case c.Keep.Bytes == 0:
		c.Keep.Bytes = defaultKeepOnDisk
	case c.Keep.Bytes < 1<<20:
		bad("Keep.Bytes", "is too small: use at least 1 MiB (1048576), or 0 for 64 MiB in memory and 4 GiB on a disk")
	case c.Dir != "" && c.Keep.Bytes < leastOnDisk:
		bad("Keep.Bytes", "is too small for a journal: use at least 4 MiB (4194304), or 0 for 4 GiB")
	}
	if c.Keep.Age < 0 {
		bad("Keep.Age", "is negative: use a positive duration, or 0 to keep nothing that is delivered")
	}
	if c.SyncEvery == 0 {
		c.SyncEvery = defaultSyncEvery
	}
	if c.SyncEvery < 0 || c.SyncEvery > mostSyncEvery {
		bad("SyncEvery", "is out of range: use at most 10 s, or 0 for 50 ms")
	}
	if !(c.TenantShare >= 0 && c.TenantShare <= 1) {
		bad("TenantShare", "is out of range: use a share of up to 1, or 0 for 0.5")
	}
}

// checkRetired runs after the routes were checked.
func (c *Config) checkRetired(bad complain, used map[string]bool) {
	for i, name := range c.Retired {
		if used[name] {
			bad(fmt.Sprintf("Retired[%d]", i), "is a route of Config.Routes: remove it from one of the two")
		}
	}
}

func (c *Config) checkKeys(bad complain) {
	development := []string{"dev", "development", "local", "test"}
	switch {
	case c.Keys.IsZero():
		bad("Keys", "is unset: make a key ring with redact.KeysFromEnv or redact.NewKeys, or redact.EphemeralKeys in development")
	case c.Keys.Ephemeral() && !slices.Contains(development, c.Environment):
		bad("Keys", "is ephemeral, so pseudonyms would change with every start: use redact.KeysFromEnv, or one of the environments %s", strings.Join(development, ", "))
	}
	if c.OriginMode > OriginOff {
		bad("OriginMode", "is out of range: use OriginPrefix, OriginFull, OriginKeyed or OriginOff")
	}
}

func (c *Config) checkActions(bad complain) {
	for i, a := range c.Critical {
		if a == 0 || a >= ActionOther {
			bad(fmt.Sprintf("Critical[%d]", i), "is no built-in action: a kind of your own is raised where NewKind declares it")
		}
	}
}

// fill checks one route and fills its zero fields.
func (r *Route) fill(bad complain, seen map[string]bool) {
	switch {
	case !dnsName(r.Name):
		bad("Name", "is %s: use 1 to 63 characters of a-z, 0-9, '-' and '.', letters or digits at both ends", emptyOr(r.Name, "not a name"))
	case seen[r.Name]:
		bad("Name", "%q is a duplicate: give each route a name of its own", r.Name)
	}
	seen[r.Name] = true
	if isNil(r.Sink) {
		bad("Sink", "is nil: give the route a sink, or leave the route out")
	}
	for i, a := range r.Actions {
		if a == 0 || a > ActionOther {
			bad(fmt.Sprintf("Actions[%d]", i), "is no action: use one of the Action constants")
		}
	}
	if r.Start > StartNow {
		bad("Start", "is out of range: use StartOldest or StartNow")
	}
	r.Batch.fill(bad)
	if r.Deadline == 0 {
		r.Deadline = defaultDeadline
	}
	if r.Deadline < 0 {
		bad("Deadline", "is negative: use a positive duration, or 0 for 30 s")
	}
}

func (b *Batch) fill(bad complain) {
	if b.MaxEvents == 0 {
		b.MaxEvents = defaultMaxEvents
	}
	if b.MaxEvents < 0 || b.MaxEvents > 10000 {
		bad("Batch.MaxEvents", "is out of range: use 1 to 10000, or 0 for 256")
	}
	if b.MaxBytes == 0 {
		b.MaxBytes = defaultMaxBytes
	}
	if b.MaxBytes < 64<<10 {
		bad("Batch.MaxBytes", "is too small: use at least 64 KiB (65536), or 0 for 1 MiB")
	}
	if b.Linger == 0 {
		b.Linger = defaultLinger
	}
}

func emptyOr(value, otherwise string) string {
	if value == "" {
		return "empty"
	}
	return otherwise
}

func dnsName(s string) bool {
	if s == "" || len(s) > 63 {
		return false
	}
	for i := range len(s) {
		alnum := 'a' <= s[i] && s[i] <= 'z' || '0' <= s[i] && s[i] <= '9'
		if !alnum && (i == 0 || i == len(s)-1 || s[i] != '-' && s[i] != '.') {
			return false
		}
	}
	return true
}

var policyBytes = byteSet(lowerLetters + upperLetters + digits + "._-")

func policyName(s string) bool {
	_, hit := redact.Scan(s)
	return s != "" && len(s) <= 64 && within(s, &policyBytes) && !hit
}

// hostInstance is the host's name as far as it fits the grammar, or "local".
func hostInstance() string {
	host, err := os.Hostname()
	if err != nil {
		return "local"
	}
	host = strings.Map(func(r rune) rune {
		if dnsName(string(r)) || r == '-' || r == '.' {
			return r
		}
		return '-'
	}, strings.ToLower(host))
	host = strings.Trim(host[:min(len(host), 63)], "-.")
	if !dnsName(host) {
		return "local"
	}
	return host
}
