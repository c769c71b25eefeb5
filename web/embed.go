// Package web carries the built desk inside the binary.
package web

import "embed"

// Dist holds the files that `npm run build` wrote below dist/. A build made
// before the pages holds only the marker file, so a reader must look for
// dist/index.html before it serves anything.
//
//go:embed all:dist
var Dist embed.FS
