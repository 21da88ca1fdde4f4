package audit

import "fmt"

// Action says what kind of decision or trail event an event is. Its number is never written anywhere and
// may change between versions: the wire carries String.
type Action uint8

// The actions. The zero Action is none. ActionOther stands for a service's own kinds and for names that
// this version does not know; the name itself is kept beside it.
const (
	ActionAuthAllow Action = iota + 1
	ActionAuthDeny
	ActionURLMintAllow
	ActionURLMintDeny
	ActionCredVendAllow
	ActionCredVendDeny
	ActionIcebergCommit
	ActionIcebergCommitDeny
	ActionCatalogMutate
	ActionCatalogMutateDeny
	ActionControlStoreMutate
	ActionControlStoreDeny

	ActionTrailOpened
	ActionTrailClosed
	ActionTrailAdopted
	ActionCheckpoint
	ActionDeniesSuppressed
	ActionEventsDropped
	ActionGapFound
	ActionEventQuarantined
	ActionDecisionBegun
	ActionDecisionAbandoned

	ActionOther

	actionCount = int(ActionOther) + 1
)

// actionInfo is what an action knows of itself.
type actionInfo struct {
	name        string
	category    Category
	outcome     Outcome
	criticality Criticality
	severity    string // Cloud Logging's LogSeverity
}

// actions follows arco-audit's wire contract, version 1; what version 1 did not have is added beside it.
// Critical is what releases or changes something, and what says that the trail itself lost something.
var actions = [actionCount]actionInfo{
	ActionAuthAllow:          {"AUTH_ALLOW", CategoryAuth, OutcomeAllow, Routine, severityInfo},
	ActionAuthDeny:           {"AUTH_DENY", CategoryAuth, OutcomeDeny, Routine, severityWarning},
	ActionURLMintAllow:       {"URL_MINT_ALLOW", CategoryURLMint, OutcomeAllow, Critical, severityNotice},
	ActionURLMintDeny:        {"URL_MINT_DENY", CategoryURLMint, OutcomeDeny, Routine, severityWarning},
	ActionCredVendAllow:      {"CRED_VEND_ALLOW", CategoryCredVend, OutcomeAllow, Critical, severityNotice},
	ActionCredVendDeny:       {"CRED_VEND_DENY", CategoryCredVend, OutcomeDeny, Routine, severityWarning},
	ActionIcebergCommit:      {"ICEBERG_COMMIT", CategoryIcebergCommit, OutcomeAllow, Critical, severityNotice},
	ActionIcebergCommitDeny:  {"ICEBERG_COMMIT_DENY", CategoryIcebergCommit, OutcomeDeny, Routine, severityWarning},
	ActionCatalogMutate:      {"CATALOG_MUTATE", CategoryCatalog, OutcomeAllow, Critical, severityNotice},
	ActionCatalogMutateDeny:  {"CATALOG_MUTATE_DENY", CategoryCatalog, OutcomeDeny, Routine, severityWarning},
	ActionControlStoreMutate: {"CONTROL_STORE_MUTATE", CategoryControlStore, OutcomeAllow, Critical, severityNotice},
	ActionControlStoreDeny:   {"CONTROL_STORE_DENY", CategoryControlStore, OutcomeDeny, Routine, severityWarning},

	ActionTrailOpened:       {"TRAIL_OPENED", CategoryTrail, OutcomeSystem, Routine, severityNotice},
	ActionTrailClosed:       {"TRAIL_CLOSED", CategoryTrail, OutcomeSystem, Routine, severityNotice},
	ActionTrailAdopted:      {"TRAIL_ADOPTED", CategoryTrail, OutcomeSystem, Critical, severityNotice},
	ActionCheckpoint:        {"CHECKPOINT", CategoryTrail, OutcomeSystem, Routine, severityInfo},
	ActionDeniesSuppressed:  {"DENIES_SUPPRESSED", CategoryTrail, OutcomeSystem, Critical, severityWarning},
	ActionEventsDropped:     {"EVENTS_DROPPED", CategoryTrail, OutcomeSystem, Critical, severityError},
	ActionGapFound:          {"GAP_FOUND", CategoryTrail, OutcomeSystem, Critical, severityError},
	ActionEventQuarantined:  {"EVENT_QUARANTINED", CategoryTrail, OutcomeSystem, Critical, severityError},
	ActionDecisionBegun:     {"DECISION_BEGUN", CategoryTrail, OutcomeSystem, Critical, severityInfo},
	ActionDecisionAbandoned: {"DECISION_ABANDONED", CategoryTrail, OutcomeSystem, Critical, severityError},

	ActionOther: {"OTHER", CategoryOther, OutcomeSystem, Routine, severityInfo},
}

// Severities of the severitytext attribute.
const (
	severityInfo    = "INFO"
	severityNotice  = "NOTICE"
	severityWarning = "WARNING"
	severityError   = "ERROR"
)

func (a Action) info() *actionInfo {
	if int(a) >= actionCount {
		return &actions[ActionOther]
	}
	return &actions[a]
}

// String returns the wire name, such as "CRED_VEND_DENY"; "" for the zero Action.
func (a Action) String() string { return a.info().name }

// Category returns the family of the action.
func (a Action) Category() Category { return a.info().category }

// Outcome returns what was decided.
func (a Action) Outcome() Outcome { return a.info().outcome }

// Criticality returns what Emit promises for the action; Config.Critical can raise it.
func (a Action) Criticality() Criticality { return a.info().criticality }

// Actions returns every action that this version knows by name, without ActionOther.
func Actions() []Action {
	list := make([]Action, 0, actionCount-2)
	for a := ActionAuthAllow; a < ActionOther; a++ {
		list = append(list, a)
	}
	return list
}

// ParseAction returns the action with a wire name. For any other name it returns ActionOther and an error:
// a reader that meets names from the future keeps the name and ignores the error.
func ParseAction(name string) (Action, error) {
	for a := ActionAuthAllow; a < ActionOther; a++ {
		if actions[a].name == name {
			return a, nil
		}
	}
	return ActionOther, fmt.Errorf("audit: unknown action name of %d bytes: treat it as ActionOther and keep the name", len(name))
}
