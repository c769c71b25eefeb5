package desk

import (
	"context"
	"strings"
	"testing"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/page"
	"heed/internal/platform/db"
	"heed/internal/platform/db/dbtest"
	"heed/internal/platform/journal"
	"heed/internal/work/conversation"
	"heed/internal/work/ticket"
)

// indexOf names the index that each standard view walks in each order.
var indexOf = []struct {
	view, sort, index string
}{
	{ViewMine, SortUpdated, "ticket_owner_updated"},
	{ViewMine, SortCreated, "ticket_owner_created"},
	{ViewMine, SortOldest, "ticket_owner_created"},
	{ViewMine, SortPriority, "ticket_owner_rank"},
	{ViewUnassigned, SortUpdated, "ticket_owner_updated"},
	{ViewUnassigned, SortCreated, "ticket_owner_created"},
	{ViewUnassigned, SortOldest, "ticket_owner_created"},
	{ViewUnassigned, SortPriority, "ticket_owner_rank"},
	{ViewOpen, SortUpdated, "ticket_open_updated"},
	{ViewOpen, SortCreated, "ticket_open_created"},
	{ViewOpen, SortOldest, "ticket_open_created"},
	{ViewOpen, SortPriority, "ticket_open_rank"},
	{"team:1", SortUpdated, "ticket_team_updated"},
	{"team:1", SortCreated, "ticket_team_created"},
	{"team:1", SortOldest, "ticket_team_created"},
	{"team:1", SortPriority, "ticket_team_rank"},
	{ViewWaiting, SortUpdated, "ticket_open_status"},
	{ViewSnoozed, SortUpdated, "ticket_snoozed"},
	{ViewSolved, SortUpdated, "ticket_done"},
	{ViewAll, SortUpdated, "ticket_updated"},
	{ViewAll, SortCreated, "ticket_created"},
	{ViewAll, SortOldest, "ticket_created"},
	{ViewAll, SortPriority, "ticket_rank"},
	{ViewCreated, SortUpdated, "ticket_creator_updated"},
	{ViewCreated, SortCreated, "ticket_creator_created"},
	{ViewCreated, SortOldest, "ticket_creator_created"},
}

func schema() []db.Migration {
	out := append(journal.Migrations(), db.Migration{Slice: "customer", N: 1, SQL: "CREATE TABLE customer (id $id, kind $text NOT NULL, name $text NOT NULL) $end;"})
	return append(append(append(out, ticket.Migrations()...), conversation.Migrations()...), Migrations()...)
}

// plan gives the engine's plan for a list as text.
func plan(t *testing.T, s *Service, l Listing, a actor.Actor, hidden []int64) string {
	t.Helper()
	q, err := listing(l, a, hidden)
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	if !s.db.Postgres() {
		type step struct {
			ID      int64  `db:"id"`
			Parent  int64  `db:"parent"`
			NotUsed int64  `db:"notused"`
			Detail  string `db:"detail"`
		}
		steps, err := db.All[step](t.Context(), s.db, "EXPLAIN QUERY PLAN "+q.String(), q.Args()...)
		if err != nil {
			t.Fatal(err)
		}
		for _, st := range steps {
			lines = append(lines, st.Detail)
		}
		return strings.Join(lines, "\n")
	}
	// On an empty table PostgreSQL would read it whole and sort, which is right
	// there. Forbidden to, it shows whether it could do without.
	err = s.db.Write(t.Context(), func(ctx context.Context) error {
		for _, off := range []string{"enable_seqscan", "enable_sort", "enable_bitmapscan", "enable_hashjoin", "enable_mergejoin"} {
			if _, err := db.One[string](ctx, s.db, "SELECT set_config(?, 'off', true)", off); err != nil {
				return err
			}
		}
		lines, err = db.All[string](ctx, s.db, "EXPLAIN "+q.String(), q.Args()...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(lines, "\n")
}

func TestEveryStandardViewIsAWalkAlongAnIndex(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, schema(), func(t *testing.T, d *db.DB) {
		s := New(Deps{DB: d})
		a := actor.Actor{Kind: actor.Agent, ID: 7, Role: "rep", Teams: []int64{1, 2}}
		for _, tt := range indexOf {
			first := Listing{View: tt.view, Sort: tt.sort}
			later := first
			later.Cursor = page.Encode(tt.sort, 5, 6)
			if tt.sort == SortPriority {
				later.Cursor = page.Encode(tt.sort, 1, -30, 5, 6)
			}
			for name, l := range map[string]Listing{"first page": first, "later page": later} {
				got := plan(t, s, l, a, []int64{3})
				walks := strings.Contains(got, "t USING INDEX "+tt.index+" ") || strings.Contains(got, "t USING INDEX "+tt.index+"\n") ||
					strings.Contains(got, "using "+tt.index+" on ticket t")
				if !walks || strings.Contains(got, "TEMP B-TREE") || strings.Contains(got, "Sort Key") {
					t.Errorf("%s by %s, %s, does not walk %s:\n%s", tt.view, tt.sort, name, tt.index, got)
				}
			}
		}
		for index, l := range map[string]Listing{
			"ticket_customer": {View: ViewAll, Sort: SortUpdated, Customer: 9}, "ticket_organization": {View: ViewAll, Sort: SortUpdated, Organization: 9},
			"ticket_type_updated": {View: ViewAll, Sort: SortUpdated, Types: []int64{9}}, "ticket_field_pkey": {View: ViewAll, Sort: SortUpdated, Place: "Shop 3"},
		} {
			if index == "ticket_field_pkey" && !d.Postgres() {
				index = "sqlite_autoindex_ticket_field_1"
			}
			if got := plan(t, s, l, a, nil); !strings.Contains(got, index) {
				t.Errorf("%s is not used:\n%s", index, got)
			}
		}
	})
}
