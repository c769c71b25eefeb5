package archtest

import (
	"cmp"
	"fmt"
	"go/ast"
	"io/fs"
	"slices"
)

// check gathers the findings of one tree.
type check struct {
	*tree
	allowed  map[string]string // the allowed same-area pairs and why
	used     map[string]bool
	findings []Finding
}

// Check applies every rule to the source tree below root. allowed are the same-area imports that are not a finding, "a → b"
// with the reason. An error means that the tree could not be read or parsed.
func Check(root fs.FS, allowed map[string]string) ([]Finding, error) {
	t, err := load(root)
	if err != nil {
		return nil, err
	}
	c := &check{tree: t, allowed: allowed, used: map[string]bool{}}
	c.checkImports()
	c.checkStale()
	c.checkLoops()
	c.checkOwners()
	c.checkSQL()
	c.checkClock()
	c.checkInit()
	c.checkPackages()
	if err := c.checkTexts(); err != nil {
		return nil, err
	}
	if err := c.checkMap(); err != nil {
		return nil, err
	}
	c.checkDecisions()
	if err := c.checkPages(); err != nil {
		return nil, err
	}
	slices.SortFunc(c.findings, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Text, b.Text))
	})
	return slices.Compact(c.findings), nil
}

func (c *check) add(rule, file string, line int, text string) {
	c.findings = append(c.findings, Finding{Rule: rule, File: file, Line: line, Text: text})
}

func (c *check) report(rule string, f *file, at ast.Node, format string, args ...any) {
	c.add(rule, f.path, c.line(at.Pos()), fmt.Sprintf(format, args...))
}
