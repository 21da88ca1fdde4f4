//go:build journal_planted

package journal

import "os"

// planted tells whether the environment asks for this bug.
func planted(p plant) bool { return os.Getenv("JOURNAL_PLANT") == string(p) }
