// Command gen writes fold_table.go and pinyin_table.go from public word lists.
//
// Sources, fetched through the Go module proxy:
//   - OpenCC's character dictionaries (Apache License 2.0, BYVoid and
//     contributors), as carried by github.com/longbridgeapp/opencc.
//   - pinyin-data's readings (MIT, mozillazg), as carried by
//     github.com/mozillazg/go-pinyin.
//
// Only the facts in the lists are taken (which character stands for which,
// how it is read), in a form of our own. Neither module is linked into Heed.
//
// Run it with: go generate ./internal/platform/text
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

const (
	openccModule = "github.com/longbridgeapp/opencc@v0.3.13"
	pinyinModule = "github.com/mozillazg/go-pinyin@v0.21.0"
)

// extra lists variants the dictionaries leave apart because a converter must
// keep them apart, but a search must not: "A B" folds A into B.
const extra = `
搔 骚
谘 咨
著 着
覆 复
瞭 了
藉 借
衹 只
祇 只
牴 抵
彷 仿
馀 余
锺 钟
讬 托
麽 么
钜 巨
麺 面
妳 你
牠 它
帐 账
綫 线
佈 布
佔 占
唸 念
拚 拼
侭 尽
`

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	opencc, err := moduleDir(openccModule)
	if err != nil {
		return err
	}
	fold, err := foldTable(filepath.Join(opencc, "dictionary"))
	if err != nil {
		return err
	}
	if err := os.WriteFile("fold_table.go", fold, 0o644); err != nil {
		return err
	}
	pinyin, err := moduleDir(pinyinModule)
	if err != nil {
		return err
	}
	readings, err := pinyinTable(filepath.Join(pinyin, "pinyin_dict.go"))
	if err != nil {
		return err
	}
	return os.WriteFile("pinyin_table.go", readings, 0o644)
}

func moduleDir(module string) (string, error) {
	out, err := exec.Command("go", "mod", "download", "-json", module).Output()
	if err != nil {
		return "", fmt.Errorf("go mod download %s: %w", module, err)
	}
	var m struct{ Dir string }
	if err := json.Unmarshal(out, &m); err != nil {
		return "", err
	}
	return m.Dir, nil
}

// foldTable joins all characters that stand for each other into groups and
// maps each member to one that stands for the group.
func foldTable(dir string) ([]byte, error) {
	g := groups{parent: map[rune]rune{}}
	traditional := map[rune]bool{}
	first := map[rune]rune{}
	err := pairs(filepath.Join(dir, "TSCharacters.txt"), func(a, b rune) {
		if a == b {
			return
		}
		traditional[a] = true
		first[a] = b
		g.join(a, b)
	})
	if err != nil {
		return nil, err
	}
	for _, name := range []string{"TWVariants.txt", "HKVariants.txt"} {
		if err := pairs(filepath.Join(dir, name), g.join); err != nil {
			return nil, err
		}
	}
	for line := range strings.Lines(extra) {
		if r := []rune(strings.TrimSpace(line)); len(r) == 3 {
			g.join(r[0], r[2])
			traditional[r[0]] = true
		}
	}

	members := map[rune][]rune{}
	for r := range g.parent {
		members[g.find(r)] = append(members[g.find(r)], r)
	}
	to := map[rune]rune{}
	for _, group := range members {
		slices.Sort(group)
		best := representative(group, traditional, first)
		for _, r := range group {
			if r != best && norm.NFKC.String(string(r)) == string(r) {
				to[r] = best
			}
		}
	}

	var b bytes.Buffer
	b.WriteString(header)
	fmt.Fprintf(&b, "// foldPairs holds %d pairs, sorted: a character and what it folds to.\nconst foldPairs = \"\" +\n", len(to))
	keys := slices.Sorted(maps.Keys(to))
	for i := 0; i < len(keys); i += 32 {
		var line strings.Builder
		for _, r := range keys[i:min(i+32, len(keys))] {
			line.WriteRune(r)
			line.WriteRune(to[r])
		}
		end := " +"
		if i+32 >= len(keys) {
			end = ""
		}
		fmt.Fprintf(&b, "\t\"%s\"%s\n", line.String(), end)
	}
	return b.Bytes(), nil
}

// representative prefers the simplified form most members turn into, within
// the basic block, so that a folded text still reads well in a debugger.
func representative(group []rune, traditional map[rune]bool, first map[rune]rune) rune {
	votes := map[rune]int{}
	for _, r := range group {
		if t, ok := first[r]; ok {
			votes[t]++
		}
	}
	best := group[0]
	score := func(r rune) int {
		s := 2 * votes[r]
		if !traditional[r] {
			s += 100
		}
		if r >= 0x4E00 && r <= 0x9FFF {
			s += 1000
		}
		return s
	}
	for _, r := range group {
		if score(r) > score(best) {
			best = r
		}
	}
	return best
}

// pairs calls f with each key and its first value.
func pairs(path string, f func(a, b rune)) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	for line := range strings.Lines(string(data)) {
		key, value, ok := strings.Cut(strings.TrimRight(line, "\r\n"), "\t")
		if !ok {
			continue
		}
		value, _, _ = strings.Cut(value, " ")
		a, b := []rune(key), []rune(value)
		if len(a) == 1 && len(b) == 1 {
			f(a[0], b[0])
		}
	}
	return nil
}

// groups is a union-find over characters.
type groups struct{ parent map[rune]rune }

func (g groups) find(r rune) rune {
	if _, ok := g.parent[r]; !ok {
		g.parent[r] = r
	}
	for g.parent[r] != r {
		r = g.parent[r]
	}
	return r
}

func (g groups) join(a, b rune) {
	if a, b = g.find(a), g.find(b); a != b {
		g.parent[max(a, b)] = min(a, b)
	}
}

var readingLine = regexp.MustCompile(`^\s*0x([0-9A-F]+): "([^"]*)"`)

// pinyinTable groups the characters of the basic block by their first
// reading, without tone, ü written v as on a keyboard.
func pinyinTable(path string) ([]byte, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	by := map[string][]rune{}
	for line := range strings.Lines(string(data)) {
		m := readingLine.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		code, err := strconv.ParseUint(m[1], 16, 32)
		if err != nil {
			return nil, err
		}
		if code < 0x4E00 || code > 0x9FFF {
			continue
		}
		reading, _, _ := strings.Cut(m[2], ",")
		if s := toneless(reading); s != "" {
			by[s] = append(by[s], rune(code))
		}
	}
	if len(by) < 300 {
		return nil, errors.New("the list of readings has another form than expected")
	}
	var b bytes.Buffer
	b.WriteString(header)
	b.WriteString("// readings has one line a syllable: the syllable, a space, the characters read so.\nconst readings = \"\" +\n")
	keys := slices.Sorted(maps.Keys(by))
	for i, k := range keys {
		slices.Sort(by[k])
		end := " +"
		if i == len(keys)-1 {
			end = ""
		}
		fmt.Fprintf(&b, "\t\"%s %s\\n\"%s\n", k, string(by[k]), end)
	}
	return b.Bytes(), nil
}

func toneless(s string) string {
	var b strings.Builder
	s = strings.ReplaceAll(norm.NFD.String(s), "u\u0308", "v")
	s = strings.ReplaceAll(s, "e\u0302", "e")
	for _, r := range s {
		// A tone mark may stand between u and its dots.
		if !unicode.Is(unicode.Mn, r) {
			b.WriteRune(r)
		}
	}
	out := b.String()
	for _, r := range out {
		if r < 'a' || r > 'z' {
			return ""
		}
	}
	return out
}

const header = `// Code generated by internal/platform/text/gen; DO NOT EDIT.
//
// Made from the character lists of OpenCC (Apache License 2.0) and pinyin-data
// (MIT License); see gen/main.go.

package text

`
