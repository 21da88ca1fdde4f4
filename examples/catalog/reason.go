package catalog

import "github.com/daxis-io/arco-audit/audit"

func catalogReason(err error) audit.CatalogReason {
	switch causeOf(err) {
	case causeNotFound:
		return audit.CatalogReasonNotFound
	case causeExists:
		return audit.CatalogReasonAlreadyExists
	case causeNotEmpty:
		return audit.CatalogReasonNotEmpty
	case causeCrossNamespace:
		return audit.CatalogReasonCrossNamespace
	case causePurge:
		return audit.CatalogReasonPurgeRefused
	case causeNotAllowed, causeGuarded:
		return audit.CatalogReasonNotAllowed
	case causeInProgress:
		return audit.CatalogReasonInProgress
	case causeKeyReused:
		return audit.CatalogReasonKeyReused
	case causeInvalid, causeIdentifier, causeUpdate:
		return audit.CatalogReasonInvalid
	default:
		return audit.CatalogReasonInternal
	}
}

func commitReason(err error) audit.CommitReason {
	switch causeOf(err) {
	case causeRequirements:
		return audit.CommitReasonRequirementsFailed
	case causeConflict:
		return audit.CommitReasonConflict
	case causeNotFound:
		return audit.CommitReasonTableNotFound
	case causeExists:
		return audit.CommitReasonAlreadyExists
	case causeNotAllowed:
		return audit.CommitReasonWritesDisabled
	case causeInvalid:
		return audit.CommitReasonInvalidRequest
	case causeIdentifier:
		return audit.CommitReasonIdentifierMismatch
	case causeUpdate:
		return audit.CommitReasonInvalidUpdate
	case causeGuarded:
		return audit.CommitReasonGuardedProperty
	case causeInProgress:
		return audit.CommitReasonInProgress
	case causeKeyReused:
		return audit.CommitReasonKeyReused
	default:
		return audit.CommitReasonInternal
	}
}

func vendReason(err error) audit.VendReason {
	switch causeOf(err) {
	case causeNotFound:
		return audit.VendReasonTableNotFound
	case causeUnsupportedDelegation:
		return audit.VendReasonUnsupportedDelegation
	case causeVendingDisabled:
		return audit.VendReasonDisabled
	case causeAccessDenied:
		return audit.VendReasonAccessDenied
	case causeNoCredentials:
		return audit.VendReasonNoCredentials
	default:
		return audit.VendReasonProviderError
	}
}
