package archtest

import (
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
)

const decisionFolder = "docs/adr"

var (
	decisionName  = regexp.MustCompile(`^([0-9]{4})-[a-z0-9-]+\.md$`)
	decisionTitle = regexp.MustCompile(`^# ([0-9]{4})\. (.+)`)
	statusPattern = regexp.MustCompile(`(?m)^Status: (.+)$`)
	datePattern   = regexp.MustCompile(`(?m)^Date: [0-9]{4}-[0-9]{2}-[0-9]{2}$`)
	linkPattern   = regexp.MustCompile(`\]\(([^)\s#]+)(?:#[^)]*)?\)`)
	makePattern   = regexp.MustCompile(`^\s*make ([a-z][a-z-]*)`)
	targetPattern = regexp.MustCompile(`(?m)^([a-z][a-z-]*):`)
)

// decisionParts are the sections of a decision record. The last two keep it honest.
var decisionParts = []string{
	"## Context", "## Decision", "## Consequences", "## What we gave up", "## How we would notice that it was wrong",
}

// checkDecisions keeps the decision records complete and their index true.
func (c *check) checkDecisions() {
	entries, _ := fs.ReadDir(c.root, decisionFolder) // none: nothing has been decided
	index, _ := fs.ReadFile(c.root, decisionFolder+"/README.md")
	next := 1
	for _, e := range entries { // sorted by name
		m := decisionName.FindStringSubmatch(e.Name())
		if m == nil {
			continue
		}
		name := path.Join(decisionFolder, e.Name())
		if want := fmt.Sprintf("%04d", next); m[1] != want {
			c.add("docs", name, 0, fmt.Sprintf("the next number is %s", want))
		}
		next++
		data, _ := fs.ReadFile(c.root, name)
		page := string(data)
		title := decisionTitle.FindStringSubmatch(page)
		status := statusPattern.FindStringSubmatch(page)
		if title == nil || title[1] != m[1] || status == nil || !datePattern.MatchString(page) {
			c.add("docs", name, 1, fmt.Sprintf("begins with %q, a line Status: and a line Date: YYYY-MM-DD", "# "+m[1]+". Title"))
			continue
		}
		for _, part := range decisionParts {
			if !strings.Contains(page, "\n"+part+"\n") {
				c.add("docs", name, 0, fmt.Sprintf("has no section %q", part))
			}
		}
		row := fmt.Sprintf("| [%s](%s) | %s | %s |", m[1], e.Name(), title[2], status[1])
		if !slices.Contains(strings.Split(string(index), "\n"), row) {
			c.add("docs", decisionFolder+"/README.md", 0, "has no line "+row)
		}
	}
}

// checkPages follows the links of all pages and looks for the make targets that they name.
func (c *check) checkPages() error {
	pages, _ := fs.Glob(c.root, "*.md")
	err := fs.WalkDir(c.root, ".", func(p string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && p != "." && p != "docs" && !strings.HasPrefix(p, "docs/"):
			return fs.SkipDir
		case strings.HasPrefix(p, "docs/") && strings.HasSuffix(p, ".md"):
			pages = append(pages, p)
		}
		return nil
	})
	if err != nil {
		return err
	}
	makefile, _ := fs.ReadFile(c.root, "Makefile")
	targets := map[string]bool{}
	for _, m := range targetPattern.FindAllStringSubmatch(string(makefile), -1) {
		targets[m[1]] = true
	}
	for _, page := range pages {
		if err := c.checkPage(page, targets); err != nil {
			return err
		}
	}
	return nil
}

func (c *check) checkPage(page string, targets map[string]bool) error {
	data, err := fs.ReadFile(c.root, page)
	if err != nil {
		return err
	}
	fenced := false
	for i, line := range strings.Split(string(data), "\n") {
		if strings.HasPrefix(strings.TrimSpace(line), "```") {
			fenced = !fenced
		}
		if m := makePattern.FindStringSubmatch(line); fenced && m != nil && !targets[m[1]] {
			c.add("docs", page, i+1, fmt.Sprintf("there is no make target %s", m[1]))
		}
		for _, m := range linkPattern.FindAllStringSubmatch(line, -1) {
			if fenced || strings.Contains(m[1], ":") {
				continue // code, or another site
			}
			if _, err := fs.Stat(c.root, path.Join(path.Dir(page), m[1])); err != nil {
				c.add("docs", page, i+1, fmt.Sprintf("the link to %s leads nowhere", m[1]))
			}
		}
	}
	return nil
}
