// Package contract holds the answers of a service against its OpenAPI file.
package contract

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"

	"github.com/daxis-io/arco-audit/examples/servicetest"
)

// Contract is one OpenAPI file.
type Contract struct {
	Doc *openapi3.T
}

// Load reads a file and checks that it is valid.
func Load(file string) (*Contract, error) {
	doc, err := openapi3.NewLoader().LoadFromFile(file)
	if err != nil {
		return nil, err
	}
	return &Contract{doc}, doc.Validate(context.Background())
}

// Check says why an answer is none that the file has for the operation of its request. What has no operation, such as
// health and metrics, is not the file's.
func (c *Contract) Check(r *http.Request, status int, header http.Header, body string) error {
	route := c.find(r.Method, r.URL.EscapedPath())
	if route == nil {
		return nil
	}
	if route.Operation.Responses.Status(status) == nil {
		return fmt.Errorf("contract: %s %s is answered %d, which the file has not", r.Method, route.Path, status)
	}
	return openapi3filter.ValidateResponse(r.Context(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: r, Route: route},
		Status:                 status, Header: header, Body: io.NopCloser(bytes.NewReader([]byte(body))),
	})
}

// Unanswered are the statuses that the file has and no request was answered with.
func (c *Contract) Unanswered(windows []servicetest.Window) (list []string) {
	seen := map[string]bool{}
	for _, w := range windows {
		for _, r := range w.Requests {
			method, path, _ := strings.Cut(r.Name, " ")
			if route := c.find(method, path); route != nil {
				seen[method+" "+route.Path+" "+r.Status] = true
			}
		}
	}
	for template, item := range c.Doc.Paths.Map() {
		for method, operation := range item.Operations() {
			for text := range operation.Responses.Map() {
				code, err := strconv.Atoi(text)
				if err != nil || !seen[method+" "+template+" "+servicetest.StatusName(code)] {
					list = append(list, method+" "+template+" "+text)
				}
			}
		}
	}
	slices.Sort(list)
	return list
}

// find returns the operation that serves a path, nil for none. A literal part of a template wins over a variable.
func (c *Contract) find(method, path string) *routers.Route {
	var best *routers.Route
	for template, item := range c.Doc.Paths.Map() {
		operation := item.GetOperation(method)
		if operation != nil && matches(template, path) && (best == nil || strings.Count(template, "{") < strings.Count(best.Path, "{")) {
			best = &routers.Route{Spec: c.Doc, Path: template, PathItem: item, Method: method, Operation: operation}
		}
	}
	return best
}

func matches(template, path string) bool {
	a, b := strings.Split(template, "/"), strings.Split(path, "/")
	return len(a) == len(b) && slices.EqualFunc(a, b, func(part, text string) bool {
		return part == text || strings.HasPrefix(part, "{") && text != ""
	})
}
