package knowledge_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/fault"
	"heed/internal/kernel/page"
	"heed/internal/offer/knowledge"
)

func TestAnArticleWithAFutureDateIsNotServedUntilThatDate_R111(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, k *desk) {
		for _, kind := range []knowledge.Kind{knowledge.Policy, knowledge.Process, knowledge.Product} {
			a, err := k.Create(k.as(eve), knowledge.Meta{Kind: new(kind), OwnerID: new(ann.ID), TeamIDs: new([]int64{1}), Code: new(string(kind))},
				knowledge.Work{Texts: []knowledge.Text{en("Rules for "+string(kind)+" returns", "Thirty days.")}})
			if err != nil {
				t.Fatal(err)
			}
			day := k.clock.Now().AddDate(0, 0, 3)
			if _, err = k.Publish(k.as(eve), a.ID, 0, knowledge.Release{EffectiveFrom: day, Change: "New"}); err != nil {
				t.Fatal(err)
			}
			served := func() bool {
				found := k.titles(ann, knowledge.Query{Text: "rules " + string(kind)})
				v, err := k.Published(k.as(ann), a.ID, "en")
				c, errC := k.ByCode(k.as(ann), "/"+string(kind), "en")
				in := slices.Contains(found, "Rules for "+string(kind)+" returns")
				if in != (err == nil) || in != (errC == nil) || in && (v.N != 1 || c.ID != v.ID) {
					t.Error(found, v, err, c, errC)
				}
				return in
			}
			if served() {
				t.Error(kind, "is served before its date")
			}
			if all, err := k.Versions(k.as(eve), a.ID); err != nil || len(all) != 1 {
				t.Error("who publishes reads it before:", all, err)
			}
			// Emil is in no team; the owner's article is widened for him.
			if _, err := k.Change(k.as(eve), a.ID, 0, knowledge.Meta{Audience: new(knowledge.Customers)}, nil); err != nil {
				t.Fatal(err)
			}
			listed := func() int {
				list, err := k.List(k.as(emil), knowledge.Filter{Kind: kind}, "en", page.Request{})
				all, errAll := k.Versions(k.as(emil), a.ID)
				if err != nil || errAll != nil || len(list.Items) != len(all) {
					t.Error(list, err, all, errAll)
				}
				return len(list.Items)
			}
			if listed() != 0 {
				t.Error(kind, "is listed before its date")
			}
			k.clock.Set(day.Add(-time.Second))
			if served() {
				t.Error(kind, "is served a second before its date")
			}
			k.clock.Set(day)
			if !served() || listed() != 1 {
				t.Error(kind, "is not served at its date")
			}
		}
	})
}

func TestTheSecondVersionIsServedAloneAndTheFirstStaysInHistory_R115(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, k *desk) {
		ctx := k.as(eve)
		a := k.publish(knowledge.Meta{Audience: new(knowledge.Public)}, en("Delivery takes ten days", "Ten."), zh("配送需要十天", "十天。"))
		first, err := k.Published(ctx, a.ID, "en")
		if err != nil {
			t.Fatal(err)
		}
		if a, err = k.Begin(ctx, a.ID); err != nil || a.Status != knowledge.Published || a.Work != knowledge.Draft || a.DraftN != 2 {
			t.Fatal(a, err)
		}
		w, err := k.UnderWay(ctx, a.ID)
		if err != nil || len(w.Texts) != 2 {
			t.Fatal("a copy in all languages:", w, err)
		}
		w.Texts[0].Title, w.Texts[0].Answer = "Delivery takes four days", "<p>Four.</p>"
		if a, err = k.Change(ctx, a.ID, a.Version, knowledge.Meta{}, &w); err != nil {
			t.Fatal(err)
		}
		if got := k.titles(ann, knowledge.Query{Text: "delivery days", Locale: "en"}); !slices.Equal(got, []string{"Delivery takes ten days"}) {
			t.Error("while it is written:", got)
		}
		if a, err = k.Publish(ctx, a.ID, a.Version, knowledge.Release{Change: "Faster", Impact: "Promise four days"}); err != nil {
			t.Fatal(err)
		}
		for _, q := range []string{"delivery days", "delivery ten"} {
			if got := k.titles(ann, knowledge.Query{Text: q, Locale: "en"}); !slices.Equal(got, []string{"Delivery takes four days"}) {
				t.Error(q, got)
			}
		}
		if v, err := k.Published(ctx, a.ID, "en"); err != nil || v.N != 2 || v.Change != "Faster" {
			t.Error(v, err)
		}
		if v, err := k.Published(ctx, a.ID, "zh-TW"); err != nil || v.Locale != "zh-CN" || v.N != 2 {
			t.Error("the other Chinese:", v, err)
		}
		all, err := k.Versions(ctx, a.ID)
		if err != nil || len(all) != 4 || all[0].N != 2 || all[3].N != 1 || all[2].Title != "Delivery takes ten days" {
			t.Error(all, err)
		}
		if old, err := k.VersionByID(k.as(ann), first.ID); err != nil || old.Answer != "<p>Ten.</p>" {
			t.Error(old, err)
		}
	})
}

func TestTheWayToPublicationNeedsAReviewer_R115(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, k *desk) {
		a, err := k.Create(k.as(ann), knowledge.Meta{}, knowledge.Work{Texts: []knowledge.Text{en("A draft", "Text <script>alert(1)</script>")}})
		if err != nil || a.Status != knowledge.Draft || a.OwnerID != ann.ID {
			t.Fatal(a, err)
		}
		if w, err := k.UnderWay(k.as(ann), a.ID); err != nil || strings.Contains(w.Texts[0].Answer, "script") {
			t.Error("not cleaned:", w, err)
		}
		if _, err := k.Get(k.as(emil), a.ID); !fault.Is(err, fault.KindNotFound) {
			t.Error("a draft is for who writes:", err)
		}
		if a, err = k.Submit(k.as(ann), a.ID, a.Version, "please look"); err != nil || a.Status != knowledge.Review || a.WorkNote != "please look" {
			t.Fatal(a, err)
		}
		if _, err := k.Publish(k.as(ann), a.ID, 0, knowledge.Release{}); !fault.Is(err, fault.KindForbidden) {
			t.Error("a rep published:", err)
		}
		if a, err = k.Return(k.as(eve), a.ID, a.Version, "say more"); err != nil || a.Status != knowledge.Draft || a.WorkNote != "say more" {
			t.Fatal(a, err)
		}
		if _, err := k.Submit(k.as(ann), a.ID, a.Version-1, ""); fault.KeyOf(err) != "stale" {
			t.Error(err)
		}
		if a, err = k.Submit(k.as(ann), a.ID, a.Version, ""); err != nil {
			t.Fatal(err)
		}
		if a, err = k.Publish(k.as(eve), a.ID, a.Version, knowledge.Release{MustRead: true, Teams: []int64{2}}); err != nil || a.Status != knowledge.Published {
			t.Fatal(a, err)
		}
		if a, err = k.Retire(k.as(eve), a.ID, a.Version, "over"); err != nil {
			t.Fatal(err)
		}
		if got := k.titles(ann, knowledge.Query{Text: "draft"}); len(got) != 0 {
			t.Error("retired and found:", got)
		}
		if _, err := k.Published(k.as(ann), a.ID, "en"); !fault.Is(err, fault.KindNotFound) {
			t.Error(err)
		}
		if a, err = k.Return(k.as(eve), a.ID, a.Version, "back"); err != nil || a.Status != knowledge.Published {
			t.Fatal(a, err)
		}
		if got := k.titles(ann, knowledge.Query{Text: "draft"}); len(got) != 1 {
			t.Error("back in service and not found:", got)
		}
		evs := k.heard(a.ID)
		var kinds []string
		for _, e := range evs {
			kinds = append(kinds, strings.TrimPrefix(e.Kind, "article."))
		}
		if want := "returned retired published submitted returned submitted created"; strings.Join(kinds, " ") != want {
			t.Error(kinds)
		}
		var p knowledge.PublishedData
		if err := evs[2].Decode(&p); err != nil || !p.MustRead || !slices.Equal(p.Teams, []int64{2}) || p.VersionIDs["en"] != p.VersionID || p.Title != "A draft" {
			t.Error(p, err)
		}
	})
}

func TestArticlesOfATeamDoNotExistForOthers_R111(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, k *desk) {
		a := k.publish(knowledge.Meta{TeamIDs: new([]int64{1}), Code: new("secret"), TypeIDs: new([]int64{5})}, en("Margin of compressors", "Eleven."))
		open := k.publish(knowledge.Meta{Audience: new(knowledge.Public), TypeIDs: new([]int64{5})}, en("Weight of compressors", "Heavy."))
		sees := func(by actor.Actor) bool {
			hits, err := k.Suggest(k.as(by), knowledge.Signals{TypeID: 5})
			if err != nil {
				t.Fatal(err)
			}
			in := slices.ContainsFunc(hits, func(h knowledge.Hit) bool { return h.ArticleID == a.ID })
			_, errGet := k.Get(k.as(by), a.ID)
			_, errPub := k.Published(k.as(by), a.ID, "en")
			_, errCode := k.ByCode(k.as(by), "secret", "en")
			_, errVersions := k.Versions(k.as(by), a.ID)
			list, err := k.List(k.as(by), knowledge.Filter{}, "en", page.Request{})
			if err != nil {
				t.Fatal(err)
			}
			listed := slices.ContainsFunc(list.Items, func(l knowledge.Listed) bool { return l.ID == a.ID })
			searched := slices.Contains(k.titles(by, knowledge.Query{Text: "margin compressors"}), "Margin of compressors")
			for i, one := range []bool{errGet == nil, errPub == nil, errCode == nil, errVersions == nil, listed, searched} {
				if one != in {
					t.Error(by.Name, "way", i, "says", one, "suggestions say", in)
				}
			}
			return in
		}
		if !sees(ann) || sees(bo) || !sees(eve) {
			t.Error("the team's and the publishers' own:", sees(ann), sees(bo), sees(eve))
		}
		nobody := actor.With(t.Context(), actor.Actor{})
		if hits, err := k.Search(nobody, knowledge.Query{Text: "compressors", Public: true}); err != nil || len(hits) != 1 || hits[0].ArticleID != open.ID {
			t.Error(hits, err)
		}
		if _, err := k.Published(nobody, a.ID, "en"); !fault.Is(err, fault.KindNotFound) {
			t.Error(err)
		}
		if v, err := k.Published(nobody, open.ID, "zh-CN"); err != nil || v.Locale != "en" {
			t.Error(v, err)
		}
		list, err := k.PublicList(nobody, knowledge.Query{}, page.Request{})
		if err != nil || len(list.Items) != 1 || list.Items[0].ArticleID != open.ID {
			t.Error(list, err)
		}
	})
}

func TestSearchFindsTwoChineseCharactersInBothScriptsAndSynonyms_R117(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, k *desk) {
		if err := k.Seed(actor.AsSystem(t.Context())); err != nil {
			t.Fatal(err)
		}
		k.publish(knowledge.Meta{}, zh("空压机的保修期是多久", "整机两年。"))
		k.publish(knowledge.Meta{}, zh("牙椅怎样清洁", "用软布。"))
		k.publish(knowledge.Meta{}, en("Treadmill belt maintenance", "Lubricate the belt every three months."))
		for q, want := range map[string]string{
			"保修": "空压机的保修期是多久", "保固": "空压机的保修期是多久", "质保多长时间": "空压机的保修期是多久", "保修期": "空压机的保修期是多久",
			"保固期": "空压机的保修期是多久", "空壓機": "空压机的保修期是多久", "warranty": "空压机的保修期是多久", "清潔牙椅": "牙椅怎样清洁",
			"kyj": "空压机的保修期是多久", "kongyaji": "空压机的保修期是多久", "qingjie": "牙椅怎样清洁",
			"treadmil": "Treadmill belt maintenance", "tredmill belts": "Treadmill belt maintenance", "maintenanse": "Treadmill belt maintenance", "treadm": "Treadmill belt maintenance",
		} {
			if got := k.titles(ann, knowledge.Query{Text: q}); len(got) == 0 || got[0] != want {
				t.Errorf("%q finds %q", q, got)
			}
		}
		if got := k.titles(ann, knowledge.Query{Text: "量子"}); len(got) != 0 {
			t.Error("what is not there:", got)
		}
	})
}

func TestMarkingAsSolvedRaisesCountsAndRank_R300(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, k *desk) {
		leak := func(part string) knowledge.Text {
			x := en("Oil leaks below the machine: "+part, "Look at the "+part+".")
			x.Symptoms = []string{"a puddle of oil"}
			x.Causes = []knowledge.Cause{
				{Cause: "worn", Cures: []knowledge.Cure{{Cure: "clean it"}, {Cure: "replace it"}}},
				{Cause: "loose", Cures: []knowledge.Cure{{Cure: "tighten it"}}},
			}
			return x
		}
		k.publish(knowledge.Meta{Kind: new(knowledge.Fault)}, leak("seal"))
		b := k.publish(knowledge.Meta{Kind: new(knowledge.Fault)}, leak("pipe"))
		q := knowledge.Query{Text: "oil leaks below the machine"}
		if got := k.titles(ann, q); got[0] != "Oil leaks below the machine: seal" {
			t.Fatal(got)
		}
		for range 3 {
			if err := k.NoteCure(k.as(ann), b.ID, "c2.1"); err != nil {
				t.Fatal(err)
			}
		}
		if err := k.NoteSolved(k.as(ann), b.ID); err != nil {
			t.Fatal(err)
		}
		if got := k.titles(ann, q); got[0] != "Oil leaks below the machine: pipe" {
			t.Error("rank did not rise:", got)
		}
		if got, err := k.Get(k.as(ann), b.ID); err != nil || got.Solved != 4 {
			t.Error(got, err)
		}
		v, err := k.Published(k.as(ann), b.ID, "en")
		if err != nil || v.Causes[0].Cause != "loose" || v.Causes[0].Cures[0].Solved != 3 || v.Causes[1].Cures[1].Cure != "replace it" {
			t.Error("what helped most is first:", v.Causes, err)
		}
	})
}

func TestUseIsCountedForEachArticle_R303(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, k *desk) {
		a := k.publish(knowledge.Meta{}, en("Used", "Text."))
		for range 2 {
			if err := k.NoteUse(k.as(ann), a.ID); err != nil {
				t.Fatal(err)
			}
		}
		if err := k.NoteHelpful(actor.With(t.Context(), actor.Actor{}), a.ID, true); !fault.Is(err, fault.KindNotFound) {
			t.Error("an internal article was judged from outside:", err)
		}
		if got, err := k.Get(k.as(ann), a.ID); err != nil || got.Uses != 2 || got.Version != a.Version {
			t.Error(got, err)
		}
		if hits, err := k.Search(k.as(ann), knowledge.Query{Text: "used"}); err != nil || hits[0].Uses != 2 {
			t.Error(hits, err)
		}
	})
}

func TestSuggestionsBelongToTheProduct_R168_R299(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, k *desk) {
		about := func(product int64, title string) {
			k.publish(knowledge.Meta{ProductIDs: new([]int64{product}), TypeIDs: new([]int64{9})}, en(title, "Press the green button for two seconds."))
		}
		about(1, "Start the compressor")
		about(2, "Start the treadmill")
		k.publish(knowledge.Meta{}, en("Invoices", "By mail."))
		hits, err := k.Suggest(k.as(ann), knowledge.Signals{ProductID: 2})
		if err != nil || len(hits) != 1 || hits[0].Title != "Start the treadmill" {
			t.Error("by product alone:", hits, err)
		}
		hits, err = k.Suggest(k.as(ann), knowledge.Signals{ProductID: 2, TypeID: 9, Text: "How do I start it? Which button?"})
		if err != nil || len(hits) == 0 || hits[0].Title != "Start the treadmill" {
			t.Error("by product and words:", hits, err)
		}
		if hits, err = k.Suggest(k.as(ann), knowledge.Signals{}); err != nil || len(hits) != 0 {
			t.Error("from nothing:", hits, err)
		}
	})
}

func TestTheOwnerHearsOnceOfAReviewDateThatHasPassed_R252(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, k *desk) {
		due := k.clock.Now().AddDate(0, 1, 0)
		a := k.publish(knowledge.Meta{OwnerID: new(ann.ID), ReviewBy: new(&due)}, en("Opening hours", "Nine to five."))
		stale := func() int {
			if err := k.RemindOwners(actor.AsSystem(t.Context())); err != nil {
				t.Fatal(err)
			}
			list, err := k.Stale(k.as(ann), 0, "en", page.Request{})
			if err != nil {
				t.Fatal(err)
			}
			return len(list.Items)
		}
		if stale() != 0 || len(k.remind) != 0 {
			t.Error("too early:", k.remind)
		}
		k.clock.Set(due.Add(time.Hour))
		for range 2 {
			if stale() != 1 {
				t.Error("not on the stale list")
			}
		}
		if len(k.remind) != 1 || k.remind[0].OwnerID != ann.ID || k.remind[0].Title != "Opening hours" {
			t.Error("the owner is told once:", k.remind)
		}
		evs := k.heard(a.ID)
		if evs[0].Kind != knowledge.EventReviewDue {
			t.Error(evs)
		}
		later := due.AddDate(0, 1, 0)
		if _, err := k.Change(k.as(ann), a.ID, 0, knowledge.Meta{ReviewBy: new(&later)}, nil); err != nil {
			t.Fatal(err)
		}
		if stale() != 0 {
			t.Error("looked at, and still stale")
		}
		k.clock.Set(later.Add(time.Hour))
		if stale() != 1 || len(k.remind) != 2 {
			t.Error("the next date:", k.remind)
		}
	})
}

func TestAShortCodeGivesTheStandardAnswer_R302_R116(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, k *desk) {
		a := k.publish(knowledge.Meta{Code: new("/Warranty")}, en("How long is the warranty?", "Two <b>years</b>."), zh("保修多久？", "两年。"))
		for locale, want := range map[string]string{"en": "<p>Two <b>years</b>.</p>", "zh-CN": "<p>两年。</p>", "zh-TW": "<p>两年。</p>"} {
			if v, err := k.ByCode(k.as(ann), "/warranty", locale); err != nil || v.Answer != want || v.ArticleID != a.ID {
				t.Error(locale, v.Answer, err)
			}
		}
		if _, err := k.Create(k.as(ann), knowledge.Meta{Code: new("warranty")}, knowledge.Work{Texts: []knowledge.Text{en("x", "x")}}); !fault.Is(err, fault.KindInvalid) {
			t.Error("a code twice:", err)
		}
		if _, err := k.ByCode(k.as(ann), "none", "en"); !fault.Is(err, fault.KindNotFound) {
			t.Error(err)
		}
	})
}

func TestACampaignShowsItsRulesAndItsPeriod_R005(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, k *desk) {
		now := k.clock.Now()
		from, to := now.AddDate(0, 0, 1), now.AddDate(0, 0, 8)
		x := en("Spring sale", "Ten percent off.")
		w := knowledge.Work{From: &from, Texts: []knowledge.Text{x}}
		a, err := k.Create(k.as(eve), knowledge.Meta{Kind: new(knowledge.Campaign)}, w)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := k.Publish(k.as(eve), a.ID, 0, knowledge.Release{}); !fault.Is(err, fault.KindInvalid) {
			t.Error("without rules and an end:", err)
		}
		w.To, w.Texts[0].Rules = &to, "<ul><li>One for each customer</li></ul>"
		if a, err = k.Change(k.as(eve), a.ID, a.Version, knowledge.Meta{}, &w); err == nil {
			_, err = k.Publish(k.as(eve), a.ID, a.Version, knowledge.Release{})
		}
		if err != nil {
			t.Fatal(err)
		}
		for at, want := range map[time.Time]string{now: "upcoming", from: "running", to: "ended"} {
			k.clock.Set(at)
			hits, err := k.Search(k.as(ann), knowledge.Query{Text: "spring sale", Kinds: []knowledge.Kind{knowledge.Campaign}})
			v, errV := k.Published(k.as(ann), a.ID, "en")
			if err != nil || errV != nil || len(hits) != 1 || hits[0].Period != want || v.Period(at) != want || !strings.Contains(v.Rules, "One for each customer") || !v.From.Equal(from) {
				t.Error(at, hits, err, v, errV)
			}
		}
	})
}

func TestASearchTermFindsItsDefinitionAndAnExpert_R416(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, k *desk) {
		_, err := k.SaveTerm(k.as(ann), knowledge.GlossaryTerm{
			Names: map[string]string{"en": "dew point", "zh-CN": "露点"}, Aliases: []string{"PDP"},
			Definitions: map[string]string{"en": "The temperature at which water begins to condense.", "zh-CN": "水汽开始凝结的温度。"},
		})
		if err == nil {
			_, err = k.SaveTerm(k.as(ann), knowledge.GlossaryTerm{Names: map[string]string{"en": "bar"}, Definitions: map[string]string{"en": "A unit of pressure."}})
		}
		if err == nil {
			_, err = k.SaveExpert(k.as(eve), knowledge.Expert{AgentID: bo.ID, Subjects: []string{"露点", "dryers", "dew point"}, Note: "afternoons"})
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, q := range []string{"dew point", "露點", "what is the dew point?", "空压机的露点太高", "dew"} {
			terms, err := k.Glossary(k.as(ann), q)
			experts, errE := k.Experts(k.as(ann), q)
			if err != nil || errE != nil || len(terms) != 1 || terms[0].Names["en"] != "dew point" || len(experts) != 1 || experts[0].AgentID != bo.ID {
				t.Error(q, terms, err, experts, errE)
			}
		}
		if terms, err := k.Glossary(k.as(ann), "barrel"); err != nil || len(terms) != 0 {
			t.Error(terms, err)
		}
		if _, err := k.SaveExpert(k.as(eve), knowledge.Expert{AgentID: bo.ID, Subjects: []string{"x"}}); !fault.Is(err, fault.KindInvalid) {
			t.Error("an expert twice:", err)
		}
	})
}

func TestAHitMarksTheWordsOfTheQuestionAndWhatMeansTheSame_R117(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, k *desk) {
		if err := k.Seed(actor.AsSystem(t.Context())); err != nil {
			t.Fatal(err)
		}
		x := zh("空压机", "换下的配件保修一年。")
		k.publish(knowledge.Meta{}, x)
		hits, err := k.Search(k.as(ann), query("空壓機配件保固多久"))
		if err != nil || len(hits) != 1 {
			t.Fatal(hits, err)
		}
		var marked []string
		for _, r := range hits[0].Ranges {
			marked = append(marked, hits[0].Snippet[r.Start:r.End])
		}
		if got := strings.Join(marked, " "); got != "配件 保修" && got != "配件保修" {
			t.Error(marked, hits[0].Snippet)
		}
	})
}

func TestAnotherNodeTakesInWhatIsWrittenHereAndForgetsWhatIsPurged_R117(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, k *desk) {
		k.publish(knowledge.Meta{}, en("Written before", "Yes."))
		ctx, stop := context.WithCancel(t.Context())
		other := open(t, k.db)
		var running sync.WaitGroup
		running.Go(func() { other.journal.Run(ctx) })
		running.Go(func() { k.journal.Run(ctx) })
		running.Go(func() { other.Run(ctx) })
		defer running.Wait()
		defer stop()
		until := func(want ...string) {
			t.Helper()
			var got []string
			for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) { //nolint:forbidigo // waits for another goroutine
				if got = other.titles(ann, query("written")); slices.Equal(got, want) {
					return
				}
			}
			t.Errorf("the other node finds %q, want %q", got, want)
		}
		until("Written before")
		a := k.publish(knowledge.Meta{}, en("Written here: written", "Yes."))
		until("Written here: written", "Written before")
		if _, err := k.SaveSynonym(k.as(eve), knowledge.Synonym{Words: []string{"written", "zzz"}}); err != nil {
			t.Fatal(err)
		}
		if err := k.Purge(actor.AsSystem(t.Context()), []int64{a.ID}); err != nil {
			t.Fatal(err)
		}
		until("Written before")
	})
}

func TestWhoMayNotReadAnArticleHearsNothingOfIt_R111(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, k *desk) {
		a := k.publish(knowledge.Meta{TeamIDs: new([]int64{1})}, en("For team one", "x"))
		draft, err := k.Create(k.as(ann), knowledge.Meta{}, knowledge.Work{Texts: []knowledge.Text{en("A draft", "x")}})
		if err != nil {
			t.Fatal(err)
		}
		for who, want := range map[*actor.Actor][2]bool{&ann: {true, true}, &bo: {false, true}, &eve: {true, true}, &emil: {false, false}, {}: {false, false}} {
			if got := [2]bool{knowledge.Sees(k.heard(a.ID)[0], *who), knowledge.Sees(k.heard(draft.ID)[0], *who)}; got != want {
				t.Errorf("%s hears %v, want %v", who.Name, got, want)
			}
		}
	})
}
