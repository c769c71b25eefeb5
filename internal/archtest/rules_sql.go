package archtest

import (
	"go/ast"
	"go/token"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// SQL is written in capitals, and names in lower case. That tells it from English, a keyword from a name, and
// "FOR UPDATE" or "DO UPDATE SET" from the update of a table.
var (
	commentPattern = regexp.MustCompile(`--[^\n]*`)
	createPattern  = regexp.MustCompile(`\bCREATE\s+(?:VIRTUAL\s+|UNLOGGED\s+)?TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?([a-z_][a-z0-9_]*)`)
	writePattern   = regexp.MustCompile(`\b(?:INSERT\s+(?:OR\s+[A-Z]+\s+)?INTO|UPDATE|DELETE\s+FROM|TRUNCATE|ALTER\s+TABLE|DROP\s+TABLE)\s+([a-z_][a-z0-9_]*)`)
	readPattern    = regexp.MustCompile(`\b(?:FROM|JOIN)\s+([a-z_][a-z0-9_]*(?:(?:\s+AS)?\s+[a-z_][a-z0-9_]*)?(?:\s*,\s*[a-z_][a-z0-9_]*(?:(?:\s+AS)?\s+[a-z_][a-z0-9_]*)?)*)`)
	deletePattern  = regexp.MustCompile(`\bDELETE\s+FROM\b`)
	sqlPattern     = regexp.MustCompile(`^\s*(?:SELECT\s|WITH\s+[a-z_]+\s+AS\b|AND\s+[a-z_.]+\s*(?:=|<|>|IN\b|IS\b)|ORDER\s+BY\s|WHERE\s+[a-z_(])` +
		`|\b(?:INSERT\s+INTO|DELETE\s+FROM|CREATE\s+TABLE|ALTER\s+TABLE|DROP\s+TABLE)\s+[a-z_]` +
		`|\bUPDATE\s+[a-z_]+\s+SET\b|\bCREATE\s+(?:UNIQUE\s+)?INDEX\b|\bSELECT\b[^.]*\bFROM\s+[a-z_]`)
)

// queryCalls are the functions of platform/db that take SQL. Transactions (Write, Read, After) are opened by services.
var queryCalls = []string{"One", "All", "Exec", "Insert", "Put", "New", "In", "Cols"}

// use is one mention of a table.
type use struct {
	table string
	file  *file
	at    ast.Node
}

// uses are all mentions of tables in a tree.
type uses struct {
	created, written, read []use
}

// checkSQL keeps SQL in its files and every table with its slice.
func (c *check) checkSQL() {
	var u uses
	for _, f := range c.files {
		switch p := placeOf(f.dir); {
		case f.test, f.dir == "cmd/heedbench": // may look behind the curtain
		case p.area == "platform" || isStore(f):
			c.collectSQL(f, &u)
		case p.area != "" || firstPart(f.dir) == "cmd":
			c.checkNoSQL(f)
		}
	}
	owner := c.checkCreated(u.created)
	for _, w := range u.written {
		switch of, known := owner[w.table]; {
		case !known:
			c.report("writer", w.file, w.at, "table %s is written here but created nowhere", w.table)
		case of != placeOf(w.file.dir).slice:
			c.report("writer", w.file, w.at, "table %s is written here; it belongs to %s", w.table, of)
		}
	}
	for _, r := range u.read {
		from := placeOf(r.file.dir)
		if of, known := owner[r.table]; known && of != from.slice && from.area != "insight" {
			c.report("reader", r.file, r.at, "table %s is read here; it belongs to %s, and only insight reads foreign tables", r.table, of)
		}
	}
}

// collectSQL finds the tables that a file creates, writes and reads.
func (c *check) collectSQL(f *file, u *uses) {
	c.texts(f, func(at ast.Node, text string) {
		sql := commentPattern.ReplaceAllString(text, "")
		for _, m := range createPattern.FindAllStringSubmatch(sql, -1) {
			u.created = append(u.created, use{m[1], f, at})
		}
		for _, m := range writePattern.FindAllStringSubmatch(sql, -1) {
			u.written = append(u.written, use{m[1], f, at})
		}
		for _, m := range readPattern.FindAllStringSubmatch(deletePattern.ReplaceAllString(sql, "DELETE"), -1) {
			for item := range strings.SplitSeq(m[1], ",") {
				u.read = append(u.read, use{strings.Fields(item)[0], f, at})
			}
		}
	})
	c.calls(f, "internal/platform/db", func(call *ast.CallExpr, name string) {
		if (name == "Insert" || name == "Put") && len(call.Args) > 2 {
			if table, ok := c.constant(f, call.Args[2]); ok {
				u.written = append(u.written, use{table, f, call})
			}
		}
	})
}

// checkCreated returns the slice that creates each table.
func (c *check) checkCreated(created []use) map[string]string {
	owner := map[string]string{}
	for _, u := range created {
		slice := placeOf(u.file.dir).slice
		if other, known := owner[u.table]; known && other != slice {
			c.report("writer", u.file, u.at, "table %s is created here and in %s", u.table, other)
			continue
		}
		owner[u.table] = slice
	}
	return owner
}

// checkNoSQL finds SQL where none belongs.
func (c *check) checkNoSQL(f *file) {
	c.texts(f, func(at ast.Node, text string) {
		if sqlPattern.MatchString(text) {
			c.report("place", f, at, "SQL belongs in store*.go")
		}
	})
	c.calls(f, "internal/platform/db", func(call *ast.CallExpr, name string) {
		if slices.Contains(queryCalls, name) {
			c.report("place", f, call, "db.%s belongs in store*.go", name)
		}
	})
}

// isStore tells whether SQL may stand in a file: a store*.go of a slice, or the file with its schema.
func isStore(f *file) bool {
	ok, _ := path.Match("store*.go", f.base)
	ok = ok || slices.ContainsFunc(f.ast.Decls, func(d ast.Decl) bool {
		fn, isFunc := d.(*ast.FuncDecl)
		return isFunc && fn.Recv == nil && fn.Name.Name == "Migrations"
	})
	return ok && placeOf(f.dir).level() > slices.Index(areas, "platform") // app too: it remembers what is demo data
}

// texts calls fn for each string of a file. What is joined by + is one string, with a space for each part that is not
// constant.
func (c *check) texts(f *file, fn func(at ast.Node, text string)) {
	ast.Inspect(f.ast, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ImportSpec, *ast.Field:
			return false // paths and tags
		case *ast.BinaryExpr:
			if text, ok := joined(n); ok {
				fn(n, text)
				return false
			}
		case *ast.BasicLit:
			if text, ok := joined(n); ok {
				fn(n, text)
			}
		}
		return true
	})
}

// joined is the text of a string literal or of a concatenation that holds at least one.
func joined(e ast.Expr) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		if e.Kind != token.STRING {
			return "", false
		}
		text, err := strconv.Unquote(e.Value)
		return text, err == nil
	case *ast.BinaryExpr:
		if e.Op != token.ADD {
			return "", false
		}
		left, ok1 := joined(e.X)
		right, ok2 := joined(e.Y)
		if !ok1 {
			left = " "
		}
		if !ok2 {
			right = " "
		}
		return left + right, ok1 || ok2
	}
	return "", false
}

// calls calls fn for each call of a function of one of our packages, generic ones included.
func (c *check) calls(f *file, pkg string, fn func(call *ast.CallExpr, name string)) {
	known := c.importName(f, pkg, true)
	if known == "" {
		return
	}
	ast.Inspect(f.ast, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		fun := call.Fun
		switch generic := fun.(type) {
		case *ast.IndexExpr:
			fun = generic.X
		case *ast.IndexListExpr:
			fun = generic.X
		}
		if sel, ok := fun.(*ast.SelectorExpr); ok && isIdent(sel.X, known) {
			fn(call, sel.Sel.Name)
		}
		return true
	})
}

// constant is the value of a string expression that stands in the source: a literal, or a constant of the same package.
func (c *check) constant(f *file, e ast.Expr) (string, bool) {
	if id, ok := e.(*ast.Ident); ok {
		e = c.constants[f.dir+"."+id.Name]
	}
	return joined(e)
}

// indexConstants gathers the constants of the tree as "folder.Name".
func (t *tree) indexConstants() {
	t.constants = map[string]ast.Expr{}
	for _, f := range t.files {
		for _, d := range f.ast.Decls {
			gen, ok := d.(*ast.GenDecl)
			if !ok || gen.Tok != token.CONST {
				continue
			}
			for _, s := range gen.Specs {
				spec, _ := s.(*ast.ValueSpec)
				for i, value := range spec.Values {
					t.constants[f.dir+"."+spec.Names[i].Name] = value
				}
			}
		}
	}
}
