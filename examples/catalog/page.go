package catalog

import (
	"encoding/base64"
	"net/http"
	"slices"
	"strconv"
)

const (
	defaultPage = 100
	maxPage     = 1000
)

// page cuts one page out of sorted keys. The token is opaque to clients: base64url of the last key served,
// so that a page survives changes before it. Without pageToken and pageSize everything is one page, which
// is what the specification asks of clients that do not page.
func page(r *http.Request, keys []string) (part []string, next string, err error) {
	q := r.URL.Query()
	size := len(keys)
	if q.Has("pageToken") || q.Has("pageSize") {
		size = defaultPage
	}
	if s := q.Get("pageSize"); s != "" {
		if size, err = strconv.Atoi(s); err != nil || size < 1 {
			return nil, "", errPageToken
		}
		size = min(size, maxPage)
	}
	start := 0
	if token := q.Get("pageToken"); token != "" {
		last, err := base64.RawURLEncoding.DecodeString(token)
		if err != nil {
			return nil, "", errPageToken
		}
		at, found := slices.BinarySearch(keys, string(last))
		if start = at; found {
			start++
		}
	}
	end := min(start+size, len(keys))
	if end < len(keys) {
		next = base64.RawURLEncoding.EncodeToString([]byte(keys[end-1]))
	}
	return keys[start:end], next, nil
}
