package archtest

import (
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"strings"
)

const mapFile = "docs/ARCHITECTURE.md"

// pathPattern finds the paths of the source tree in a text: in backquotes, beginning with one of our folders. A path that
// holds a placeholder (in capitals or with a star) is an explanation.
var pathPattern = regexp.MustCompile("`((?:cmd|internal|web|docs|api)/[^`\\s]*)`")

var placeholderPattern = regexp.MustCompile(`[A-Z]{3,}|[*…<>{}]`)

// checkMap compares the map with the country.
func (c *check) checkMap() error {
	data, err := fs.ReadFile(c.root, mapFile)
	if errors.Is(err, fs.ErrNotExist) {
		c.add("map", mapFile, 0, "there is no map")
		return nil
	} else if err != nil {
		return err
	}
	onMap := c.readMap(string(data))
	for _, f := range c.files {
		if slice := placeOf(f.dir).slice; slice != "" && !f.test && !onMap[slice] {
			c.add("map", mapFile, 0, fmt.Sprintf("%s is not on the map", slice))
			onMap[slice] = true
		}
	}
	return nil
}

// readMap returns the paths in the section "The map", and reports every path of the page that leads nowhere.
func (c *check) readMap(page string) map[string]bool {
	onMap := map[string]bool{}
	inMap := false
	for i, line := range strings.Split(page, "\n") {
		if strings.HasPrefix(line, "## ") {
			inMap = strings.HasPrefix(line, "## The map")
		}
		for _, m := range pathPattern.FindAllStringSubmatch(line, -1) {
			p := strings.TrimSuffix(m[1], "/")
			onMap[p] = onMap[p] || inMap
			if !strings.HasSuffix(p, ".md") && placeholderPattern.MatchString(p) {
				continue
			}
			if _, err := fs.Stat(c.root, p); err != nil {
				c.add("map", mapFile, i+1, fmt.Sprintf("%s does not exist", p))
			}
		}
	}
	return onMap
}
