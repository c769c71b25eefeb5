package rest

import (
	"path"
	"reflect"
	"strings"
	"unicode"

	"github.com/danielgtaylor/huma/v2"
)

// schemaNamer names the types in the API's document: by package and type, so
// that two slices may use one name, pages by what they hold, and bodies that
// have no type of their own by their operation.
type schemaNamer struct{ operation string }

func (n *schemaNamer) name(t reflect.Type, hint string) string {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Name() == "" {
		if n.operation != "" && strings.HasSuffix(hint, "Body") {
			return camel(n.operation) + "Request"
		}
		return huma.DefaultSchemaNamer(t, camel(n.operation)+hint)
	}
	outer, inner, generic := strings.Cut(t.String(), "[")
	if !generic {
		return qualified(outer)
	}
	inner = qualified(path.Base(strings.TrimSuffix(inner, "]")))
	if outer == "page.Of" {
		return inner + "Page"
	}
	return qualified(outer) + inner
}

// qualified turns "agent.Wire" into "AgentWire" and "ticket.TicketCore" into "TicketCore".
func qualified(name string) string {
	pkg, typ, ok := strings.Cut(strings.TrimPrefix(name, "*"), ".")
	if !ok {
		return camel(name)
	}
	if prefix := camel(pkg); !strings.HasPrefix(typ, prefix) {
		typ = prefix + camel(typ)
	}
	return typ
}

// camel turns "list-tickets" into "ListTickets".
func camel(s string) string {
	var b strings.Builder
	up := true
	for _, r := range s {
		switch {
		case r == '-' || r == '_' || r == '.' || r == '/':
			up = true
		case up:
			b.WriteRune(unicode.ToUpper(r))
			up = false
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
