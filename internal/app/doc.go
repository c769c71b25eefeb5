// Package app is the composition root: plain Go that builds every slice, joins
// them where one asks upwards, and runs what runs in the background. Nothing
// imports it but cmd/heed and tests of the whole.
//
// One file an area: platform.go, people.go, work.go, reach.go, insight.go build;
// run.go starts and ends; live.go says who sees which event on an open page.
package app

import (
	"heed/internal/app/demo"
	"heed/internal/insight/desk"
	"heed/internal/insight/exchange"
	"heed/internal/insight/search"
	"heed/internal/offer/canned"
	"heed/internal/offer/catalog"
	"heed/internal/offer/dealer"
	"heed/internal/offer/knowledge"
	"heed/internal/offer/reading"
	"heed/internal/offer/wording"
	"heed/internal/people/agent"
	"heed/internal/people/customer"
	"heed/internal/people/setting"
	"heed/internal/people/signin"
	"heed/internal/platform/db"
	"heed/internal/platform/jobs"
	"heed/internal/platform/journal"
	"heed/internal/platform/rest"
	"heed/internal/reach/email"
	"heed/internal/reach/portal"
	"heed/internal/work/answer"
	"heed/internal/work/conversation"
	"heed/internal/work/diagnosis"
	"heed/internal/work/need"
	"heed/internal/work/referral"
	"heed/internal/work/ticket"
	"heed/internal/work/tickettype"
)

// Migrations gives the schema of all slices in the order in which they stand
// on each other.
func Migrations() []db.Migration {
	var all []db.Migration
	for _, slice := range [][]db.Migration{
		journal.Migrations(), jobs.Migrations(), rest.Migrations(),
		setting.Migrations(), agent.Migrations(), signin.Migrations(), customer.Migrations(),
		canned.Migrations(), catalog.Migrations(), dealer.Migrations(), knowledge.Migrations(), reading.Migrations(), wording.Migrations(), ticket.Migrations(), tickettype.Migrations(), conversation.Migrations(), answer.Migrations(), diagnosis.Migrations(), need.Migrations(), referral.Migrations(), email.Migrations(), portal.Migrations(),
		desk.Migrations(), exchange.Migrations(), search.Migrations(), demo.Migrations(),
	} {
		all = append(all, slice...)
	}
	return all
}
