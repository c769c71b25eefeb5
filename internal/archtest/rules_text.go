package archtest

import (
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"io/fs"
	"strings"
)

// languages are the languages that Heed ships.
var languages = []string{"en", "zh-CN", "zh-TW"}

// faultKeyAt is the position of the key among the arguments of the functions of kernel/fault.
var faultKeyAt = map[string]int{
	"Invalid": 0, "NotFound": 0, "Forbidden": 0, "Unauthenticated": 0, "Conflict": 0, "Exists": 0,
	"TooLarge": 0, "TooMany": 0, "Unavailable": 0, "New": 1, "Wrap": 2,
}

// checkTexts wants a text in each language for every key that an error carries: "fault." + key for an error, the key itself
// for a field. A person who meets an error must never read a key.
func (c *check) checkTexts() error {
	known := map[string]map[string]bool{}
	for _, language := range languages {
		keys, err := c.keys("internal/platform/i18n/" + language + ".json")
		if err != nil {
			return err
		}
		known[language] = keys
	}
	want := func(f *file, at ast.Node, key string) {
		var missing []string
		for _, language := range languages {
			if !known[language][key] {
				missing = append(missing, language)
			}
		}
		if missing != nil {
			c.report("text", f, at, "%s has no text in %s", key, strings.Join(missing, ", "))
		}
	}
	for _, f := range c.files {
		if f.test {
			continue
		}
		c.calls(f, "internal/kernel/fault", func(call *ast.CallExpr, name string) {
			i, ok := faultKeyAt[name]
			if !ok || len(call.Args) <= i {
				return
			}
			if key, ok := c.constant(f, call.Args[i]); ok {
				want(f, call, "fault."+key)
			}
		})
		c.fieldKeys(f, func(call *ast.CallExpr, key string) { want(f, call, key) })
	}
	return nil
}

// fieldKeys calls fn for each x.Add(field, key, …) where the file declares x as fault.Fields.
func (c *check) fieldKeys(f *file, fn func(call *ast.CallExpr, key string)) {
	fault := c.importName(f, "internal/kernel/fault", true)
	if fault == "" {
		return
	}
	collectors := fieldCollectors(f.ast, fault)
	ast.Inspect(f.ast, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok || len(call.Args) < 2 {
			return true
		}
		sel, ok := call.Fun.(*ast.SelectorExpr)
		if !ok || sel.Sel.Name != "Add" {
			return true
		}
		if id, ok := sel.X.(*ast.Ident); ok && collectors[id.Name] {
			if key, ok := c.constant(f, call.Args[1]); ok {
				fn(call, key)
			}
		}
		return true
	})
}

// fieldCollectors are the names that a file gives to values of type fault.Fields.
func fieldCollectors(f *ast.File, fault string) map[string]bool {
	names := map[string]bool{}
	declare := func(of ast.Expr, idents ...*ast.Ident) {
		if isFields(of, fault) {
			for _, id := range idents {
				names[id.Name] = true
			}
		}
	}
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ValueSpec:
			declare(n.Type, n.Names...)
		case *ast.Field:
			declare(n.Type, n.Names...)
		case *ast.AssignStmt:
			if id, ok := n.Lhs[0].(*ast.Ident); ok && len(n.Rhs) == 1 {
				declare(n.Rhs[0], id)
			}
		}
		return true
	})
	return names
}

// isFields tells whether an expression is fault.Fields, *fault.Fields, fault.Fields{} or &fault.Fields{}.
func isFields(e ast.Expr, fault string) bool {
	switch inner := e.(type) {
	case *ast.StarExpr:
		e = inner.X
	case *ast.UnaryExpr:
		e = inner.X
	}
	if lit, ok := e.(*ast.CompositeLit); ok {
		e = lit.Type
	}
	sel, ok := e.(*ast.SelectorExpr)
	return ok && isIdent(sel.X, fault) && sel.Sel.Name == "Fields"
}

// keys reads the keys of a file of texts; nested objects are joined by dots. A tree without the file has no keys.
func (c *check) keys(name string) (map[string]bool, error) {
	keys := map[string]bool{}
	data, err := fs.ReadFile(c.root, name)
	if errors.Is(err, fs.ErrNotExist) {
		return keys, nil
	} else if err != nil {
		return nil, err
	}
	var texts map[string]any
	if err := json.Unmarshal(data, &texts); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	var flatten func(prefix string, m map[string]any)
	flatten = func(prefix string, m map[string]any) {
		for k, v := range m {
			if inner, ok := v.(map[string]any); ok {
				flatten(prefix+k+".", inner)
			} else {
				keys[prefix+k] = true
			}
		}
	}
	flatten("", texts)
	return keys, nil
}
