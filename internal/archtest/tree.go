package archtest

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Finding is one breach of a rule.
type Finding struct {
	Rule string
	File string // slash-separated, relative to the root of the tree
	Line int    // 1-based; 0 where the finding is about the whole file or folder
	Text string
}

func (f Finding) String() string {
	return fmt.Sprintf("%s: %s:%d: %s", f.Rule, f.File, f.Line, f.Text)
}

// file is one parsed Go file.
type file struct {
	path string // relative to the root
	dir  string
	base string
	test bool
	ast  *ast.File
}

// tree is a parsed source tree.
type tree struct {
	root   fs.FS
	module string
	fset   *token.FileSet
	files  []*file

	constants map[string]ast.Expr // "folder.Name" → value
}

var modulePattern = regexp.MustCompile(`(?m)^module\s+(\S+)`)

// skipped are the folders that hold no source of this module.
var skipped = []string{"testdata", "node_modules", "vendor"}

// load parses every Go file below root.
func load(root fs.FS) (*tree, error) {
	mod, err := fs.ReadFile(root, "go.mod")
	if err != nil {
		return nil, err
	}
	m := modulePattern.FindSubmatch(mod)
	if m == nil {
		return nil, fmt.Errorf("go.mod names no module")
	}
	t := &tree{root: root, module: string(m[1]), fset: token.NewFileSet()}
	err = fs.WalkDir(root, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		if d.IsDir() {
			if p != "." && (slices.Contains(skipped, name) || strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_")) {
				return fs.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(name, ".go") {
			return nil
		}
		src, err := fs.ReadFile(root, p)
		if err != nil {
			return err
		}
		parsed, err := parser.ParseFile(t.fset, p, src, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		t.files = append(t.files, &file{
			path: p, dir: path.Dir(p), base: name, test: strings.HasSuffix(name, "_test.go"), ast: parsed,
		})
		return nil
	})
	t.indexConstants()
	return t, err
}

// line tells where a node starts.
func (t *tree) line(p token.Pos) int { return t.fset.Position(p).Line }

// imports calls fn for each import of a file. Own packages are given as folders ("internal/work/ticket"), others with own
// false, as they are written.
func (t *tree) imports(f *file, fn func(spec *ast.ImportSpec, target string, own bool)) {
	for _, spec := range f.ast.Imports {
		target, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			continue // the parser has seen to it
		}
		if target == t.module {
			fn(spec, ".", true)
			continue
		}
		own, found := strings.CutPrefix(target, t.module+"/")
		fn(spec, own, found)
	}
}

// place says where in the house a folder is.
type place struct {
	area  string // "work", or "" outside the areas
	slice string // "internal/work/ticket": the folder of the slice, to which its sub-folders belong
}

// placeOf derives the place from the folder: internal/AREA/SLICE/…
func placeOf(dir string) place {
	parts := strings.Split(dir, "/")
	if len(parts) < 2 || parts[0] != "internal" || !slices.Contains(areas, parts[1]) {
		return place{}
	}
	p := place{area: parts[1], slice: dir}
	if p.area == "app" { // one package, the composition root
		p.slice = "internal/app"
	} else if len(parts) > 3 {
		p.slice = strings.Join(parts[:3], "/")
	}
	return p
}

// level is the height of an area in the house; 0 is the bottom, −1 is outside.
func (p place) level() int { return slices.Index(areas, p.area) }

// isSlice tells whether this is business code: not the words, not the technology, not the composition.
func (p place) isSlice() bool {
	return p.level() > slices.Index(areas, "platform") && p.area != "app"
}
