package archtest

import (
	"go/ast"
	"path"
	"slices"
	"strings"
)

// clockCalls read the machine's time. A rule that does cannot be tested at midnight, on 29 February or after a year.
var clockCalls = []string{"Now", "Since", "Until"}

// checkClock finds slices that look at the machine's time.
func (c *check) checkClock() {
	for _, f := range c.files {
		if f.test || !placeOf(f.dir).isSlice() {
			continue
		}
		name := c.importName(f, "time", false)
		if name == "" {
			continue
		}
		ast.Inspect(f.ast, func(n ast.Node) bool {
			if sel, ok := n.(*ast.SelectorExpr); ok && isIdent(sel.X, name) && slices.Contains(clockCalls, sel.Sel.Name) {
				c.report("clock", f, sel, "time.%s: take the time from the clock of the constructor's struct", sel.Sel.Name)
			}
			return true
		})
	}
}

// checkInit finds init functions: what they do happens in an order that nobody reads, in every program that links them.
func (c *check) checkInit() {
	for _, f := range c.files {
		if first := firstPart(f.dir); first != "internal" && first != "cmd" {
			continue
		}
		for _, d := range f.ast.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == "init" {
				c.report("init", f, fn, "init function: let app call it")
			}
		}
	}
}

// vagueNames say nothing of what is inside, so everything ends up inside.
var vagueNames = []string{"util", "utils", "common", "helper", "helpers", "manager", "managers", "model", "models", "misc", "shared", "base"}

// checkPackages wants a package comment in each package, and a package named like its folder.
func (c *check) checkPackages() {
	type pkg struct {
		first *file
		doc   bool
	}
	packages := map[string]*pkg{}
	for _, f := range c.files {
		if f.test {
			continue
		}
		p := packages[f.dir]
		if p == nil {
			p = &pkg{first: f}
			packages[f.dir] = p
			c.checkName(f)
		}
		p.doc = p.doc || f.ast.Doc != nil && strings.TrimSpace(f.ast.Doc.Text()) != ""
	}
	for dir, p := range packages {
		if !p.doc {
			c.report("doc", p.first, p.first.ast.Name, "package %s has no package comment", dir)
		}
	}
}

func (c *check) checkName(f *file) {
	folder, name := path.Base(f.dir), f.ast.Name.Name
	if name != "main" && f.dir != "." && folder != name {
		c.report("name", f, f.ast.Name, "package %s lies in a folder called %s", name, folder)
	}
	if slices.Contains(vagueNames, name) {
		c.report("name", f, f.ast.Name, "%s says nothing of what is inside", name)
	}
}

// importName is the name by which a file knows a package, "" when it does not import it.
func (c *check) importName(f *file, target string, own bool) string {
	found := ""
	c.imports(f, func(spec *ast.ImportSpec, to string, isOwn bool) {
		if to != target || isOwn != own {
			return
		}
		found = path.Base(target)
		if spec.Name != nil {
			found = spec.Name.Name
		}
	})
	return found
}

func isIdent(e ast.Expr, name string) bool {
	id, ok := e.(*ast.Ident)
	return ok && id.Name == name
}
