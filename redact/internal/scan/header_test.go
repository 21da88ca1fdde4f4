package scan

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// keyHeaders carry a key, a token, a session or a signature, as public documents
// name them.
var keyHeaders = strings.Fields(`X-Honeycomb-Team DD-API-KEY DD-APPLICATION-KEY X-Algolia-API-Key X-Postmark-Server-Token X-Postmark-Account-Token
	Ocp-Apim-Subscription-Key X-Figma-Token X-Shopify-Access-Token X-Shopify-Storefront-Access-Token PRIVATE-TOKEN JOB-TOKEN DEPLOY-TOKEN X-Gitlab-Token
	X-Insert-Key X-Query-Key X-License-Key X-Redmine-API-Key X-TrackerToken X-Cisco-Meraki-API-Key X-Hasura-Admin-Secret X-TYPESENSE-API-KEY X-N8N-API-KEY
	X-LC-Key X-Parse-REST-API-Key X-Parse-Master-Key X-Parse-Session-Token X-MBX-APIKEY X-CMC_PRO_API_KEY CB-ACCESS-KEY CB-ACCESS-SIGN X-BAPI-API-KEY
	OK-ACCESS-SIGN KC-API-SIGN X-Rollbar-Access-Token X-Plex-Token X-Emby-Token X-MediaBrowser-Token X-SF-Token X-Circonus-Auth-Token Circle-Token
	X-JFrog-Art-Api X-NuGet-ApiKey Bugsnag-Api-Key X-Cassandra-Token X-Tableau-Auth X-Metabase-Session X-Rundeck-Auth-Token X-Octopus-ApiKey X-Consul-Token
	X-Nomad-Token X-Vault-Token X-Goog-IAP-JWT-Assertion X-MS-TOKEN-AAD-ACCESS-TOKEN X-ZUMO-AUTH x-functions-key aeg-sas-key x-amzn-oidc-accesstoken
	X-Ovh-Application X-Ovh-Consumer X-Ovh-Signature X-Auth-Key X-Auth-User-Service-Key X-Subject-Token X-Storage-Token X-RapidAPI-Key X-Client-Secret
	X-Riot-Token X-Finnhub-Token x-cg-pro-api-key Fastly-Key X-OTX-API-KEY x-apikey Api-Key lightstep-access-token signoz-ingestion-key X-IBM-Client-Secret
	X-HA-Access X-Supervisor-Token X-Ops-Authorization-1 Jenkins-Crumb X-CSRF-Token X-Recharge-Access-Token X-Papertrail-Token X-Domo-Developer-Token
	x-goog-api-key xi-api-key X-Knack-REST-API-KEY X-Appwrite-Key X-Meili-API-Key X-EBAY-API-IAF-TOKEN X-EBAY-API-CERT-NAME WM_SEC.ACCESS_TOKEN
	Kong-Admin-Token X-APISIX-KEY X-Mattermost-Token X-aws-ec2-metadata-token x-portkey-virtual-key Helicone-Auth X-Vercel-Protection-Bypass
	X-IDENTITY-HEADER X-ClickHouse-Key CF-Access-Client-Secret X-Telegram-Bot-Api-Secret-Token X-PAN-KEY X-Acs-Security-Token X-Signature-Ed25519
	x-ncp-apigw-signature-v2 X-Hub-Signature-256 API-Sign`)

func TestHeadersThatCarryKeys(t *testing.T) {
	for _, name := range keyHeaders {
		for _, text := range []string{name + ": " + made[:40], "map[Accept:[*/*] " + name + ":[" + made[:40] + "]]", strings.ToLower(name) + "=" + made[:40], `{"` + name + `":"` + made[:40] + `"}`} {
			assert.Empty(t, left(text, made[:40]), text)
			_, ok := First(text)
			assert.True(t, ok, text)
		}
	}
	for _, text := range []string{
		"svix-signature: v1," + made[:43] + "=", "webhook-signature: v1," + made[:43] + "= v1," + made[:43] + "=",
		"X-Metabase-Session: 853b9a84-5bfa-4b22-a3f3-0b9a43d9ad8a", "X-ClickHouse-Key: hunter2!Secret",
	} {
		_, ok := First(text)
		assert.True(t, ok, text)
	}
	for _, text := range []string{
		"X-Honeycomb-Team: engineering", "X-Honeycomb-Dataset: orders", "identity-header missing", "ovh-application: not found", "kbn-xsrf: true", "X-Event-Key: repo:push",
		"X-Atlassian-Token: no-check", "X-Iceberg-Access-Delegation: vended-credentials", "x-ms-encryption-key-sha256: " + made[:43] + "=", "X-Goog-Channel-Id: " + made[:24],
		"access-license-number: 42", "Cko-Idempotency-Key: " + made[:32], "svix-signature: v1,missing", "svix-id: msg_" + made[:27], "x-ncp-apigw-timestamp: 1700000000000", "token_v2: rotated",
	} {
		_, ok := First(text)
		assert.False(t, ok, text)
	}
}
