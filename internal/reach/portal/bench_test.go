package portal_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"testing"
	"time"

	"heed/internal/kernel/actor"
	"heed/internal/offer/knowledge"
	"heed/internal/platform/db/dbtest"
)

// benchArticles is how many articles a large firm has.
const benchArticles = 5000

// BenchmarkPages measures the pages of a help centre with five thousand
// articles, as they come to a browser, and tells the slowest of a hundred. While
// it runs the lists of articles grow old and are made anew again and again.
func BenchmarkPages(b *testing.B) {
	h := build(b, dbtest.New(b, dbtest.SQLite, migrations()))
	p := h.product("HG-37", "空压机 HG-37")
	kinds := []knowledge.Kind{knowledge.Question, knowledge.Policy, knowledge.Process, knowledge.Product}
	ctx := actor.With(b.Context(), eve)
	parts := []string{"压缩机", "牙科椅", "跑步机", "漏油", "异响", "保修期", "发票", "安装", "滤芯", "控制器"}
	for i := range benchArticles {
		title := fmt.Sprintf("%s%s第 %d 条", parts[i%10], parts[i/10%10], i)
		text := func(locale string) knowledge.Text {
			return knowledge.Text{Locale: locale, Title: title, Summary: parts[i/7%10] + "的说明", Answer: "<p>先停机，再检查" + parts[i/3%10] + "，必要时更换。</p>", Body: "<p>" + title + "</p>"}
		}
		meta := knowledge.Meta{Kind: &kinds[i%4], Audience: new(knowledge.Public), ProductIDs: &[]int64{p.ID}}
		a, err := h.knowledge.Create(ctx, meta, knowledge.Work{Texts: []knowledge.Text{text("zh-CN"), text("en")}})
		if err == nil {
			_, err = h.knowledge.Publish(ctx, a.ID, 0, knowledge.Release{})
		}
		if err != nil {
			b.Fatal(err)
		}
	}
	for name, path := range map[string]string{
		"home": "/help/zh-CN/", "search": "/help/zh-CN/search?q=" + url.QueryEscape("压缩机漏油怎么办"), "kind": "/help/en/search?kind=policy", "article": "/help/zh-CN/a/2500", "product": fmt.Sprintf("/help/zh-CN/products/%d", p.ID),
	} {
		b.Run(name, func(b *testing.B) {
			target := h.get(path).path // where an article stands
			var took []time.Duration
			for b.Loop() {
				req := httptest.NewRequestWithContext(b.Context(), http.MethodGet, target, nil)
				w := httptest.NewRecorder()
				began := time.Now()
				h.server.Config.Handler.ServeHTTP(w, req)
				took = append(took, time.Since(began))
				if _, err := io.Copy(io.Discard, w.Body); err != nil || w.Code != http.StatusOK {
					b.Fatal(w.Code, err)
				}
				h.clock.Advance(100 * time.Millisecond)
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
		})
	}
}
