package archtest

import (
	"fmt"
	"go/ast"
	"path"
	"slices"
	"strings"
)

// checkImports keeps the directions between areas and between the slices of one area.
func (c *check) checkImports() {
	for _, f := range c.files {
		from := placeOf(f.dir)
		c.imports(f, func(spec *ast.ImportSpec, target string, own bool) {
			if !own {
				if from.area == "kernel" && strings.Contains(firstPart(target), ".") {
					c.report("area", f, spec, "kernel imports %s; it may import the standard library alone", target)
				}
				return
			}
			to := placeOf(target)
			switch {
			case to.area == "app" && from.area != "app" && firstPart(f.dir) != "cmd":
				c.report("area", f, spec, "%s imports app; only cmd may", f.dir)
			case from.area == "kernel" && to.area != "kernel":
				c.report("area", f, spec, "kernel imports %s; it may import the standard library alone", target)
			case from.area == "" || to.area == "" || from.slice == to.slice:
			case f.test && from.slice == "internal/"+from.area: // the tests of a whole area lie in its own folder
			case to.level() > from.level():
				c.report("area", f, spec, "%s imports %s, which stands above it", from.area, target)
			case f.test && to.slice == "internal/platform/db": // tests of platform run on real databases too
			case to.area == from.area:
				c.checkSameArea(f, spec, from.slice, to.slice)
			}
		})
	}
}

func (c *check) checkSameArea(f *file, spec *ast.ImportSpec, from, to string) {
	pair := strings.TrimPrefix(from, "internal/") + " → " + strings.TrimPrefix(to, "internal/")
	seen := c.used[pair]
	c.used[pair] = true
	if _, ok := c.allowed[pair]; !ok && !seen {
		c.report("same-area", f, spec, "%s is not among the allowed pairs", pair)
	}
}

// checkStale keeps the list of allowed pairs short: a pair that nobody uses is taken off it.
func (c *check) checkStale() {
	for pair, reason := range c.allowed {
		if !c.used[pair] {
			c.add("stale", "internal/archtest/house.go", 0, fmt.Sprintf("%s is allowed but not used", pair))
		}
		if strings.TrimSpace(reason) == "" {
			c.add("stale", "internal/archtest/house.go", 0, fmt.Sprintf("%s is allowed without a reason", pair))
		}
	}
}

// checkLoops finds slices that reach themselves. Go forbids loops of packages, but a slice is a folder with its tests and
// sub-folders, and that can be in a loop all the same.
func (c *check) checkLoops() {
	graph := map[string][]string{}
	where := map[string]*file{}
	for _, f := range c.files {
		from := placeOf(f.dir)
		c.imports(f, func(_ *ast.ImportSpec, target string, own bool) {
			to := placeOf(target)
			if own && from.area != "" && to.area != "" && from.slice != to.slice && !slices.Contains(graph[from.slice], to.slice) {
				graph[from.slice] = append(graph[from.slice], to.slice)
				where[from.slice+">"+to.slice] = f
			}
		})
	}
	for _, knot := range knots(graph) {
		first := ""
		for _, to := range graph[knot[0]] {
			if f := where[knot[0]+">"+to]; slices.Contains(knot, to) && (first == "" || f.path < first) {
				first = f.path
			}
		}
		c.add("loop", first, 0, strings.Join(knot, " and ")+" import each other")
	}
}

// knots returns the groups of nodes that reach each other, each sorted, by Tarjan's algorithm for strongly connected
// components.
func knots(graph map[string][]string) [][]string {
	var (
		found     [][]string
		stack     []string
		order     = map[string]int{}
		low       = map[string]int{}
		visit     func(node string)
		nodes     = make([]string, 0, len(graph))
		nextOrder = 1
	)
	visit = func(node string) {
		order[node], low[node] = nextOrder, nextOrder
		nextOrder++
		stack = append(stack, node)
		for _, next := range graph[node] {
			if order[next] == 0 {
				visit(next)
				low[node] = min(low[node], low[next])
			} else if slices.Contains(stack, next) {
				low[node] = min(low[node], order[next])
			}
		}
		if low[node] == order[node] {
			i := slices.Index(stack, node)
			group := slices.Sorted(slices.Values(stack[i:]))
			stack = stack[:i]
			if len(group) > 1 {
				found = append(found, group)
			}
		}
	}
	for node := range graph {
		nodes = append(nodes, node)
	}
	slices.Sort(nodes)
	for _, node := range nodes {
		if order[node] == 0 {
			visit(node)
		}
	}
	return found
}

// checkOwners keeps each library with its owner, so that changing it is a change in one place.
func (c *check) checkOwners() {
	for _, f := range c.files {
		if first := firstPart(f.dir); f.test || first != "internal" && first != "cmd" {
			continue // a test may speak to what it tests in any way
		}
		c.imports(f, func(spec *ast.ImportSpec, target string, own bool) {
			name := target
			if own {
				name = c.module + "/" + target
			}
			for _, o := range owners {
				if matchesLibrary(name, o.libraries) && !o.holds(f) {
					c.report("owner", f, spec, "%s belongs to %s", target, strings.Join(o.places, ", "))
				}
			}
		})
	}
}

// holds tells whether a file is in one of the owner's places: a folder ("internal/platform/db", with what is below it) or
// a file pattern of the slices ("store*.go").
func (o owner) holds(f *file) bool {
	for _, p := range o.places {
		if strings.Contains(p, ".go") {
			if ok, _ := path.Match(p, f.base); ok && placeOf(f.dir).isSlice() {
				return true
			}
		} else if f.dir == p || strings.HasPrefix(f.dir, p+"/") {
			return true
		}
	}
	return false
}

// matchesLibrary tells whether an import is one of the libraries or below one. "net/http" and "net/http/httptest" are one
// library; so are "github.com/x/y" and "github.com/x/y/v2".
func matchesLibrary(name string, libraries []string) bool {
	return slices.ContainsFunc(libraries, func(l string) bool {
		return name == l || strings.HasPrefix(name, l+"/")
	})
}

func firstPart(p string) string {
	first, _, _ := strings.Cut(p, "/")
	return first
}
