package main

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/daxis-io/arco-audit/redact"
)

// letThrough lists the rules of which examples pass, with how many may and why.
var letThrough = map[string]struct {
	most int
	why  string
}{
	"alibaba-access-key-id":    {1, "the id of a key is an identifier"},
	"asana-client-id":          {26, "digits alone, the number of a client"},
	"discord-client-id":        {26, "digits alone, the number of a client"},
	"discord-client-secret":    {26, "digits alone where the expression generates no letter"},
	"gcp-service-account":      {1, "the type of a key file without a key"},
	"jfrog-identity-token":     {2, "a value beside a company's name and nothing else"},
	"jwt":                      {2, "the header is not JSON, so that it has no algorithm"},
	"kubernetes-secret-yaml":   {10, "short base64 under a name of any kind"},
	"messagebird-client-id":    {1, "the id of a client is an identifier"},
	"sidekiq-secret":           {8, "two words beside a name that says nothing of a secret"},
	"slack-webhook-url":        {6, "the expression generates slashes at places where no webhook has them"},
	"sonar-api-token":          {6, "the name of a login"},
	"sourcegraph-access-token": {1, "40 hexadecimal digits beside a company's name and nothing else"},
	"sumologic-access-id":      {6, "the id of a key is an identifier"},
}

// Every example that the authors of gitleaks publish is found, or its rule is
// listed with the reason.
func TestExamplesOfGitleaksAreFoundOrListed(t *testing.T) {
	missed := make(map[string]int)
	rules := make(map[string]bool)
	examples := programExamples(t, rand.New(rand.NewPCG(1, 2)), moduleDir(t, "github.com/zricethezav/gitleaks/v8"))
	require.Greater(t, len(examples), 5000)
	for _, p := range examples {
		rules[p.rule] = true
		if _, ok := redact.Scan(p.text); !ok {
			missed[p.rule]++
		}
	}
	require.Greater(t, len(rules), 200)
	all := 0
	for rule, n := range missed {
		assert.LessOrEqual(t, n, letThrough[rule].most, rule)
		all += n
	}
	for rule := range letThrough {
		assert.NotZero(t, missed[rule], "%s is listed but found", rule)
	}
	t.Logf("%d of %d examples of %d rules found", len(examples)-all, len(examples), len(rules))
}
