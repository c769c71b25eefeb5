package archtest_test

import (
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"heed/internal/archtest"
)

func TestTheHouseKeepsItsRules(t *testing.T) {
	t.Parallel()
	findings, err := archtest.Check(os.DirFS("../.."), archtest.Allowed)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range findings {
		t.Error(f)
	}
}

// rules are the rules of the package comment. Each must be proved by at least one file in testdata.
var rules = []string{
	"area", "same-area", "loop", "owner", "place", "writer", "reader", "clock", "init", "doc", "name", "text", "map", "docs", "stale",
}

func TestEveryRuleCatchesTheTreeThatBreaksIt(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	proved := map[string]bool{}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		c := parseCase(string(data))
		for _, w := range c.want {
			rule, _, _ := strings.Cut(w, ":")
			proved[rule] = true
		}
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txt"), func(t *testing.T) {
			t.Parallel()
			findings, err := archtest.Check(c.tree, c.allowed)
			if err != nil {
				t.Fatal(err)
			}
			got := make([]string, 0, len(findings))
			for _, f := range findings {
				got = append(got, f.String())
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("found\n\t%s\nwant\n\t%s", strings.Join(got, "\n\t"), strings.Join(c.want, "\n\t"))
			}
		})
	}
	for _, rule := range rules {
		if !proved[rule] {
			t.Errorf("no file in testdata proves the rule %q", rule)
		}
	}
}

// wrongTree is one file of testdata.
type wrongTree struct {
	tree    fstest.MapFS
	allowed map[string]string
	want    []string
}

// parseCase reads a case: lines of comment, "allow: a → b: reason" and "want: finding", then the files, each after a line
// "-- path --". What every tree has and no case is about is added: go.mod, and a map with all slices on it.
func parseCase(text string) wrongTree {
	c := wrongTree{tree: fstest.MapFS{}, allowed: map[string]string{}}
	var current *fstest.MapFile
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		if name, ok := strings.CutPrefix(line, "-- "); ok && strings.HasSuffix(name, " --") {
			current = &fstest.MapFile{Mode: 0o644}
			c.tree[strings.TrimSuffix(name, " --")] = current
			continue
		}
		switch {
		case current != nil:
			current.Data = append(current.Data, line+"\n"...)
		case strings.HasPrefix(line, "allow: "):
			pair, reason, _ := strings.Cut(strings.TrimPrefix(line, "allow: "), ":")
			c.allowed[pair] = reason
		case strings.HasPrefix(line, "want: "):
			c.want = append(c.want, strings.TrimPrefix(line, "want: "))
		}
	}
	if c.tree["docs/ARCHITECTURE.md"] == nil {
		lines := []string{"## The map"}
		for _, name := range slices.Sorted(maps.Keys(c.tree)) {
			lines = append(lines, fmt.Sprintf("`%s`", path.Dir(name)))
		}
		c.tree["docs/ARCHITECTURE.md"] = &fstest.MapFile{Mode: 0o644, Data: []byte(strings.Join(lines, "\n"))}
	}
	c.tree["go.mod"] = &fstest.MapFile{Mode: 0o644, Data: []byte("module heed\n")}
	return c
}
