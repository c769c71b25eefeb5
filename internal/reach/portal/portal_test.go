package portal_test

import (
	"encoding/xml"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"heed/internal/kernel/day"
	"heed/internal/kernel/page"
	"heed/internal/offer/catalog"
	"heed/internal/offer/dealer"
	"heed/internal/offer/knowledge"
	"heed/internal/reach/portal"
	"heed/internal/work/conversation"
	"heed/internal/work/need"
	"heed/internal/work/referral"
	"heed/internal/work/ticket"
)

func TestTheHelpCentreSpeaksTheLanguageThatIsAskedFor(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		for asked, want := range map[string]string{
			"": "/help/zh-CN/", "de": "/help/zh-CN/", "en-GB,en;q=0.8": "/help/en/", "zh-HK": "/help/zh-TW/", "fr, zh-TW;q=0.5": "/help/zh-TW/",
		} {
			if g := h.do(http.MethodGet, "/help", map[string]string{"Accept-Language": asked}, nil); g.path != want || g.status != http.StatusOK {
				t.Errorf("%q leads to %d %s", asked, g.status, g.path)
			}
		}
		h.get("/help/en/").has(t, `<html lang="en">`, "How can we help?", "恒源机电")
		h.get("/help/zh-TW/").has(t, "有什麼可以幫您")
		g := h.get("/help/zh-TW/a/99")
		if g.status != http.StatusNotFound {
			t.Error(g.status)
		}
		g.has(t, "沒有這個頁面", "恒源机电")
	})
}

func TestPublicSearchFindsBothScripts_R117(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		if err := h.knowledge.Seed(as(t, eve)); err != nil {
			t.Fatal(err)
		}
		h.publish(knowledge.Meta{Kind: new(knowledge.Policy)}, words(zh("保修期多长", "整机保修期一年，维修免费。")))
		h.publish(knowledge.Meta{Audience: new(knowledge.Internal)}, words(zh("保修的内部说明", "只给同事看。")))
		h.publish(knowledge.Meta{}, words(zh("怎样清洁", "用软布。")))
		for _, q := range []string{"保修", "保修期", "保固", "維修", "维修"} {
			g := h.get("/help/zh-TW/search?q=" + url.QueryEscape(q))
			g.has(t, "保修期多长")
			g.lacks(t, "内部", "怎样清洁")
		}
		h.get("/help/zh-CN/search?q="+url.QueryEscape("保修")).has(t, "<mark>保修</mark>")
		h.get("/help/zh-CN/search?kind=policy").has(t, "保修期多长")
		h.get("/help/zh-CN/search?kind=fault").lacks(t, "保修期多长")
		h.get("/help/en/search?q="+url.QueryEscape(`<script>alert(1)</script>`)).lacks(t, "<script")
	})
}

func TestAnArticleIsShownWithItsLanguagesAndItsDate_R252(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		p := h.product("HG-37", "空压机 HG-37")
		text := zh("底部漏油", `先<b style="color:red">停机</b>。`)
		text.Symptoms = []string{"地上有油"}
		text.Causes = []knowledge.Cause{{Cause: "轴封磨损", Cures: []knowledge.Cure{{Cure: "更换轴封"}}}}
		en := knowledge.Text{Locale: "en", Title: "Oil leak at the bottom", Answer: "<p>Stop it first.</p>", Symptoms: []string{"Oil on the floor"}, Causes: text.Causes}
		a := h.publish(knowledge.Meta{Kind: new(knowledge.Fault), ProductIDs: &[]int64{p.ID}}, words(text, en))
		g := h.get(fmt.Sprintf("/help/zh-CN/a/%d", a.ID))
		if want := fmt.Sprintf("/help/zh-CN/a/%d-%s", a.ID, url.PathEscape("底部漏油")); g.path != want {
			t.Errorf("it stands at %s, not at %s", g.path, want)
		}
		g.has(t, "停机", "地上有油", "轴封磨损", "更换轴封", "最后更新：2026年11月24日", "第 1 版", "空压机 HG-37",
			fmt.Sprintf(`hreflang="en" href="https://help.example/help/en/a/%d-oil-leak-at-the-bottom"`, a.ID), `<link rel="canonical"`)
		g.lacks(t, "style=", "<script", `hreflang="zh-TW" href="https://help.example/help/zh-TW/a`)
		h.get(fmt.Sprintf("/help/zh-TW/a/%d", a.ID)).has(t, "暫無繁體中文版", "底部漏油")
		h.get(fmt.Sprintf("/help/en/a/%d", a.ID)).has(t, "Stop it first", "Last updated 24 November 2026")

		h.clock.Advance(48 * time.Hour)
		text.Answer = "<p>先关阀门。</p>"
		next, err := h.knowledge.Begin(as(t, eve), a.ID)
		if err == nil {
			_, err = h.knowledge.Change(as(t, eve), a.ID, next.Version, knowledge.Meta{}, &knowledge.Work{Texts: []knowledge.Text{text, en}})
		}
		if err == nil {
			_, err = h.knowledge.Publish(as(t, eve), a.ID, 0, knowledge.Release{})
		}
		if err != nil {
			t.Fatal(err)
		}
		h.get(fmt.Sprintf("/help/zh-CN/a/%d", a.ID)).has(t, "先关阀门", "最后更新：2026年11月26日", "第 2 版")

		if _, err := h.knowledge.Retire(as(t, eve), a.ID, 0, "old"); err != nil {
			t.Fatal(err)
		}
		if g := h.get(fmt.Sprintf("/help/zh-CN/a/%d", a.ID)); g.status != http.StatusNotFound {
			t.Error("a retired article is shown")
		}
	})
}

func TestACampaignShowsItsRulesAndPeriod(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		text := zh("以旧换新", "旧机抵一千元。")
		text.Rules = "<p>每台限一次。</p>"
		zone := time.FixedZone("CST", 8*3600)
		from, to := time.Date(2026, 11, 1, 0, 0, 0, 0, zone), time.Date(2026, 12, 1, 0, 0, 0, 0, zone)
		a := h.publish(knowledge.Meta{Kind: new(knowledge.Campaign)}, knowledge.Work{From: &from, To: &to, Texts: []knowledge.Text{text}})
		h.get(fmt.Sprintf("/help/zh-CN/a/%d", a.ID)).has(t, "每台限一次", "2026年11月1日 – 2026年11月30日", "进行中")
	})
}

func TestWhoHelpsIsCountedOnceADay(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		a := h.publish(knowledge.Meta{}, words(zh("怎样清洁", "用软布。")))
		action := fmt.Sprintf("/help/zh-CN/a/%d/helpful", a.ID)
		h.get(fmt.Sprintf("/help/zh-CN/a/%d", a.ID)).has(t, action)
		g := h.post(action, url.Values{"helpful": {"no"}, "word": {"没说怎么清洁滤芯 <b>"}})
		g.has(t, "谢谢您的反馈")
		if !strings.Contains(g.path, "said=thanks") {
			t.Error(g.path)
		}
		h.post(action, url.Values{"helpful": {"yes"}}).has(t, "今天已经评价过")
		count := func() (int64, int64) {
			got, err := h.knowledge.Article(t.Context(), a.ID)
			if err != nil {
				t.Fatal(err)
			}
			return got.Helpful, got.Unhelpful
		}
		if yes, no := count(); yes != 0 || no != 1 {
			t.Error(yes, no)
		}
		h.clock.Advance(24 * time.Hour)
		h.post(action, url.Values{"helpful": {"yes"}}).has(t, "谢谢您的反馈")
		if yes, no := count(); yes != 1 || no != 1 {
			t.Error(yes, no)
		}
		said, err := h.Words(as(t, ann), a.ID, page.Request{})
		if err != nil || len(said.Items) != 1 || said.Items[0].Word != "没说怎么清洁滤芯 <b>" || said.Items[0].Helpful {
			t.Error(said, err)
		}
		if g := h.post(action, url.Values{"helpful": {"maybe"}}); g.status != http.StatusNotFound {
			t.Error(g.status)
		}
	})
}

// machineFault is the form of somebody whose machine has a fault.
func (h *house) machineFault(t *testing.T) map[string]string {
	t.Helper()
	g := h.get("/help/zh-CN/ask?type=machine_fault")
	g.has(t, `name="q_stopped"`, "机器停了吗", `name="f_standstill"`, `name="website"`)
	h.clock.Advance(10 * time.Second)
	f := carried(g.body)
	maps.Copy(f, map[string]string{
		"type": "machine_fault", "name": "王芳", "email": "Wang@Example.com", "phone": "138 0013 8000", "words": "空压机昨天开始漏油！\n地上一滩，声音也大。",
		"q_stopped": "no", "q_what_happens": "底下漏油", "f_standstill": "no", "website": "",
	})
	return f
}

func (h *house) first(t *testing.T) (ticket.Ticket, conversation.Message) {
	t.Helper()
	tk, err := h.tickets.Get(as(t, ann), 1)
	if err != nil {
		t.Fatal(err)
	}
	said, err := h.talk.List(as(t, ann), 1, page.Request{})
	if err != nil || len(said.Items) != 1 {
		t.Fatal(said, err)
	}
	return tk, said.Items[0]
}

const png = "\x89PNG\r\n\x1a\n and what follows"

func TestAFormWithASymptomAndAPhotoMakesARequestWithBoth_R038(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		f := h.machineFault(t)
		g := h.send("/help/zh-CN/ask", f, map[string]string{"photo.png": png})
		tk, m := h.first(t)
		if !strings.HasSuffix(g.path, "/ask?sent="+tk.Number()) {
			t.Fatalf("%d %s %s", g.status, g.path, middle(g.body))
		}
		g.has(t, tk.Number(), "已收到")
		typ, err := h.types.ByKey(as(t, ann), "machine_fault")
		if err != nil {
			t.Fatal(err)
		}
		if tk.Channel != "web" || tk.TypeID != typ.ID || tk.Subject != "空压机昨天开始漏油！" || tk.Status != ticket.StatusNew || tk.Fields["standstill"] != "no" {
			t.Errorf("%+v", tk)
		}
		if !strings.Contains(tk.Symptom, "机器停了吗？ 否") || !strings.Contains(tk.Symptom, "底下漏油") {
			t.Errorf("the symptom is %q", tk.Symptom)
		}
		if len(m.Files) != 1 || m.Files[0].Name != "photo.png" || m.Files[0].Type != "image/png" || m.Files[0].Size != int64(len(png)) {
			t.Errorf("%+v", m.Files)
		}
		if !strings.Contains(m.Text, "地上一滩") || !strings.Contains(m.Text, "机器停了吗？ 否") || m.From != "wang@example.com" || m.Author.Name != "王芳" {
			t.Errorf("%+v", m)
		}
		n, err := h.needs.Get(as(t, ann), tk.ID, "zh-CN")
		if err != nil || n.OwnWords != f["words"] || n.Restatement != "" || n.Confirmed() || n.Answers["stopped"] != "no" {
			t.Errorf("%+v %v", n.Need, err)
		}
		c, err := h.customers.Get(as(t, ann), tk.CustomerID)
		if err != nil || c.Name != "王芳" || c.Locale != "zh-CN" || len(c.Emails) != 1 || len(c.Phones) != 1 {
			t.Errorf("%+v %v", c, err)
		}
		if len(h.town.acknowledged) != 1 || h.town.acknowledged[0] != "wang@example.com" {
			t.Error(h.town.acknowledged)
		}
		// The same form again, as when the button was pressed twice.
		if again := h.send("/help/zh-CN/ask", f, map[string]string{"photo.png": png}); !strings.HasSuffix(again.path, tk.Number()) {
			t.Error(again.path)
		}
		if _, err := h.tickets.Get(as(t, ann), 2); err == nil {
			t.Error("a form made two tickets")
		}
		// The same customer with another matter.
		h.send("/help/zh-CN/ask", h.machineFault(t), nil)
		if second, err := h.tickets.Get(as(t, ann), 2); err != nil || second.CustomerID != tk.CustomerID {
			t.Error(second.CustomerID, err)
		}
	})
}

func TestWhatIsWrongStandsBesideTheFieldAndNothingIsLost(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		f := h.machineFault(t)
		f["email"], f["phone"], f["name"] = "wang@", "", ""
		g := h.send("/help/zh-CN/ask", f, map[string]string{"photo.png": png})
		if g.status != http.StatusUnprocessableEntity {
			t.Fatal(g.status)
		}
		g.has(t, `id="email-error"`, `id="name-error"`, `value="wang@"`, "地上一滩", "photo.png", `name="q_stopped" value="no" checked`, `href="#email"`)
		back := carried(g.body)
		if back["kept"] == "" {
			t.Fatal("the photo was lost")
		}
		f["email"], f["name"], f["kept"], f["stamp"] = "wang@example.com", "王芳", back["kept"], back["stamp"]
		if g = h.send("/help/zh-CN/ask", f, nil); g.status != http.StatusOK {
			t.Fatal(g.status, middle(g.body))
		}
		if _, m := h.first(t); len(m.Files) != 1 || m.Files[0].Name != "photo.png" {
			t.Errorf("%+v", m.Files)
		}
	})
}

func TestFieldsFollowTheKindThatIsChosen(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		p := h.product("HG-37", "空压机 HG-37")
		f := carried(h.get("/help/zh-CN/ask").body)
		f["words"], f["type"], f["again"] = "想买一台", "where_to_buy", "yes"
		g := h.send("/help/zh-CN/ask", f, nil)
		g.has(t, "想买一台", `name="q_way"`, "空压机 HG-37", `<option value="where_to_buy" selected>`)
		h.clock.Advance(time.Minute)
		f = carried(g.body)
		maps.Copy(f, map[string]string{"words": "想买一台", "type": "where_to_buy", "name": "Li", "phone": "13800138001", "f_product": fmt.Sprint(p.ID), "q_way": "shop"})
		h.send("/help/zh-CN/ask", f, nil)
		if tk, m := h.first(t); tk.ProductID != p.ID || !strings.Contains(m.Text, "空压机 HG-37") || len(h.town.acknowledged) != 0 {
			t.Errorf("%+v %s", tk, m.Text)
		}
		// What must be known at once is asked for.
		f = carried(h.get("/help/zh-CN/ask?type=delivery").body)
		h.clock.Advance(time.Minute)
		f["type"], f["words"], f["name"], f["phone"] = "delivery", "请送货", "Li", "13800138001"
		if g := h.send("/help/zh-CN/ask", f, nil); g.status != http.StatusUnprocessableEntity || !strings.Contains(g.body, `id="f_address-error"`) {
			t.Error(g.status, middle(g.body))
		}
	})
}

func TestProgramsThatFillInFormsAreHeldUp(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		f := h.machineFault(t)
		f["website"] = "https://spam.example"
		g := h.send("/help/zh-CN/ask", f, nil)
		g.has(t, "请再点一次", "地上一滩")
		f = h.machineFault(t)
		f["stamp"] = carried(h.get("/help/zh-CN/ask").body)["stamp"] // just opened
		h.send("/help/zh-CN/ask", f, nil).has(t, "请再点一次", "地上一滩")
		f["stamp"] = "6162"
		h.send("/help/zh-CN/ask", f, nil).has(t, "请再点一次", "地上一滩")
		if _, err := h.tickets.Get(as(t, ann), 1); err == nil {
			t.Fatal("a program has made a ticket")
		}
		for range 20 {
			g = h.send("/help/zh-CN/ask", f, nil)
		}
		g.has(t, "分钟后再提交", "地上一滩")
		h.clock.Advance(time.Hour)
		if g = h.send("/help/zh-CN/ask", h.machineFault(t), nil); !strings.Contains(g.path, "sent=") {
			t.Error("after an hour", g.status)
		}
	})
}

func TestFilesHaveBounds(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		f := h.machineFault(t)
		g := h.send("/help/zh-CN/ask", f, map[string]string{"big.bin": strings.Repeat("x", 65<<10), "small.txt": "x"})
		g.has(t, `id="files-error"`, "64 KB", "small.txt", "地上一滩")
		many := map[string]string{}
		for i := range 7 {
			many[fmt.Sprintf("%d.txt", i)] = "x"
		}
		h.send("/help/zh-CN/ask", f, many).has(t, `id="files-error"`, "最多 5 个文件")
		kept := carried(g.body)["kept"]
		h.clock.Advance(13 * time.Hour)
		f["kept"], f["name"] = kept, ""
		h.send("/help/zh-CN/ask", f, nil).lacks(t, "small.txt")
		f["kept"] = "6162"
		h.send("/help/zh-CN/ask", f, nil).lacks(t, `class="kept"`)
	})
}

func TestACustomerConfirmsOnHisPage_R103(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		ask := func() (int64, string) {
			tk, err := h.tickets.Create(as(t, ann), ticket.Input{Subject: "Oil", Channel: "phone"})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := h.needs.Save(as(t, ann), tk.ID, 0, need.Patch{Restatement: new("空压机底部漏油，\n每天一杯")}, "en"); err != nil {
				t.Fatal(err)
			}
			q, err := h.needs.Ask(as(t, ann), tk.ID, false)
			if err != nil {
				t.Fatal(err)
			}
			return tk.ID, q.URL
		}
		id, link := ask()
		g := h.get(link)
		g.has(t, "空压机底部漏油", "对，就是这个问题", "不完全对")
		if g.header.Get("Cache-Control") != "no-store" || g.header.Get("X-Robots-Tag") != "noindex" {
			t.Error(g.header)
		}
		h.get(link+"?lang=en").has(t, "Yes, that’s my problem")
		h.post(link, url.Values{"answer": {"yes"}}).has(t, "您已于 2026年11月24日")
		n, err := h.needs.Get(as(t, ann), id, "en")
		if err != nil || !n.Confirmed() || n.ConfirmedBy.Kind != need.ByCustomer || !n.ConfirmedAt.Equal(h.clock.Now()) {
			t.Errorf("%+v %v", n.Need, err)
		}
		h.post(link, url.Values{"answer": {"no"}, "text": {"x"}}).has(t, "您已于 2026年11月24日")

		id, link = ask()
		g = h.post(link, url.Values{"answer": {"no"}, "text": {" "}})
		g.has(t, `id="text-error"`, "<details class=\"no\" open>")
		h.post(link, url.Values{"answer": {"no"}, "text": {"是顶部漏油"}}).has(t, "更正")
		if n, err = h.needs.Get(as(t, ann), id, "en"); err != nil || n.Confirmed() || n.Corrections != 1 || n.Correction != "是顶部漏油" {
			t.Errorf("%+v %v", n.Need, err)
		}
		if g := h.get("/help/confirm/nothing"); g.status != http.StatusNotFound {
			t.Error(g.status)
		}
	})
}

func TestADealerReportsOnHisPage_R305(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		d, err := h.dealers.Create(as(t, eve), dealer.Patch{Name: new("恒泰"), City: new("苏州"), Email: new("shop@dealer.example"), Locale: new("zh-CN")})
		if err != nil {
			t.Fatal(err)
		}
		tk, err := h.tickets.Create(as(t, ann), ticket.Input{Subject: "换轴封", Channel: "phone"})
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := h.talk.Post(as(t, ann), conversation.Post{TicketID: tk.ID, Kind: conversation.Note, Text: "难缠的客户"}); err != nil {
			t.Fatal(err)
		}
		_, link, err := h.referrals.Create(as(t, ann), tk.ID, referral.Input{DealerID: d.ID, Note: "请更换轴封", Contact: "王女士 138 0013 8000"})
		if err != nil {
			t.Fatal(err)
		}
		at := strings.TrimPrefix(link, "https://help.example")
		g := h.get(at)
		g.has(t, "换轴封", "请更换轴封", "王女士", "恒泰", "等待您接受", "接受")
		g.lacks(t, "难缠")
		h.post(at, url.Values{"state": {"accepted"}}).has(t, "已接受")
		h.post(at, url.Values{"state": {"declined"}}).has(t, `id="text-error"`)
		h.post(at, url.Values{"state": {"working"}, "text": {"周一上门"}}).has(t, "周一上门", "处理中")
		now, err := h.tickets.Get(as(t, ann), tk.ID)
		if err != nil || now.DealerID != d.ID {
			t.Error(now.DealerID, err)
		}
		h.post(at, url.Values{"state": {"done"}, "text": {"已更换"}}).has(t, "已更换", "链接就此失效")
		if now, err = h.tickets.Get(as(t, ann), tk.ID); err != nil || now.DealerID != 0 || now.Status != ticket.StatusInProgress {
			t.Errorf("%+v %v", now, err)
		}
		if g := h.get(at); g.status != http.StatusNotFound {
			t.Error("the link goes on:", g.status)
		} else {
			g.has(t, "链接已失效")
		}
	})
}

func TestStrangersFindPublicDocumentsAlone_R240(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		p := h.product("HG-37", "空压机 HG-37")
		urls := map[string]string{}
		for _, x := range []catalog.DocumentInput{
			{Kind: "manual", Title: "使用手册", Audience: catalog.Public, Locale: "zh-CN"}, {Kind: "technical", Title: "电路图", Audience: catalog.Customers}, {Kind: "other", Title: "内部备忘", Audience: catalog.Internal},
		} {
			d, err := h.catalog.AddDocument(as(t, eve), p.ID, x, "x.pdf", strings.NewReader("%PDF-1.7"))
			if err != nil {
				t.Fatal(err)
			}
			urls[x.Title] = d.URL()
		}
		g := h.get(fmt.Sprintf("/help/zh-CN/products/%d", p.ID))
		g.has(t, "使用手册", urls["使用手册"], "空压机 HG-37")
		g.lacks(t, "电路图", "内部备忘", urls["电路图"])
		if got := h.get(urls["使用手册"]); got.status != http.StatusOK || got.body != "%PDF-1.7" {
			t.Error(got.status)
		}
		for _, name := range []string{"电路图", "内部备忘"} {
			if got := h.get(urls[name]); got.status != http.StatusUnauthorized {
				t.Errorf("%s: %d", name, got.status)
			}
		}
	})
}

func TestPricesComeFromTheListsAsTheyAreNow_R252(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		p := h.product("HG-37", "空压机 HG-37")
		list := func(name, tier string) int64 {
			l, err := h.catalog.SaveList(as(t, eve), 0, 0, catalog.ListPatch{Name: &name, Currency: new("CNY"), Tier: &tier})
			if err != nil {
				t.Fatal(err)
			}
			return l.ID
		}
		set := func(list, minor int64, from day.Day) {
			if _, err := h.catalog.SetPrice(as(t, eve), catalog.PriceInput{ListID: list, ProductID: p.ID, Minor: minor, From: from}); err != nil {
				t.Fatal(err)
			}
		}
		general, gold := list("General", ""), list("Gold", "gold")
		set(general, 4_580_000, "")
		set(gold, 4_000_000, "")
		at := fmt.Sprintf("/help/zh-CN/products/%d", p.ID)
		h.get(at).lacks(t, "45,800", "40,000") // the firm has not said that it publishes them
		if _, err := h.ChangeSettings(as(t, eve), 0, portal.SettingPatch{Prices: new(true), Phone: new("400-800-1234")}); err == nil {
			h.get(at).has(t, "¥45,800.00")
		} else if _, err := h.ChangeSettings(as(t, eve), 0, portal.SettingPatch{Prices: new(true)}); err != nil {
			t.Fatal(err)
		}
		g := h.get(at)
		g.has(t, "¥45,800.00", "价格日期：2026年11月24日")
		g.lacks(t, "40,000")
		set(general, 4_700_000, "2026-12-01")
		h.get(at).has(t, "¥45,800.00", "2026-12-01 起为 ¥47,000.00")
		h.clock.Advance(8 * 24 * time.Hour)
		g = h.get(at)
		g.has(t, "¥47,000.00", "价格日期：2026年12月2日")
		g.lacks(t, "45,800")
		h.get("/help/zh-CN/products").has(t, "¥47,000.00")
		if _, err := h.catalog.Change(as(t, eve), p.ID, 0, catalog.Patch{Status: new(catalog.Discontinued)}); err != nil {
			t.Fatal(err)
		}
		g = h.get(at)
		g.has(t, "已停止销售")
		g.lacks(t, "47,000")
	})
}

func TestTheLocatorFindsWhoIsNearAndSells_R298_R450(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		p, other := h.product("HG-37", "空压机 HG-37"), h.product("DC-3", "牙科椅")
		make := func(name, city string, patch dealer.Patch) {
			patch.Name, patch.City, patch.Contract, patch.Notes = &name, &city, new("C-2026-1"), new("付款慢")
			if _, err := h.dealers.Create(as(t, eve), patch); err != nil {
				t.Fatal(err)
			}
		}
		hours := []dealer.Hours{{Days: []int{1, 2, 3, 4, 5}, From: "09:00", To: "18:00"}}
		make("上海店", "上海", dealer.Patch{Products: &[]int64{p.ID}, Phone: new("021 6666 1234"), Hours: &hours, Ways: &[]string{"shop"}})
		make("苏州店", "苏州", dealer.Patch{Products: &[]int64{p.ID}})
		make("牙科店", "上海", dealer.Patch{Products: &[]int64{other.ID}})
		make("过期店", "上海", dealer.Patch{To: new(day.Day("2026-11-23"))})
		make("未来店", "上海", dealer.Patch{From: new(day.Day("2027-01-01"))})
		make("暂停店", "上海", dealer.Patch{Status: new(dealer.Paused)})
		g := h.get(fmt.Sprintf("/help/zh-CN/dealers?city=%s&product=%d", url.QueryEscape("蘇州"), p.ID))
		g.has(t, "离苏州最近", "苏州店", "同城", "上海店", "公里", "周一至周五 09:00–18:00", "到店", "tel:&#43;862166661234")
		g.lacks(t, "牙科店", "过期店", "未来店", "暂停店", "C-2026-1", "付款慢")
		if strings.Index(g.body, "苏州店") > strings.Index(g.body, "上海店") {
			t.Error("the nearest is not the first")
		}
		g = h.get("/help/en/dealers?city=Shanghai")
		g.has(t, "Nearest to Shanghai", "上海店", "牙科店", "Mon–Fri")
		g.lacks(t, "过期店", "未来店", "暂停店")
		h.get("/help/zh-CN/dealers?city="+url.QueryEscape("上海店")).has(t, "上海店")
		h.get("/help/zh-CN/dealers?city=Atlantis").has(t, "没有找到城市", "没有找到网点")
		h.get("/help/zh-CN/dealers?product=999&kind=x").has(t, "苏州店")
	})
}

func TestWhatIsSwitchedOffIsNotThere_R295(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		a := h.publish(knowledge.Meta{}, words(zh("怎样清洁", "用软布。")))
		h.off("knowledge", "catalog", "dealer")
		g := h.get("/help/zh-CN/")
		g.has(t, "有什么可以帮您", "联系我们")
		g.lacks(t, "/help/zh-CN/products", "/help/zh-CN/dealers", "/help/zh-CN/search", "怎样清洁")
		for _, path := range []string{"search", "products", "products/1", "dealers", fmt.Sprintf("a/%d", a.ID)} {
			if g := h.get("/help/zh-CN/" + path); g.status != http.StatusNotFound {
				t.Errorf("%s: %d", path, g.status)
			}
		}
		h.off("need")
		h.send("/help/zh-CN/ask", h.machineFault(t), nil)
		tk, m := h.first(t)
		if n, err := h.needs.Get(as(t, ann), tk.ID, "en"); err != nil || len(n.Answers) != 0 || n.OwnWords != "" || !strings.Contains(m.Text, "地上一滩") {
			t.Errorf("%+v %v", n.Need, err)
		}
		h.off("portal")
		for _, path := range []string{"/help", "/help/", "/help/en/", "/help/zh-CN/ask", "/sitemap.xml"} {
			g := h.get(path)
			if g.status != http.StatusNotFound {
				t.Errorf("%s: %d", path, g.status)
			}
			g.has(t, "恒源机电")
			g.lacks(t, "/ask")
			if css := h.get(sheetOf(g)); css.status != http.StatusOK {
				t.Errorf("%s has no style sheet: %d", path, css.status)
			}
		}
		h.get("/robots.txt").has(t, "Disallow: /\n")
		h.get("/robots.txt").lacks(t, "Allow: /help/")
	})
}

func TestEnginesFindEveryPageInEveryLanguage(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		a := h.publish(knowledge.Meta{}, words(zh("怎样清洁", "用软布。"), knowledge.Text{Locale: "en", Title: "How to clean", Answer: "<p>Softly.</p>"}))
		h.publish(knowledge.Meta{Audience: new(knowledge.Customers)}, words(zh("客户专享", "x")))
		g := h.get("/sitemap.xml")
		var set struct {
			URLs []struct {
				Loc     string `xml:"loc"`
				LastMod string `xml:"lastmod"`
			} `xml:"url"`
		}
		if err := xml.Unmarshal([]byte(g.body), &set); err != nil {
			t.Fatal(err)
		}
		found := map[string]string{}
		for _, u := range set.URLs {
			found[u.Loc] = u.LastMod
		}
		for _, want := range []string{"/help/en/", "/help/zh-TW/ask", "/help/zh-CN/dealers", fmt.Sprintf("/help/en/a/%d-how-to-clean", a.ID)} {
			if _, ok := found["https://help.example"+want]; !ok {
				t.Errorf("no %s in %v", want, found)
			}
		}
		if found[fmt.Sprintf("https://help.example/help/en/a/%d-how-to-clean", a.ID)] != "2026-11-24" || len(set.URLs) != 4*3+2 {
			t.Error(found)
		}
		h.get("/robots.txt").has(t, "Allow: /help/\n", "Disallow: /help/confirm/", "Sitemap: https://help.example/sitemap.xml")
	})
}

func TestPagesAreKeptByCachesAndRunNothing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		h.publish(knowledge.Meta{}, words(zh("怎样清洁", "用软布。")))
		g := h.get("/help/zh-CN/")
		tag := g.header.Get("ETag")
		if tag == "" || g.header.Get("Cache-Control") != "public, no-cache" || g.header.Get("Content-Language") != "zh-CN" {
			t.Error(g.header)
		}
		policy := g.header.Get("Content-Security-Policy")
		if !strings.Contains(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") || strings.Contains(policy, "script-src") {
			t.Error(policy)
		}
		g.lacks(t, "<script", "style=", "onclick")
		if again := h.do(http.MethodGet, "/help/zh-CN/", map[string]string{"If-None-Match": tag}, nil); again.status != http.StatusNotModified || again.body != "" {
			t.Error(again.status)
		}
		packed := h.do(http.MethodGet, "/help/zh-CN/", map[string]string{"Accept-Encoding": "gzip"}, nil)
		if packed.header.Get("Content-Encoding") != "gzip" || len(packed.body) >= len(g.body) {
			t.Error(packed.header)
		}
		css := sheetOf(g)
		if sheet := h.get(css); sheet.status != http.StatusOK || !strings.Contains(sheet.header.Get("Cache-Control"), "immutable") || !strings.Contains(sheet.body, "prefers-color-scheme: dark") {
			t.Error(css, sheet.status)
		}
		if g := h.do(http.MethodDelete, "/help/zh-CN/", nil, nil); g.status != http.StatusMethodNotAllowed {
			t.Error(g.status)
		}
		// Who works here sees what a stranger sees.
		h.publish(knowledge.Meta{Audience: new(knowledge.Internal)}, words(zh("内部说明", "x")))
		signedIn := h.do(http.MethodGet, "/help/zh-CN/search?q="+url.QueryEscape("内部说明"), map[string]string{"Authorization": "Bearer x"}, nil)
		signedIn.has(t, "没有找到相关内容")
	})
}

// sheetOf is the address of a page's style sheet.
func sheetOf(g got) string {
	_, css, _ := strings.Cut(g.body, `rel="stylesheet" href="`)
	css, _, _ = strings.Cut(css, `"`)
	return css
}

func TestTheFirmSaysWhatIsShown(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		patch := portal.SettingPatch{Phone: new("021-6666 1234"), Hours: &map[string]string{"zh-CN": "每天 8–20 点"}, Intro: &map[string]string{"zh-CN": "我们在听。"}}
		if _, err := h.ChangeSettings(as(t, ann), 0, patch); err == nil {
			t.Error("a rep may not")
		}
		v, err := h.ChangeSettings(as(t, eve), 1, patch)
		if err != nil || v.Phone != "+862166661234" || v.Version != 2 {
			t.Fatal(v, err)
		}
		h.get("/help/zh-CN/").has(t, "tel:&#43;862166661234", "每天 8–20 点", "我们在听。")
		if _, err := h.ChangeSettings(as(t, eve), 1, patch); err == nil {
			t.Error("a stale version")
		}
		g := h.do(http.MethodGet, "/api/v1/portal/settings", map[string]string{"Authorization": "Bearer x"}, nil)
		g.has(t, `"phone":"+862166661234"`)
		g = h.do(http.MethodPatch, "/api/v1/portal/settings", map[string]string{
			"Authorization": "Bearer x", "Content-Type": "application/json", "If-Match": `"2"`,
		}, strings.NewReader(`{"prices":true,"phone":""}`))
		g.has(t, `"prices":true`, `"phone":""`)
		if r := h.do(http.MethodGet, "/api/v1/portal/settings", nil, nil); r.status != http.StatusUnauthorized {
			t.Error(r.status)
		}
	})
}
