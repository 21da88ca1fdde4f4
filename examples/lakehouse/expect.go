package main

import (
	"net/http"
	"slices"
	"strings"
)

// expected are the actions of the events that a call must have left, by what was seen of it outside. The first is that
// of the authentication.
func (c call) expected() []string {
	switch c.status {
	case 0: // nobody answered: who asked is on record, nothing was decided
		return []string{"AUTH_ALLOW"}
	case http.StatusUnauthorized:
		return []string{"AUTH_DENY"}
	}
	decisions := map[string]func(call) []string{serviceCatalog: call.ofCatalog, serviceAPI: call.ofAPI, serviceFlow: call.ofFlow}
	return append([]string{"AUTH_ALLOW"}, decisions[c.service](c)...)
}

func (c call) ok() bool { return c.status < 300 }

func (c call) ofCatalog() []string {
	switch c.method + " " + strings.TrimPrefix(c.template, "/v1/{prefix}/") {
	case "GET namespaces/{namespace}/tables/{table}/credentials":
		return one(c.ok(), "CRED_VEND_ALLOW", "CRED_VEND_DENY")
	case "GET namespaces/{namespace}/tables/{table}":
		if !c.asked || !c.ok() {
			return nil
		}
		return one(c.vended, "CRED_VEND_ALLOW", "CRED_VEND_DENY")
	case "POST namespaces/{namespace}/tables/{table}":
		return one(c.ok(), "ICEBERG_COMMIT", "ICEBERG_COMMIT_DENY")
	case "POST transactions/commit":
		return slices.Repeat(one(c.ok(), "ICEBERG_COMMIT", "ICEBERG_COMMIT_DENY"), max(1, c.tables))
	case "POST namespaces/{namespace}/tables":
		if c.ok() && c.staged {
			return nil
		}
		return one(c.ok(), "CATALOG_MUTATE", "CATALOG_MUTATE_DENY")
	case "POST namespaces", "DELETE namespaces/{namespace}", "POST namespaces/{namespace}/properties",
		"POST namespaces/{namespace}/register", "DELETE namespaces/{namespace}/tables/{table}", "POST tables/rename":
		return one(c.ok(), "CATALOG_MUTATE", "CATALOG_MUTATE_DENY")
	}
	return nil
}

func (c call) ofAPI() []string {
	if c.template == "/api/v1/browser/urls" {
		return one(c.ok(), "URL_MINT_ALLOW", "URL_MINT_DENY")
	}
	return nil
}

func (c call) ofFlow() []string {
	switch last := c.template[strings.LastIndexByte(c.template, '/')+1:]; last {
	case "tasks":
		return one(c.ok(), "TASK_DISPATCH_ALLOW", "TASK_DISPATCH_DENY")
	case "started", "completed":
		return one(c.ok(), "TASK_CALLBACK_ALLOW", "TASK_CALLBACK_DENY")
	case "heartbeat":
		return one(c.ok(), "TASK_HEARTBEAT_ALLOW", "TASK_HEARTBEAT_DENY")
	case "Cancel":
		return one(c.ok(), "RUN_CANCEL_ALLOW", "RUN_CANCEL_DENY")
	}
	return nil
}

func one(ok bool, allow, deny string) []string {
	if ok {
		return []string{allow}
	}
	return []string{deny}
}

// want is expected with the operation added to AUTH events, as event.what has it.
func (c call) want() []string {
	list := c.expected()
	template := c.template
	if template == "" {
		template = "unmatched"
	}
	list[0] += " " + strings.TrimPrefix(c.method+" "+template, " ")
	return list
}
