// Package web carries the built desk inside the binary.
package web

import (
	"embed"
	"io/fs"
)

// dist holds the files that `npm run build` wrote below dist/. A build made
// before the pages holds only the marker file.
//
//go:embed all:dist
var dist embed.FS

// Pages gives the built pages, index.html among them if they were built.
func Pages() fs.FS {
	pages, err := fs.Sub(dist, "dist")
	if err != nil {
		panic("web: dist is embedded: " + err.Error())
	}
	return pages
}
