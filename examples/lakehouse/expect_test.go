package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestTemplateOf(t *testing.T) {
	tests := map[string]string{
		"/v1/config":                                   "/v1/config",
		"/v1/main/namespaces":                          "/v1/{prefix}/namespaces",
		"/v1/main/namespaces/a%2Fb":                    "/v1/{prefix}/namespaces/{namespace}",
		"/v1/main/namespaces/a/properties":             "/v1/{prefix}/namespaces/{namespace}/properties",
		"/v1/main/namespaces/a/tables/b":               "/v1/{prefix}/namespaces/{namespace}/tables/{table}",
		"/v1/main/namespaces/a/tables/rename/metrics":  "/v1/{prefix}/namespaces/{namespace}/tables/{table}/metrics",
		"/v1/main/tables/rename":                       "/v1/{prefix}/tables/rename",
		"/v1/main/transactions/commit":                 "/v1/{prefix}/transactions/commit",
		"/v1/main/namespaces/a/views":                  "",
		"/v1/main":                                     "",
		"/":                                            "",
		"/v2/config":                                   "",
		"/v1/main/namespaces/a/tables/b/credentials/c": "",
	}
	for path, want := range tests {
		assert.Equal(t, want, templateOf(serviceCatalog, path), path)
	}
}

func TestDecisionsOfACall(t *testing.T) {
	const table = "/v1/{prefix}/namespaces/{namespace}/tables/{table}"
	tests := []struct {
		name string
		call call
		want []string
	}{
		{"refused caller", call{method: "POST", template: table, status: 401}, []string{"AUTH_DENY"}},
		{"plain load", call{method: "GET", template: table, status: 200}, []string{"AUTH_ALLOW"}},
		{"load with a credential", call{method: "GET", template: table, status: 200, asked: true, vended: true}, []string{"AUTH_ALLOW", "CRED_VEND_ALLOW"}},
		{"load without the credential", call{method: "GET", template: table, status: 200, asked: true}, []string{"AUTH_ALLOW", "CRED_VEND_DENY"}},
		{"load of nothing", call{method: "GET", template: table, status: 404, asked: true}, []string{"AUTH_ALLOW"}},
		{"transaction", call{method: "POST", template: "/v1/{prefix}/transactions/commit", status: 204, tables: 2},
			[]string{"AUTH_ALLOW", "ICEBERG_COMMIT", "ICEBERG_COMMIT"}},
		{"transaction of nothing", call{method: "POST", template: "/v1/{prefix}/transactions/commit", status: 400},
			[]string{"AUTH_ALLOW", "ICEBERG_COMMIT_DENY"}},
		{"staged create", call{method: "POST", template: "/v1/{prefix}/namespaces/{namespace}/tables", status: 200, staged: true}, []string{"AUTH_ALLOW"}},
		{"minted", call{service: serviceAPI, method: "POST", template: "/api/v1/browser/urls", status: 200}, []string{"AUTH_ALLOW", "URL_MINT_ALLOW"}},
		{"who am I", call{service: serviceAPI, method: "GET", template: "/api/v1/whoami", status: 200}, []string{"AUTH_ALLOW"}},
		{"late callback", call{service: serviceFlow, method: "POST", template: "/api/v1/tasks/{task_id}/completed", status: 410}, []string{"AUTH_ALLOW", "TASK_CALLBACK_DENY"}},
		{"cancelled", call{service: serviceFlow, template: "/arco.flow.v1.Runs/Cancel", status: 200}, []string{"AUTH_ALLOW", "RUN_CANCEL_ALLOW"}},
		{"asked for a run", call{service: serviceFlow, template: "/arco.flow.v1.Runs/Get", status: 404}, []string{"AUTH_ALLOW"}},
		{"died", call{method: "GET", template: table + "/credentials"}, []string{"AUTH_ALLOW"}},
		{"drop", call{method: "DELETE", template: table, status: 204}, []string{"AUTH_ALLOW", "CATALOG_MUTATE"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if test.call.service == "" {
				test.call.service = serviceCatalog
			}
			assert.Equal(t, test.want, test.call.expected())
		})
	}
}
