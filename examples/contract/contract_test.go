package contract_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"

	"github.com/daxis-io/arco-audit/examples/contract"
	"github.com/daxis-io/arco-audit/examples/servicetest"
)

const file = `{"openapi":"3.0.3","info":{"title":"t","version":"1"},"paths":{"/things/{id}":{
	"parameters":[{"name":"id","in":"path","required":true,"schema":{"type":"string"}}],
	"get":{"responses":{"204":{"description":"there"},"404":{"description":"not there"}}}}}}`

func Example() {
	dir, err := os.MkdirTemp("", "contract")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	name := filepath.Join(dir, "openapi.json")
	if err := os.WriteFile(name, []byte(file), 0o600); err != nil {
		fmt.Println(err)
		return
	}
	c, err := contract.Load(name)
	if err != nil {
		fmt.Println(err)
		return
	}
	r := httptest.NewRequest("GET", "/things/1", nil)
	fmt.Println(c.Check(r, http.StatusNoContent, http.Header{}, ""))
	fmt.Println(c.Check(r, http.StatusConflict, http.Header{}, ""))
	seen := []servicetest.Window{{Requests: []servicetest.Request{{Name: "GET /things/1", Status: "http.StatusNoContent"}}}}
	fmt.Println(c.Unanswered(seen))
	// Output:
	// <nil>
	// contract: GET /things/{id} is answered 409, which the file has not
	// [GET /things/{id} 404]
}
