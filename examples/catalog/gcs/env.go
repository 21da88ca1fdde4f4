package gcs

import (
	"errors"

	"cloud.google.com/go/auth/credentials"

	"github.com/daxis-io/arco-audit/examples/catalog"
)

// FromEnv is a catalog.ProviderFromEnv. The catalog's own credentials are the application default credentials
// (cloud.google.com/docs/authentication/application-default-credentials); beside these there are:
//
//	ARCO_CATALOG_GCS_ACCOUNT    Config.Account
//	ARCO_CATALOG_GCS_MOUNT      Config.Mount, such as file:///mnt/lake
//	ARCO_CATALOG_GCS_BUCKET     Config.Bucket, such as gs://lake/warehouse
func FromEnv(getenv func(string) string) (catalog.Provider, error) {
	base, err := credentials.DetectDefault(&credentials.DetectOptions{Scopes: []string{"https://www.googleapis.com/auth/cloud-platform"}})
	if err != nil { // its text can tell about the file
		return nil, errors.New("gcs: no application default credentials: set GOOGLE_APPLICATION_CREDENTIALS to a file, or run where a service account is attached")
	}
	p, err := New(Config{
		Base: base, Account: getenv("ARCO_CATALOG_GCS_ACCOUNT"),
		Mount: getenv("ARCO_CATALOG_GCS_MOUNT"), Bucket: getenv("ARCO_CATALOG_GCS_BUCKET"),
	})
	if err != nil {
		return nil, errors.Join(errors.New("gcs: ARCO_CATALOG_GCS_ACCOUNT, _MOUNT and _BUCKET are Config.Account, Mount and Bucket"), err)
	}
	return p, nil
}
