package demo

import (
	"bufio"
	"bytes"
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"heed/internal/kernel/actor"
	"heed/internal/offer/knowledge"
	"heed/internal/platform/i18n"
)

//go:embed articles/*.jsonl
var articleFiles embed.FS

// article is an article as the files hold it.
type article struct {
	Key      string                 `json:"key"`
	Kind     knowledge.Kind         `json:"kind"`
	Topic    string                 `json:"topic"`
	Products []string               `json:"products"`
	Types    []string               `json:"types"`
	Code     string                 `json:"code"`
	Audience knowledge.Audience     `json:"audience"`
	Tags     []string               `json:"tags"`
	Locales  map[string]articleText `json:"locales"`
}

// articleText is its text in one language; plain, with empty lines between
// paragraphs and lists in lines that begin with a hyphen.
type articleText struct {
	Title    string   `json:"title"`
	Summary  string   `json:"summary"`
	Answer   string   `json:"answer"`
	Body     string   `json:"body"`
	Keywords string   `json:"keywords"`
	Symptoms []string `json:"symptoms"`
	Causes   []struct {
		Cause string   `json:"cause"`
		Cures []string `json:"cures"`
	} `json:"causes"`
}

func readArticles() ([]article, error) {
	files, err := articleFiles.ReadDir("articles")
	if err != nil {
		return nil, err
	}
	var out []article
	for _, f := range files {
		b, err := articleFiles.ReadFile(path.Join("articles", f.Name()))
		if err != nil {
			return nil, err
		}
		lines := bufio.NewScanner(bytes.NewReader(b))
		lines.Buffer(nil, 1<<20)
		for n := 1; lines.Scan(); n++ {
			if len(bytes.TrimSpace(lines.Bytes())) == 0 {
				continue
			}
			var a article
			if err := json.Unmarshal(lines.Bytes(), &a); err != nil {
				return nil, fmt.Errorf("%s:%d: %w", f.Name(), n, err)
			}
			out = append(out, a)
		}
		if err := lines.Err(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// What the firm's articles look like: written in the year before the first
// request, and some that nobody has looked at again in time.
const (
	articleDays   = 420
	staleOneIn    = 29
	campaignPast  = 25
	campaignAhead = 45
)

// teach publishes the firm's articles, with the words of the trade and who knows
// about what.
func (l *loader) teach(ctx context.Context) error {
	if l.Knowledge == nil {
		return nil
	}
	articles, err := readArticles()
	if err != nil {
		return err
	}
	l.articles = make(map[string]int64, len(articles))
	if err := l.DB.Write(ctx, l.words); err != nil {
		return err
	}
	n := 0
	for some := range slices.Chunk(articles, batch) {
		err := l.DB.Write(ctx, func(ctx context.Context) error {
			for i, a := range some {
				if err := l.publish(ctx, a, n+i, len(articles)); err != nil {
					return fmt.Errorf("article %s: %w", a.Key, err)
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		n += len(some)
	}
	return nil
}

// leave has the reviews that are late now be known as such, so that their owners
// find them on the list and not as so many new tasks.
func (l *loader) leave(ctx context.Context) error {
	if l.Knowledge == nil {
		return nil
	}
	return l.Knowledge.RemindOwners(ctx)
}

func (l *loader) publish(ctx context.Context, a article, i, of int) error {
	l.Clock.Set(l.now.AddDate(0, 0, -articleDays+i*(articleDays-days-2)/of))
	owner := l.ownerOf(a, i).actor.ID
	review := l.now.AddDate(0, 1+i%11, i%27)
	if i%staleOneIn == 0 {
		review = l.now.AddDate(0, 0, -1-i%20)
	}
	at := &review
	m := knowledge.Meta{Kind: &a.Kind, Topic: &a.Topic, Audience: &a.Audience, Tags: &a.Tags, Code: &a.Code, OwnerID: &owner, ReviewBy: &at}
	products, err := idsOf(ctx, l.ProductIDs, a.Products)
	if err != nil {
		return err
	}
	types, err := idsOf(ctx, l.TypeIDs, a.Types)
	if err != nil {
		return err
	}
	m.ProductIDs, m.TypeIDs = &products, &types
	made, err := l.Knowledge.Create(ctx, m, a.work(l.now))
	if err != nil {
		return err
	}
	if err := l.mark(ctx, markArticle, made.ID); err != nil {
		return err
	}
	l.articles[a.Key] = made.ID
	if _, err := l.Knowledge.Publish(ctx, made.ID, 0, knowledge.Release{}); err != nil {
		return err
	}
	if a.Kind == knowledge.Fault && i%3 == 0 {
		return l.Knowledge.NoteCure(ctx, made.ID, "c1.1")
	}
	return nil
}

// ownerOf gives who answers for an article: an engineer of its products.
func (l *loader) ownerOf(a article, i int) *colleague {
	team := abroadTeam
	switch {
	case slices.Contains(a.Products, "chair"):
		team = chairTeam
	case slices.Contains(a.Products, "compressor"):
		team = compressorTeam
	}
	var able []*colleague
	for _, c := range l.staff {
		if slices.Contains(c.teams, team) {
			able = append(able, c)
		}
	}
	return able[i%len(able)]
}

func (a article) work(now time.Time) knowledge.Work {
	w := knowledge.Work{}
	if a.Kind == knowledge.Campaign {
		var said strings.Builder
		for _, locale := range i18n.Locales() {
			if t, ok := a.Locales[locale]; ok {
				said.WriteString(t.Summary + "\n" + t.Answer + "\n" + t.Body + "\n")
			}
		}
		from, to := period(said.String(), now)
		w.From, w.To = &from, &to
	}
	for locale, t := range a.Locales {
		x := knowledge.Text{
			Locale: locale, Title: t.Title, Summary: t.Summary, Keywords: strings.ReplaceAll(t.Keywords, ",", ", "), Symptoms: t.Symptoms,
			Answer: knowledge.FromText(t.Answer), Body: knowledge.FromText(t.Body),
		}
		if a.Kind == knowledge.Campaign {
			x.Rules, x.Body = x.Body, ""
		}
		for _, c := range t.Causes {
			cause := knowledge.Cause{Cause: c.Cause}
			for _, u := range c.Cures {
				cause.Cures = append(cause.Cures, knowledge.Cure{Cure: u})
			}
			x.Causes = append(x.Causes, cause)
		}
		w.Texts = append(w.Texts, x)
	}
	return w
}

// idsOf gives the ids of keys; what there is none for is left out.
func idsOf(ctx context.Context, find func(ctx context.Context, key string) ([]int64, error), keys []string) ([]int64, error) {
	out := []int64{}
	if find == nil {
		return out, nil
	}
	for _, k := range keys {
		ids, err := find(ctx, k)
		if err != nil {
			return nil, err
		}
		out = append(out, ids...)
	}
	return out, nil
}

// words makes the glossary and the directory of experts.
func (l *loader) words(ctx context.Context) error {
	for _, g := range glossary() {
		made, err := l.Knowledge.SaveTerm(ctx, g)
		if err != nil {
			return err
		}
		if err := l.mark(ctx, markTerm, made.ID); err != nil {
			return err
		}
	}
	for _, x := range []struct {
		who int
		knowledge.Expert
	}{
		{1, knowledge.Expert{Subjects: []string{"主机", "轴封", "螺杆空压机", "排气温度", "air end", "shaft seal", "screw compressor"}, Note: "上午在车间，下午可以打电话"}},
		{3, knowledge.Expert{Subjects: []string{"变频器", "电气", "跳闸", "控制器", "inverter", "electrical cabinet"}, Note: "报警代码先发照片"}},
		{5, knowledge.Expert{Subjects: []string{"牙椅", "水路消毒", "手机", "waterline", "handpiece", "dental chair"}, Note: "周三在培训教室"}},
		{7, knowledge.Expert{Subjects: []string{"露點", "冷乾機", "空氣品質", "dew point", "air quality", "ISO 8573"}, Note: "可用中文或英文"}},
		{9, knowledge.Expert{Subjects: []string{"export", "customs", "incoterms", "出口"}, Note: "Mornings, Shanghai time"}},
	} {
		e := x.Expert
		e.AgentID = l.staff[x.who].actor.ID
		made, err := l.Knowledge.SaveExpert(ctx, e)
		if err != nil {
			return err
		}
		if err := l.mark(ctx, markExpert, made.ID); err != nil {
			return err
		}
	}
	return nil
}

// glossary are words of this trade that callers use and newcomers do not know.
func glossary() []knowledge.GlossaryTerm {
	var out []knowledge.GlossaryTerm
	for _, g := range [][6]string{
		{"露点", "dew point", "压缩空气冷却到开始凝水的温度。露点越低，空气越干。", "The temperature at which water begins to condense from compressed air. The lower, the drier the air.", "PDP", "压力露点"},
		{"排气量", "free air delivery", "换算到进气状态的每分钟供气量，单位 m³/min，是选型的第一个数。", "The air delivered in a minute, counted as it was sucked in, in m³/min. The first figure for choosing a model.", "FAD", "气量"},
		{"比功率", "specific power", "每供一立方米空气消耗的电功率，越小越省电。", "Electrical power for each cubic metre of air a minute. The smaller, the cheaper to run.", "", "能效"},
		{"油气分离器", "oil separator", "把润滑油从压缩空气里分出来的滤芯，寿命到了会跑油、压差变大。", "The element that takes the oil out of the compressed air. At the end of its life oil gets through and its pressure drop rises.", "separator element", "油分芯"},
		{"卸载", "unloaded running", "电机照转、不供气的状态。长时间卸载既费电又积水。", "The motor turns and no air is delivered. Long times of it waste power and gather water.", "idling", "空载"},
		{"吸干机", "adsorption dryer", "用干燥剂吸水，露点可到 -40 °C，要消耗一部分压缩空气再生。", "Dries with a desiccant down to -40 °C, and uses some of the air to regenerate.", "desiccant dryer", "吸附式干燥机"},
		{"三联件", "filter regulator lubricator", "用气点前的过滤、减压、油雾三件。", "The three units in front of a point of use: filter, pressure regulator, oil mist.", "FRL", ""},
		{"CFU", "CFU", "菌落形成单位，水路检测报告上的单位，500 CFU/mL 以下为合格的常见限值。", "Colony-forming units, the unit in waterline reports; 500 CFU/mL is a common limit.", "colony-forming units", "菌落数"},
		{"手机", "handpiece", "牙科里指钻牙用的涡轮或马达手柄，不是电话。", "In dentistry the turbine or motor that drills, not a telephone.", "turbine", "涡轮手机"},
		{"强吸", "high-volume suction", "牙椅上大口径的吸引管，治疗时吸走水雾。", "The wide suction tube of a dental chair that takes spray away during treatment.", "HVE", "强吸器"},
		{"预埋", "rough-in", "装修时先埋进地面的水、气、电、排管，位置按机型图纸。", "Pipes and cables laid into the floor before the chair comes, placed by the drawing of the model.", "site preparation", "地箱"},
		{"跑带", "running belt", "跑步机上人踩着跑的环形带。", "The endless belt of a treadmill on which one runs.", "treadmill belt", "跑步带"},
	} {
		t := knowledge.GlossaryTerm{
			Names: map[string]string{"zh-CN": g[0], "en": g[1]}, Definitions: map[string]string{"zh-CN": g[2], "en": g[3]},
		}
		for _, alias := range g[4:] {
			if alias != "" {
				t.Aliases = append(t.Aliases, alias)
			}
		}
		out = append(out, t)
	}
	return out
}

// clearKnowledge removes what teach has made.
func clearKnowledge(ctx context.Context, d Deps) error {
	if d.Knowledge == nil {
		return nil
	}
	ctx = actor.AsSystem(ctx)
	if err := each(ctx, d, markArticle, d.Knowledge.Purge); err != nil {
		return err
	}
	if err := each(ctx, d, markTerm, func(ctx context.Context, ids []int64) error { return d.Knowledge.PurgeWords(ctx, ids, nil) }); err != nil {
		return err
	}
	return each(ctx, d, markExpert, func(ctx context.Context, ids []int64) error { return d.Knowledge.PurgeWords(ctx, nil, ids) })
}
