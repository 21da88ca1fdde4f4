package audit

// AuthReason says why authentication was refused.
type AuthReason uint8

// Reasons of AuthDeny.
const (
	AuthReasonMissing AuthReason = iota + 1
	AuthReasonInvalid
	AuthReasonMalformed
	AuthReasonExpired
	AuthReasonNotYetValid
	AuthReasonWrongIssuer
	AuthReasonWrongAudience
	AuthReasonBadSignature
	AuthReasonScopeMismatch
	AuthReasonNotAllowed
	AuthReasonUnavailable
)

var authReasons = []string{
	unspecified, "missing_token", "invalid_token", "malformed_token", "token_expired", "token_not_yet_valid",
	"wrong_issuer", "wrong_audience", "bad_signature", "scope_mismatch", "not_allowed", "verifier_unavailable",
}

// String returns the code of the wire contract, such as "missing_token".
func (r AuthReason) String() string { return code(authReasons, uint8(r)) }

// MintReason says why a URL was not signed.
type MintReason uint8

// Reasons of URLMintDeny.
const (
	MintReasonUnknownDomain MintReason = iota + 1
	MintReasonTraversal
	MintReasonInternalArtifact
	MintReasonNotInAllowlist
	MintReasonSigningFailed
	MintReasonRateLimited
)

var mintReasons = []string{
	unspecified, "unknown_domain", "path_traversal", "internal_artifact", "not_in_allowlist", "signing_failed", "rate_limited",
}

// String returns the code of the wire contract, such as "path_traversal".
func (r MintReason) String() string { return code(mintReasons, uint8(r)) }

// VendReason says why no credential was vended.
type VendReason uint8

// Reasons of CredVendDeny.
const (
	VendReasonDisabled VendReason = iota + 1
	VendReasonAccessDenied
	VendReasonProviderError
	VendReasonUnsupportedDelegation
	VendReasonPathNotGoverned
	VendReasonUnsupportedOperation
	VendReasonInsufficientPrivilege
	VendReasonStorageCredentialNotFound
	VendReasonStorageCredentialNotActive
	VendReasonFreshnessExpired
	VendReasonTableNotFound
	VendReasonNoCredentials
)

var vendReasons = []string{
	unspecified, "vending_disabled", "access_denied", "provider_error", "unsupported_delegation", "path_not_governed",
	"unsupported_operation", "authorization_insufficient_privilege", "storage_credential_not_found",
	"storage_credential_not_active", "freshness_observation_expired", "table_not_found", "no_credentials",
}

// String returns the code of the wire contract, such as "vending_disabled".
func (r VendReason) String() string { return code(vendReasons, uint8(r)) }

// CommitReason says why a commit was refused.
type CommitReason uint8

// Reasons of IcebergCommitDeny.
const (
	CommitReasonRequirementsFailed CommitReason = iota + 1
	CommitReasonConflict
	CommitReasonInProgress
	CommitReasonCachedFailure
	CommitReasonMultiTableUnsupported
	CommitReasonInternal
	CommitReasonWritesDisabled
	CommitReasonInvalidRequest
	CommitReasonInvalidUpdate
	CommitReasonIdentifierMismatch
	CommitReasonGuardedProperty
	CommitReasonTableNotFound
	CommitReasonAlreadyExists
	CommitReasonKeyReused
	CommitReasonTransactionAborted
)

var commitReasons = []string{
	unspecified, "requirements_failed", "cas_conflict", "commit_in_progress", "cached_failure", "multi_table_unsupported",
	"internal_error", "writes_disabled", "invalid_request", "invalid_update", "identifier_mismatch", "guarded_property",
	"table_not_found", "already_exists", "idempotency_key_reused", "transaction_aborted",
}

// String returns the code of the wire contract, such as "cas_conflict".
func (r CommitReason) String() string { return code(commitReasons, uint8(r)) }

// CatalogReason says why a change of the catalog was refused.
type CatalogReason uint8

// Reasons of CatalogMutateDeny.
const (
	CatalogReasonNotFound CatalogReason = iota + 1
	CatalogReasonAlreadyExists
	CatalogReasonCrossNamespace
	CatalogReasonPurgeRefused
	CatalogReasonNotAllowed
	CatalogReasonInvalid
	CatalogReasonNotEmpty
	CatalogReasonInternal
	CatalogReasonInProgress
	CatalogReasonCachedFailure
	CatalogReasonKeyReused
)

var catalogReasons = []string{
	unspecified, "not_found", "already_exists", "cross_namespace", "purge_refused", "not_allowed", "invalid", "not_empty",
	"internal_error", "request_in_progress", "cached_failure", "idempotency_key_reused",
}

// String returns the code of the wire contract, such as "already_exists".
func (r CatalogReason) String() string { return code(catalogReasons, uint8(r)) }

// ControlStoreReason says why a change of the control store was refused.
type ControlStoreReason uint8

// Reasons of ControlStoreDeny.
const (
	ControlStoreReasonNotOperator ControlStoreReason = iota + 1
	ControlStoreReasonOperatorAuthorityUnconfigured
)

var controlStoreReasons = []string{unspecified, "not_operator", "operator_authority_unconfigured"}

// String returns the code of the wire contract, such as "not_operator".
func (r ControlStoreReason) String() string { return code(controlStoreReasons, uint8(r)) }

// Reasons of the events that allow.
const (
	reasonAllowlistMatch     = "allowlist_match"
	reasonCredentialsVended  = "credentials_vended"
	reasonCommitSuccess      = "commit_success"
	reasonGranted            = "granted"
	reasonOperatorGroupMatch = "operator_group_match"
)
