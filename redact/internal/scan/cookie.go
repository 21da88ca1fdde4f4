package scan

import "strings"

// jar is the header with cookies that a sweep came upon last: those behind at are
// still to be looked at.
type jar struct {
	at, limit int
	kind      Kind
}

// openJar returns the jar of the cookies that begin at text[at].
func openJar(text string, at int, kind Kind) jar {
	return jar{at: at, limit: min(len(text), at+maxValue), kind: kind}
}

// next returns the next cookie whose value a generator made. Attributes of cookies
// (RFC 6265, 4.1) stand between them.
func (j *jar) next(text string) (Finding, bool) {
	for j.at < j.limit {
		at := j.at
		nameEnd := runMax(text, at, maxName, name)
		if nameEnd >= j.limit {
			break
		}
		end, sign := nameEnd, run(text[:j.limit], nameEnd, white)
		if sign < j.limit && text[sign] == '=' {
			from := run(text[:j.limit], sign+1, white)
			end = cookieEnd(text[:j.limit], from)
			if v := text[from:end]; len(v) >= 16 && !knows(visits, text[at:nameEnd]) && random(v) && !placeholder(v) && !reference(v) {
				f := Finding{Kind: j.kind, Start: from, End: cookieEnd(text, end)}
				*j = openJar(text, skipDivider(text, f.End), j.kind)
				return f, true
			}
			if hasFold(text, at, "expires=") {
				end = index(text[:j.limit], end, ';')
			}
		}
		if j.at = skipDivider(text[:j.limit], end); j.at == at {
			break
		}
	}
	j.limit = j.at
	return Finding{}, false
}

// visits are cookies that tell browsers apart, or to which server of a group a
// browser goes, and let nobody in (docs.aws.amazon.com: sticky sessions;
// cloud.google.com: session affinity; learn.microsoft.com: ARR affinity;
// segment.com: Analytics.js; support.google.com: Google Analytics).
var visits = stateSet(`awsalb awsalbcors awsalbtg awsalbtgcors awselb awselbcors gclb arraffinity arraffinitysamesite ajs_anonymous_id ajs_user_id
	_ga _gid _gcl_au _fbp _fbc _hjid __utma __utmb __utmc __utmz optimizelyenduserid`)

// skipDivider returns the end of what stands between two cookies at text[at], or at
// when nothing but a space divides what can be the fields of a log.
func skipDivider(text string, at int) int {
	end, divided := at, false
	for end < len(text) && (text[end] == ';' || text[end] == ' ' || text[end] == '+') {
		divided = divided || text[end] == ';'
		end++
	}
	if !divided && !inList(text[end:]) {
		return at
	}
	return end
}

// inList reports whether a bracket closes in what is left of the line and of the
// headers that it holds.
func inList(rest string) bool {
	i := strings.IndexAny(rest[:min(len(rest), maxValue)], "[]\n")
	return i >= 0 && rest[i] == ']'
}
