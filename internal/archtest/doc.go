// Package archtest keeps the design true: it reads the source tree (and nothing else: no build, no network) and reports
// what breaks one of the rules of docs/ARCHITECTURE.md. It runs with every test run.
//
//	area       an area imports only areas below its own; kernel imports the standard library alone; nothing imports app
//	same-area  a slice imports another one of its area only if house.go lists the pair, with a reason
//	loop       no slice reaches itself through others, whatever their files
//	owner      one owner for each library: see owners in house.go
//	place      SQL stands only in store*.go of the slices and beside their Migrations, and in platform
//	writer     a table is written only by the slice that creates it, and created once
//	reader     a foreign table is read only in insight
//	clock      slices read the time from the clock that they were given
//	init       no init functions
//	doc        every package says what it is for
//	name       a package is called like its folder, and not util, common, helper, manager or models
//	text       every fault and field key has its text, in every language
//	map        every slice is on the map of docs/ARCHITECTURE.md, and every path named there exists
//	docs       decision records are complete and indexed; links and make targets in pages exist
//	stale      every pair that house.go allows is in use
//
// Each rule is proved by a file in testdata: a small tree that is wrong in one way, and the finding that it must cause.
//
// archtest does not own style: that is the linter's, in .golangci.yml.
package archtest
