package scan

// Source returns the public document or rule set that gives the structure of a
// kind, "" when there is none.
func Source(k Kind) string {
	for _, s := range structural {
		if s.id == k {
			return s.source
		}
	}
	for i := range nameRows {
		if nameRows[i].id == k {
			return nameRows[i].source
		}
	}
	for i := range rows {
		if rows[i].id == k {
			return rows[i].source
		}
	}
	return ""
}

// ByName reports whether a kind is given away by the name beside the value
// rather than by the value.
func ByName(k Kind) bool {
	for i := range nameRows {
		if nameRows[i].id == k {
			return true
		}
	}
	return false
}
