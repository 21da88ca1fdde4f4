package scan

// parameters are the names inside of values that are queries or connection
// strings themselves: shared access signatures and storage accounts of Azure
// (learn.microsoft.com).
var parameters = stateSet(`sv se sp sig sr ss srt st spr sip si skoid sktid skt ske sks skv saoid suoid scid sdd ses skn
	defaultendpointsprotocol accountname accountkey endpointsuffix blobendpoint queueendpoint fileendpoint tableendpoint
	sharedaccesssignature sharedaccesskey sharedaccesskeyname endpoint entitypath r e s`)

// extend lets a value that is a query or a connection string go on to its last
// parameter.
func (p *pair) extend(text string) {
	if p.quoted {
		return
	}
	first := runMax(text, p.valueStart, 32, letter)
	if first >= len(text) || text[first] != '=' || !knows(parameters, text[p.valueStart:first]) {
		return
	}
	const most = 4 << 10
	for end := p.valueEnd; end < len(text) && end-p.valueStart < most && (text[end] == '&' || text[end] == ';'); end = p.valueEnd {
		to := runMax(text, end+1, 32, letter)
		if to >= len(text) || text[to] != '=' || !knows(parameters, text[end+1:to]) {
			return
		}
		for to < len(text) && !ends(text, to) {
			to++
		}
		p.valueEnd = to
	}
}
