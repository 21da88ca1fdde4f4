package cookbook_test

import (
	"fmt"

	"github.com/daxis-io/arco-audit/internal/interop/cookbook"
)

func ExampleTranslate() {
	fmt.Println(cookbook.Translate("SELECT JSON_VALUE(labels, '$.tenant'), TIMESTAMP_TRUNC(timestamp, HOUR)"))
	// Output: SELECT json_extract(labels, '$.tenant'), TIMESTAMP_TRUNC(timestamp, 'HOUR')
}
