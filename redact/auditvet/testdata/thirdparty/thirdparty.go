// Package thirdparty imports the packages whose symbols are in the tables of package rule, so that a test can look them
// up. It is a module of its own: nothing that uses auditvet depends on them.
package thirdparty

import (
	_ "cloud.google.com/go/auth"
	_ "cloud.google.com/go/storage"
	_ "github.com/Azure/azure-sdk-for-go/sdk/azcore"
	_ "github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	_ "github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/sas"
	_ "github.com/aws/aws-sdk-go-v2/aws"
	_ "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	_ "github.com/aws/aws-sdk-go-v2/service/s3"
	_ "github.com/aws/aws-sdk-go-v2/service/sso/types"
	_ "github.com/aws/aws-sdk-go-v2/service/ssooidc"
	_ "github.com/aws/aws-sdk-go-v2/service/sts/types"
	_ "github.com/go-jose/go-jose/v4/jwt"
	_ "github.com/golang-jwt/jwt/v5"
	_ "golang.org/x/oauth2/clientcredentials"
	_ "golang.org/x/oauth2/google"
	_ "golang.org/x/oauth2/jwt"
	_ "golang.org/x/term"
	_ "google.golang.org/grpc/credentials"
	_ "google.golang.org/grpc/credentials/oauth"
	_ "google.golang.org/grpc/metadata"
)
