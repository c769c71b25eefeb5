package tickettype_test

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/clock"
	"heed/internal/kernel/fault"
	"heed/internal/platform/db"
	"heed/internal/platform/db/dbtest"
	"heed/internal/platform/i18n"
	"heed/internal/platform/journal"
	"heed/internal/work/tickettype"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

func admin(ctx context.Context) context.Context {
	return actor.With(ctx, actor.Actor{Kind: actor.Agent, ID: 1, Name: "Ada", Role: "administrator"})
}

func rep(ctx context.Context) context.Context {
	return actor.With(ctx, actor.Actor{Kind: actor.Agent, ID: 2, Name: "Ann", Role: "rep"})
}

func each(t *testing.T, fn func(t *testing.T, s *tickettype.Service)) {
	t.Helper()
	dbtest.Each(t, slices.Concat(journal.Migrations(), tickettype.Migrations()), func(t *testing.T, d *db.DB) {
		c := clock.NewManual(noon)
		j := journal.New(journal.Deps{DB: d, Clock: c, Log: slog.New(slog.DiscardHandler)})
		fn(t, tickettype.New(tickettype.Deps{DB: d, Journal: j, Clock: c, TeamInUse: func(_ context.Context, id int64) (bool, error) { return id == 1, nil }}))
	})
}

func named(en string) *tickettype.Names { return &tickettype.Names{i18n.English: en} }

func TestAFirmBeginsWithTheWholeTreeInThreeLanguages_R309(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *tickettype.Service) {
		ctx := actor.AsSystem(t.Context())
		for range 2 { // a second administrator brings nothing
			if err := s.Seed(ctx); err != nil {
				t.Fatal(err)
			}
		}
		all, err := s.List(rep(t.Context()))
		if err != nil {
			t.Fatal(err)
		}
		var keys []string
		for _, typ := range all {
			keys = append(keys, typ.Key)
			for _, l := range i18n.Locales() {
				if typ.Names[l] == "" {
					t.Errorf("%s has no name in %s", typ.Key, l)
				}
			}
		}
		for _, want := range []string{
			"price", "where_to_buy", "usage", "fault", "complaint", "pre_sale", "delivery", "installation", "commissioning", "training", "repair",
			"return", "technical_support", "troubleshooting", "advice", "bill", "service_enquiry", "service_transaction", "suggestion",
			"internal_request", "visit", "campaign_rule", "rework", "phone_fault",
		} {
			if n := len(slices.DeleteFunc(slices.Clone(keys), func(k string) bool { return k != want })); n != 1 {
				t.Errorf("%q is there %d times", want, n)
			}
		}
		if slices.Index(keys, "service") > slices.Index(keys, "repair") {
			t.Error("a type comes after its child:", keys)
		}
	})
}

func TestEachServiceHasItsOwnFieldsAndChecklist_R261(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *tickettype.Service) {
		if err := s.Seed(actor.AsSystem(t.Context())); err != nil {
			t.Fatal(err)
		}
		seen := map[string]string{}
		for _, key := range []string{"delivery", "installation", "commissioning", "training", "repair", "return"} {
			typ, err := s.ByKey(rep(t.Context()), key)
			if err != nil || len(typ.Fields) < 3 || len(typ.Checklist) < 2 {
				t.Fatal(key, err, len(typ.Fields), len(typ.Checklist))
			}
			form := ""
			for _, f := range typ.Fields {
				form += f.Key + " "
			}
			if other, ok := seen[form]; ok {
				t.Errorf("%s has the form of %s", key, other)
			}
			seen[form] = key
		}
	})
}

func TestTypesAreMadeMovedAndSwitchedOffButNotByEverybody_R309(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *tickettype.Service) {
		ada, ann := admin(t.Context()), rep(t.Context())
		if _, err := s.Create(ann, tickettype.Input{Key: "x", Names: named("X")}); !fault.Is(err, fault.KindForbidden) {
			t.Error(err)
		}
		a, err := s.Create(ada, tickettype.Input{Key: "a", Names: named("A")})
		if err != nil {
			t.Fatal(err)
		}
		b, err := s.Create(ada, tickettype.Input{Key: "b", Names: named("B"), ParentID: &a.ID, TeamID: new(int64(1))})
		if err != nil || b.TeamID != 1 {
			t.Fatal(err)
		}
		c, err := s.Create(ada, tickettype.Input{Key: "c", Names: named("C"), ParentID: &b.ID})
		if err != nil {
			t.Fatal(err)
		}
		for name, in := range map[string]tickettype.Input{
			"too deep":        {Key: "d", Names: named("D"), ParentID: &c.ID},
			"no parent":       {Key: "d", Names: named("D"), ParentID: new(int64(999))},
			"a taken key":     {Key: "a", Names: named("D")},
			"a bad key":       {Key: "A b", Names: named("D")},
			"no name":         {Key: "d"},
			"no team":         {Key: "d", Names: named("D"), TeamID: new(int64(9))},
			"no severity":     {Key: "d", Names: named("D"), Severity: new(int64(5))},
			"a choice of nil": {Key: "d", Names: named("D"), Fields: &[]tickettype.Field{{Key: "f", Names: *named("F"), Kind: tickettype.Chosen, Required: tickettype.Never}}},
			"one key twice": {Key: "d", Names: named("D"), Fields: &[]tickettype.Field{
				{Key: "f", Names: *named("F"), Kind: tickettype.Text, Required: tickettype.Never}, {Key: "f", Names: *named("F"), Kind: tickettype.Text, Required: tickettype.Never},
			}},
		} {
			if _, err := s.Create(ada, in); !fault.Is(err, fault.KindInvalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := s.Change(ada, a.ID, 1, tickettype.Input{ParentID: &c.ID}); !fault.Is(err, fault.KindInvalid) {
			t.Error("a type stands below itself:", err)
		}
		off, err := s.Change(ada, c.ID, 1, tickettype.Input{Active: new(false), ParentID: new(int64)})
		if err != nil || off.Active || off.ParentID != 0 || off.Version != 2 {
			t.Fatal(off, err)
		}
		if _, err := s.Change(ada, c.ID, 1, tickettype.Input{Active: new(true)}); err == nil {
			t.Error("a stale change was taken")
		}
		if got, err := s.Get(ann, c.ID); err != nil || got.Active {
			t.Error("the change is not seen at once:", got, err)
		}
	})
}

func TestEnquiriesHaveTypesThatArticlesCanBeSuggestedFor_R298_R299_R377(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *tickettype.Service) {
		if err := s.Seed(actor.AsSystem(t.Context())); err != nil {
			t.Fatal(err)
		}
		for _, key := range []string{"where_to_buy", "usage", "service_enquiry"} {
			typ, err := s.ByKey(rep(t.Context()), key)
			if err != nil || !typ.Active || typ.Topic == "" {
				t.Fatal(key, typ, err)
			}
			if _, ok := typ.Field("product"); !ok {
				t.Errorf("%s does not ask for the product", key)
			}
		}
		if typ, err := s.ByKey(rep(t.Context()), "where_to_buy"); err != nil {
			t.Error(err)
		} else if _, ok := typ.Field("region"); !ok {
			t.Error("where_to_buy does not ask where")
		}
	})
}

func TestAnEnquirySaysWhichSideOfTheProductItIsAbout_R259(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *tickettype.Service) {
		if err := s.Seed(actor.AsSystem(t.Context())); err != nil {
			t.Fatal(err)
		}
		for _, key := range []string{"price", "pre_sale"} {
			typ, err := s.ByKey(rep(t.Context()), key)
			if err != nil {
				t.Fatal(err)
			}
			reason, ok := typ.Field("reason")
			if !ok || reason.Kind != tickettype.Chosen {
				t.Fatalf("%s asks for no reason", key)
			}
			var sides []string
			for _, c := range reason.Choices {
				sides = append(sides, c.Key)
			}
			if got := strings.Join(sides, " "); got != "function performance quality price" {
				t.Errorf("%s: %s", key, got)
			}
		}
	})
}

func TestAnInstallationKnowsWhatIsUsuallyAskedNext_R372(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *tickettype.Service) {
		if err := s.Seed(actor.AsSystem(t.Context())); err != nil {
			t.Fatal(err)
		}
		typ, err := s.ByKey(rep(t.Context()), "installation")
		if err != nil || len(typ.NextIssues) < 2 || typ.NextIssues[0].Names.Say("zh-CN") == "" {
			t.Fatal(typ.NextIssues, err)
		}
		next := append(slices.Clone(typ.NextIssues), tickettype.NextIssue{Names: tickettype.Names{"en": "Who cleans it?"}, ArticleID: 7})
		if typ, err = s.Change(admin(t.Context()), typ.ID, typ.Version, tickettype.Input{NextIssues: &next}); err != nil || typ.NextIssues[len(next)-1].ArticleID != 7 {
			t.Error(typ.NextIssues, err)
		}
	})
}

func TestEachFaultTypeHasQuestionsOfBothKindsInOrder_R037(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *tickettype.Service) {
		if err := s.Seed(actor.AsSystem(t.Context())); err != nil {
			t.Fatal(err)
		}
		for _, key := range []string{"phone_fault", "machine_fault", "fault", "repair"} {
			typ, err := s.ByKey(rep(t.Context()), key)
			if err != nil {
				t.Fatal(key, err)
			}
			kinds := map[string]int{}
			for _, q := range typ.Questions {
				kinds[q.Kind]++
			}
			if kinds[tickettype.Open] == 0 || kinds[tickettype.Closed] == 0 {
				t.Errorf("%s asks %v", key, kinds)
			}
		}
	})
}

func TestANameIsSaidInTheReadersLanguageOrTheNearest(t *testing.T) {
	t.Parallel()
	n := tickettype.Names{"en": "Repair", "zh-TW": "維修"}
	for want, locales := range map[string][]string{"維修": {"zh-CN", "en"}, "Repair": {"en"}} {
		if got := n.Say(locales...); got != want {
			t.Errorf("%v: %q", locales, got)
		}
	}
	if got := (tickettype.Names{"zh-CN": "维修"}).Say("en"); got != "维修" {
		t.Error(got)
	}
}
