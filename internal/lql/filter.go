package lql

// Filter is a query that was read. It does not change and is safe for concurrent use.
type Filter struct{ root node }

// Parse reads a query. The empty query matches every entry. An error says at which byte, and never repeats the
// query.
func Parse(query string) (*Filter, error) {
	tokens, err := Tokens(query)
	if err != nil {
		return nil, err
	}
	p := parser{tokens: tokens, size: len(query)}
	if len(tokens) == 0 {
		return &Filter{conjunction{}}, nil
	}
	root, err := p.expression(p.term)
	if err != nil {
		return nil, err
	}
	if p.at < len(tokens) {
		return nil, p.fault("a parenthesis or a comma that nothing opened")
	}
	return &Filter{root}, nil
}

// Match tells whether the entry satisfies the query. The entry is only read.
func (f *Filter) Match(e Entry) bool { return f.root.match(e) }

// node is a part of a query.
type node interface{ match(e Entry) bool }

type (
	conjunction []node
	disjunction []node
	negation    struct{ node }
)

func (c conjunction) match(e Entry) bool {
	for _, n := range c {
		if !n.match(e) {
			return false
		}
	}
	return true
}

func (d disjunction) match(e Entry) bool {
	for _, n := range d {
		if n.match(e) {
			return true
		}
	}
	return false
}

func (n negation) match(e Entry) bool { return !n.node.match(e) }

// anywhere is a value that some field must have, in the sense of ":" ([lql], Global restrictions).
type anywhere struct{ literal }

func (a anywhere) match(e Entry) bool { return hasBelow(map[string]any(e), a.literal) }
