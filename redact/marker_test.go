package redact_test

import (
	"testing"

	"github.com/daxis-io/arco-audit/redact"
	"github.com/stretchr/testify/assert"
)

// Markers end up between other parts of a resource, "." and ":" and UUIDs among them. What stands around a
// marker must not make its kind's name look like the name of a secret, also with the marker's colon escaped.
func TestMarkersScanCleanInsideResources(t *testing.T) {
	const id = "6ba7b810-9dad-41d1-80b4-00c04fd430c8"
	for _, kind := range []string{"jwt", "url-password", "bearer-token", "gcp-oauth-token", "aws-secret-beside-id", "password", "access-token", "api-key"} {
		m, escaped := "[REDACTED:"+kind+"]", "[REDACTED%3A"+kind+"]"
		for _, s := range []string{
			m, m + ":" + id, "iceberg/table:" + m + "." + m + "." + m + ":" + id, "iceberg/table:sales." + m + "_daily:" + id,
			"iceberg/table:Bearer " + m + ".Bearer " + m + ":" + id, escaped + "." + escaped + ":" + id,
			"iceberg/catalog:table:" + m + ":rename", "iceberg/commit:" + m + ":seq=12", m + "=" + id, `{"a":"` + m + `","b":"` + id + `"}`,
		} {
			f, hit := redact.Scan(s)
			assert.False(t, hit, "%s found in %s", f.Kind, s)
		}
	}
}
