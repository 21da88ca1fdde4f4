package rule

// Audit and Redact are the import paths of the packages whose calls are checked.
const (
	Audit  = "github.com/daxis-io/arco-audit/audit"
	Redact = "github.com/daxis-io/arco-audit/redact"
)

// Fields are struct fields that hold a secret, "import path.Type.Field". The text says what it is.
var Fields = map[string]string{
	"golang.org/x/oauth2.Token.AccessToken":                                            "OAuth access token",
	"golang.org/x/oauth2.Token.RefreshToken":                                           "OAuth refresh token",
	"golang.org/x/oauth2.Config.ClientSecret":                                          "OAuth client secret",
	"golang.org/x/oauth2/clientcredentials.Config.ClientSecret":                        "OAuth client secret",
	"golang.org/x/oauth2/jwt.Config.PrivateKey":                                        "private key",
	"golang.org/x/oauth2/google.Credentials.JSON":                                      "Google credentials file",
	"cloud.google.com/go/auth.Token.Value":                                             "Google access token",
	"cloud.google.com/go/storage.SignedURLOptions.PrivateKey":                          "private key",
	"cloud.google.com/go/storage.PostPolicyV4.Fields":                                  "signed policy",
	"github.com/aws/aws-sdk-go-v2/aws.Credentials.SecretAccessKey":                     "AWS secret access key",
	"github.com/aws/aws-sdk-go-v2/aws.Credentials.SessionToken":                        "AWS session token",
	"github.com/aws/aws-sdk-go-v2/service/sts/types.Credentials.SecretAccessKey":       "AWS secret access key",
	"github.com/aws/aws-sdk-go-v2/service/sts/types.Credentials.SessionToken":          "AWS session token",
	"github.com/aws/aws-sdk-go-v2/aws/signer/v4.PresignedHTTPRequest.URL":              "presigned URL",
	"github.com/aws/aws-sdk-go-v2/aws/signer/v4.PresignedHTTPRequest.SignedHeader":     "signed headers",
	"github.com/aws/aws-sdk-go-v2/service/s3/types.SessionCredentials.SecretAccessKey": "AWS secret access key",
	"github.com/aws/aws-sdk-go-v2/service/s3/types.SessionCredentials.SessionToken":    "AWS session token",
	"github.com/aws/aws-sdk-go-v2/service/sso/types.RoleCredentials.SecretAccessKey":   "AWS secret access key",
	"github.com/aws/aws-sdk-go-v2/service/sso/types.RoleCredentials.SessionToken":      "AWS session token",
	"github.com/aws/aws-sdk-go-v2/service/ssooidc.CreateTokenOutput.AccessToken":       "AWS access token",
	"github.com/aws/aws-sdk-go-v2/service/ssooidc.CreateTokenOutput.IdToken":           "AWS id token",
	"github.com/aws/aws-sdk-go-v2/service/ssooidc.CreateTokenOutput.RefreshToken":      "AWS refresh token",
	"github.com/aws/aws-sdk-go/aws/credentials.Value.SecretAccessKey":                  "AWS secret access key",
	"github.com/aws/aws-sdk-go/aws/credentials.Value.SessionToken":                     "AWS session token",
	"github.com/minio/minio-go/v7/pkg/credentials.Value.SecretAccessKey":               "S3 secret access key",
	"github.com/minio/minio-go/v7/pkg/credentials.Value.SessionToken":                  "S3 session token",
	"github.com/Azure/azure-sdk-for-go/sdk/azcore.AccessToken.Token":                   "Azure access token",
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/internal/exported.AccessToken.Token": "Azure access token", // what azcore.AccessToken is an alias of
	"github.com/golang-jwt/jwt/v5.Token.Raw":                                           "JSON web token",
	"github.com/golang-jwt/jwt/v5.Token.Signature":                                     "signature of a JSON web token",
	"github.com/golang-jwt/jwt/v4.Token.Raw":                                           "JSON web token",
	"github.com/golang-jwt/jwt/v4.Token.Signature":                                     "signature of a JSON web token",
	"net/http.Cookie.Value":             "cookie value",
	"net/http.Cookie.Raw":               "cookie",
	"net/http.Cookie.Unparsed":          "cookie",
	"crypto/tls.Certificate.PrivateKey": "private key",
	"crypto/rsa.PrivateKey.D":           "private key",
	"crypto/rsa.PrivateKey.Primes":      "private key",
	"crypto/ecdsa.PrivateKey.D":         "private key",
}

// SoftFields are fields that often carry a secret: they are followed inside one function and its callees only.
var SoftFields = map[string]string{
	"net/http.Request.RequestURI": "request URI with its query",
	"net/url.URL.RawQuery":        "query of a URL",
	"net/url.URL.User":            "user information of a URL",
	"net/url.URL.Fragment":        "fragment of a URL",
	"net/url.URL.RawFragment":     "fragment of a URL",
	"net/url.Error.URL":           "URL of a failed request",
}

// CleanFields are fields that never carry one, whatever is known of the object they belong to.
var CleanFields = set("net/http.Request.Method net/http.Request.Proto net/http.Request.Host net/http.Request.RemoteAddr " +
	"net/http.Request.Pattern net/http.Request.ContentLength net/http.Response.Status net/http.Response.StatusCode " +
	"net/url.URL.Scheme net/url.URL.Host net/url.URL.Path net/url.URL.RawPath net/url.Error.Op net/url.Error.Err " +
	"net/http.Cookie.Name net/http.Cookie.Path net/http.Cookie.Domain golang.org/x/oauth2.Token.TokenType " +
	"golang.org/x/oauth2.Token.Expiry github.com/golang-jwt/jwt/v5.Token.Valid github.com/golang-jwt/jwt/v5.Token.Header " +
	"github.com/golang-jwt/jwt/v5.Token.Claims github.com/golang-jwt/jwt/v4.Token.Claims " +
	"github.com/aws/aws-sdk-go-v2/aws.Credentials.Source github.com/aws/aws-sdk-go-v2/aws.Credentials.AccessKeyID " +
	"github.com/aws/aws-sdk-go-v2/aws/signer/v4.PresignedHTTPRequest.Method " +
	"crypto/rsa.PrivateKey.PublicKey crypto/ecdsa.PrivateKey.PublicKey net/http.Request.TLS encoding/pem.Block.Type")

// Types are types of which every value is a secret.
var Types = map[string]string{
	"crypto/rsa.PrivateKey":     "private key",
	"crypto/ecdsa.PrivateKey":   "private key",
	"crypto/ed25519.PrivateKey": "private key",
	"crypto/ecdh.PrivateKey":    "private key",
	"golang.org/x/oauth2.Token": "OAuth token",
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/sas.QueryParameters": "shared access signature",
	"crypto/mlkem.DecapsulationKey768":                                         "private key",
}

// Results are functions whose result, of the given number, is a secret.
var Results = map[string]Result{
	"(*net/http.Request).BasicAuth":                                             {1, "password of basic authentication"},
	"(*net/http.Cookie).String":                                                 {0, "cookie"},
	"(*net/url.Userinfo).Password":                                              {0, "password of a URL"},
	"(*net/url.Userinfo).String":                                                {0, "user information of a URL"},
	"net/http/httputil.DumpRequest":                                             {0, "dump of a request"},
	"net/http/httputil.DumpRequestOut":                                          {0, "dump of a request"},
	"net/http/httputil.DumpResponse":                                            {0, "dump of a response"},
	"(*golang.org/x/oauth2.Token).Extra":                                        {0, "part of an OAuth token"},
	"(*github.com/golang-jwt/jwt/v5.Token).SignedString":                        {0, "signed JSON web token"},
	"(*github.com/golang-jwt/jwt/v5.Token).SigningString":                       {0, "JSON web token"},
	"(*github.com/golang-jwt/jwt/v4.Token).SignedString":                        {0, "signed JSON web token"},
	"cloud.google.com/go/storage.SignedURL":                                     {0, "signed URL"},
	"(*cloud.google.com/go/storage.BucketHandle).SignedURL":                     {0, "signed URL"},
	"(*cloud.google.com/go/storage.BucketHandle).GenerateSignedPostPolicyV4":    {0, "signed policy"},
	"crypto/x509.MarshalPKCS1PrivateKey":                                        {0, "private key"},
	"crypto/x509.MarshalPKCS8PrivateKey":                                        {0, "private key"},
	"crypto/x509.MarshalECPrivateKey":                                           {0, "private key"},
	"(*crypto/ecdh.PrivateKey).Bytes":                                           {0, "private key"},
	"(crypto/ed25519.PrivateKey).Seed":                                          {0, "private key"},
	"(" + Redact + ".Secret[T]).Expose":                                         {0, "exposed redact.Secret"},
	"google.golang.org/grpc/metadata.FromIncomingContext":                       {0, "metadata of a call"},
	"cloud.google.com/go/compute/metadata.Get":                                  {0, "answer of the metadata server"},
	"(github.com/go-jose/go-jose/v4.JSONWebSignature).CompactSerialize":         {0, "signed JSON web token"},
	"(github.com/go-jose/go-jose/v4.JSONWebSignature).FullSerialize":            {0, "signed JSON web token"},
	"(github.com/go-jose/go-jose/v4/jwt.Builder).Serialize":                     {0, "signed JSON web token"},
	"(google.golang.org/grpc/credentials.PerRPCCredentials).GetRequestMetadata": {0, "credentials of a call"},
	"(*cloud.google.com/go/auth.Credentials).JSON":                              {0, "Google credentials file"},
	"os.Environ":                     {0, "environment"},
	"golang.org/x/term.ReadPassword": {0, "password"},
}

// Result says which result of a function is a secret, and what it is.
type Result struct {
	Index int
	What  string
}

// Keyed are functions that look a value up by a name. Argument counts the receiver.
var Keyed = map[string]Lookup{
	"(*net/http.Request).Cookie":        {Cookie, 1},
	"(*net/http.Request).CookiesNamed":  {Cookie, 1},
	"(*net/http.Request).FormValue":     {Parameter, 1},
	"(*net/http.Request).PostFormValue": {Parameter, 1},
	"os.Getenv":                         {Environment, 0},
	"os.LookupEnv":                      {Environment, 0},
	"os.ExpandEnv":                      {Environment, 0},
	"syscall.Getenv":                    {Environment, 0},
	"os.ReadFile":                       {File, 0},
	"os.Open":                           {File, 0},
	"os.OpenFile":                       {File, 0},
	"io/fs.ReadFile":                    {File, 1},
	"(embed.FS).ReadFile":               {File, 1},
	"io/ioutil.ReadFile":                {File, 0},
	"google.golang.org/grpc/metadata.ValueFromIncomingContext": {Header, 1},
	"(google.golang.org/grpc/metadata.MD).Get":                 {Header, 1},
}

// Lookup says where a function looks, and which argument is the name.
type Lookup struct {
	Place    Place
	Argument int
}
