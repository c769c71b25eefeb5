package archtest_test

import (
	"cmp"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const requirementsPage = "../../docs/requirements.md"

var (
	rowName     = regexp.MustCompile(`R[0-9]{3}`)
	rowOfPage   = regexp.MustCompile(`^\| (R[0-9]{3}) \| (.+) \| (shown|partly|open) \|(.*)\|$`)
	rowsInATest = regexp.MustCompile(`^Test\w*_R[0-9]{3}`)
)

// TestThePageOfRequirementsIsTrue holds docs/requirements.md against the tests:
// each row names exactly the tests that name it, and what is called shown has
// one. With HEED_UPDATE=1 it writes the column of tests anew.
func TestThePageOfRequirementsIsTrue(t *testing.T) {
	t.Parallel()
	shown := goTests(t)
	for row, tests := range scenarios(t) {
		shown[row] = append(shown[row], tests...)
	}
	page, err := os.ReadFile(requirementsPage)
	if err != nil {
		t.Fatal(err)
	}
	update := os.Getenv("HEED_UPDATE") != ""
	var out strings.Builder
	seen := map[string]bool{}
	for line := range strings.Lines(string(page)) {
		m := rowOfPage.FindStringSubmatch(strings.TrimRight(line, "\n"))
		if m == nil {
			if strings.HasPrefix(line, "| R") {
				t.Errorf("not a row: %s", line)
			}
			out.WriteString(line)
			continue
		}
		row, state, listed := m[1], m[3], strings.TrimSpace(m[4])
		if seen[row] {
			t.Errorf("%s stands twice", row)
		}
		seen[row] = true
		want := testList(shown[row])
		if want == "" && state != "open" {
			t.Errorf("%s is called %s, and no test names it", row, state)
		}
		if want != listed && !update {
			t.Errorf("%s: the page says\n\t%s\nthe tests are\n\t%s\n(HEED_UPDATE=1 go test ./internal/archtest -run Requirements writes them)", row, listed, want)
		}
		out.WriteString("| " + row + " | " + m[2] + " | " + state + " | " + want + " |\n")
	}
	for row, tests := range shown {
		if !seen[row] {
			t.Errorf("%s is named by %v and not on the page", row, tests)
		}
	}
	if update {
		if err := os.WriteFile(requirementsPage, []byte(out.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// testList names tests by their place; more than four are counted.
func testList(tests []string) string {
	slices.Sort(tests)
	tests = slices.Compact(tests)
	const most = 4
	if len(tests) <= most {
		return strings.Join(tests, "<br>")
	}
	return strings.Join(tests[:most], "<br>") + "<br>…"
}

// goTests finds the rows that names of Go tests end in.
func goTests(t *testing.T) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	for _, root := range []string{"../../internal", "../../cmd"} {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, "_test.go") || strings.Contains(path, "testdata") {
				return err
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
			if err != nil {
				return err
			}
			for _, decl := range file.Decls {
				f, ok := decl.(*ast.FuncDecl)
				if !ok || f.Recv != nil || !rowsInATest.MatchString(f.Name.Name) {
					continue
				}
				for _, row := range rowName.FindAllString(f.Name.Name, -1) {
					place := strings.TrimPrefix(filepath.ToSlash(filepath.Dir(path)), "../../")
					out[row] = append(out[row], "`"+place+"` "+f.Name.Name)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// scenarios finds the rows that the browser tests name in their comments.
func scenarios(t *testing.T) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	files, err := filepath.Glob("../../web/e2e/scenarios/*.mjs")
	if err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(files, cmp.Compare[string])
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(b)) {
			_, comment, ok := strings.Cut(line, "//")
			if !ok && !strings.Contains(line, "title") {
				continue
			}
			for _, row := range rowName.FindAllString(cmp.Or(comment, line), -1) {
				out[row] = append(out[row], "`web/e2e` "+filepath.Base(f))
			}
		}
	}
	return out
}
