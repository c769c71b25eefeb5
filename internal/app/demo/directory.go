package demo

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"

	"heed/internal/people/customer"
	"heed/internal/platform/text"
)

// organization is a firm or a practice that the demo firm serves.
type organization struct {
	name, domain, city, locale, zone string
	dental                           bool
	phone                            string
	id                               int64
}

// person is somebody there.
type person struct {
	name, salutation, title string
	email, phone            string
	org                     *organization // without a name: of none
	first                   bool          // the first of his organization in the list
	id                      int64
}

const (
	mainland = 80
	taiwan   = 30
)

// pools are the pieces that names are made of.
type pools struct {
	locale, zone        string
	brandA, brandB      []string
	cities              []string
	trades, practices   []string
	surnames, given     []string
	titles, dentalTitle []string
}

func words(s string) []string { return strings.Fields(s) }

func mainlandPools() pools {
	return pools{
		locale: "zh-CN", zone: home,
		brandA: words("澄 瑞 启 沐 云 宏 晟 卓 景 恒 同 丰 嘉 锦 旭 科 博 盛 远 安"),
		brandB: words("岭 桉 衡 禾 砥 栎 川 梧 澜 柏 砚 屿 榆 阡 岑 砺 峤 桐 湾 朗"),
		cities: words("上海 上海 上海 上海 苏州 昆山 无锡 嘉兴 宁波 杭州 常州 南通 湖州"),
		trades: []string{
			"精密机械有限公司", "汽车零部件有限公司", "食品有限公司", "纺织有限公司", "塑料制品有限公司", "包装材料有限公司",
			"电子科技有限公司", "新材料有限公司", "印刷有限公司", "家具有限公司", "玻璃制品有限公司",
		},
		practices: words("口腔门诊部 口腔诊所 口腔医院 齿科诊所"),
		surnames:  words("王 李 张 刘 陈 杨 黄 赵 吴 周 徐 孙 马 朱 胡 郭 何 高 林 罗 郑 梁 谢 宋 唐 许 韩 冯 邓 曹 彭 曾 田 董 潘 袁 蔡 蒋 余 于 吕 魏 苏 卢 欧阳"),
		given:     words("建国 海燕 志强 丽华 晓东 雪梅 国平 慧敏 俊杰 文静 永刚 春红 子轩 思雨 浩然 婷婷 立新 秀英 明辉 佳宁 卫东 玉兰 少华 梦瑶 鹏飞 淑芬 家豪 静怡 振宇 巧云"),
		titles:    words("设备主管 设备经理 生产经理 采购 电工 厂长 仓库主管 行政"), dentalTitle: words("医生 护士长 前台 院长 医生 采购"),
	}
}

func taiwanPools() pools {
	return pools{
		locale: "zh-TW", zone: "Asia/Taipei",
		brandA: words("禾 晨 鼎 銓 泓 勤 群 翔 軒 協"), brandB: words("沐 嶼 岳 潤 詮 澤 嵐 晉 璟 捷"),
		cities: words("台北 新北 桃園 新竹 台中 台中 彰化 台南 高雄"),
		trades: []string{
			"精密工業股份有限公司", "機械股份有限公司", "食品股份有限公司", "塑膠工業有限公司", "電子股份有限公司", "印刷有限公司",
		},
		practices: words("牙醫診所 牙醫診所 口腔醫學中心"),
		surnames:  words("陳 林 黃 張 李 王 吳 劉 蔡 楊 許 鄭 謝 郭 洪 邱 曾 廖 賴 徐 周 葉 蘇 莊 江 呂 何 羅 高 蕭"),
		given:     words("志明 淑芬 俊宏 雅婷 家豪 怡君 建宏 美玲 宗翰 佳穎 冠宇 詩涵 柏翰 欣怡 承恩 郁婷 彥廷 雅惠 信宏 心怡 哲瑋 靜宜 文彬 惠雯"),
		titles:    words("廠務主任 設備工程師 生管 採購 廠長 總務"), dentalTitle: words("醫師 護理長 櫃檯 院長 醫師"),
	}
}

// overseas are organizations outside of Greater China: name, domain, city, country.
var overseas = [][4]string{
	{"Northgate Packaging Ltd", "northgate-packaging", "Leeds", "GB"},
	{"Bluefern Foods Ltd", "bluefern-foods", "Bristol", "GB"},
	{"Harrow Lane Dental Care", "harrowlane-dental", "London", "GB"},
	{"Calder Precision Works", "calder-precision", "Sheffield", "GB"},
	{"Merrow Joinery", "merrow-joinery", "Exeter", "GB"},
	{"Old Quay Dental Practice", "oldquay-dental", "Cardiff", "GB"},
	{"Tamarack Plastics Inc.", "tamarack-plastics", "Cleveland", "US"},
	{"Silver Creek Bottling Co.", "silvercreek-bottling", "Sacramento", "US"},
	{"Prairie Sky Dental", "prairiesky-dental", "Omaha", "US"},
	{"Hollis & Grant Woodworks", "hollisgrant", "Portland", "US"},
	{"Ridgeline Auto Parts", "ridgeline-autoparts", "Detroit", "US"},
	{"Lakeshore Family Dentistry", "lakeshore-dentistry", "Milwaukee", "US"},
	{"Cinder Hill Ceramics", "cinderhill", "Tucson", "US"},
	{"Wattle Grove Dairy", "wattlegrove-dairy", "Ballarat", "AU"},
	{"Kestrel Bay Boatworks", "kestrelbay", "Hobart", "AU"},
	{"Banksia Dental Group", "banksia-dental", "Perth", "AU"},
	{"Redgum Printing", "redgum-printing", "Adelaide", "AU"},
	{"Straits Polymer Pte Ltd", "straits-polymer", "Singapore", "SG"},
	{"Orchid Lane Dental Surgery", "orchidlane-dental", "Singapore", "SG"},
	{"Telok Marine Engineering", "telok-marine", "Singapore", "SG"},
	{"Mangrove Electronics Pte Ltd", "mangrove-electronics", "Singapore", "SG"},
	{"Feldmark Metallbau GmbH", "feldmark-metallbau", "Hannover", "DE"},
	{"Seeblick Zahnzentrum", "seeblick-zahnzentrum", "Konstanz", "DE"},
	{"Birkenhof Verpackungen GmbH", "birkenhof-verpackungen", "Kassel", "DE"},
	{"Kauri Point Timber", "kauripoint-timber", "Tauranga", "NZ"},
	{"Harbourview Dental", "harbourview-dental", "Wellington", "NZ"},
	{"Maple Bend Foods", "maplebend-foods", "Hamilton", "CA"},
	{"Northern Lights Dental", "northernlights-dental", "Calgary", "CA"},
	{"Atlas Ridge Tooling", "atlasridge-tooling", "Dubai", "AE"},
	{"Palm Court Dental Clinic", "palmcourt-dental", "Dubai", "AE"},
}

var zones = map[string]string{
	"GB": "Europe/London", "US": "America/Chicago", "AU": "Australia/Sydney", "SG": "Asia/Singapore", "DE": "Europe/Berlin",
	"NZ": "Pacific/Auckland", "CA": "America/Toronto", "AE": "Asia/Dubai",
}

var (
	englishFirst = words("Emma Oliver Sophie James Grace Thomas Hannah Lucas Chloe Ryan Amelia Nathan Priya Marcus Elena Samuel Farah Victor Ingrid Peter Mei Aisha Jonas Laura")
	englishLast  = words("Carter Bennett Hughes Foster Nolan Reid Turner Walsh Kapoor Lindqvist Tanaka Moreau Schuster Brandt Okafor Silva Novak Ferris Dalton Whitlock Iqbal Larsen Petersen Yeo")
	englishJobs  = words("Maintenance Purchasing Production Facilities Engineering Stores")
	dentalJobs   = words("Dentist Practice-Manager Reception Nurse")
)

// directory makes the customers. Names are put together from pieces and belong
// to nobody.
func directory(r *rand.Rand) []*person {
	var out []*person
	d := &naming{rand: r, taken: map[string]bool{}}
	for range mainland {
		out = append(out, d.chinese(mainlandPools(), 2+r.IntN(3))...)
	}
	for range taiwan {
		out = append(out, d.chinese(taiwanPools(), 2+r.IntN(3))...)
	}
	for _, o := range overseas {
		out = append(out, d.english(o, 2+r.IntN(2))...)
	}
	return out
}

// strangers are who sends what nobody wants, by language.
func strangers() map[string]*person {
	return map[string]*person{
		"zh-CN": {name: "商务代办", email: "mail@quick-offers.example", org: &organization{locale: "zh-CN", zone: home}},
		"zh-TW": {name: "行銷快訊", email: "news@bulk-letters.example", org: &organization{locale: "zh-TW", zone: "Asia/Taipei"}},
		"en":    {name: "Growth Partners", email: "hello@growth-letters.example", org: &organization{locale: "en"}},
	}
}

// naming gives names, addresses and numbers, each once.
type naming struct {
	rand   *rand.Rand
	taken  map[string]bool
	number int
}

func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

// free gives the first of what next makes that is not taken.
func (d *naming) free(next func(try int) string) string {
	for try := 0; ; try++ {
		if s := next(try); !d.taken[s] {
			d.taken[s] = true
			return s
		}
	}
}

func (d *naming) chinese(p pools, people int) []*person {
	brand := d.free(func(int) string { return pick(d.rand, p.brandA) + pick(d.rand, p.brandB) })
	o := &organization{city: pick(d.rand, p.cities), locale: p.locale, zone: p.zone, dental: d.rand.IntN(100) < 38}
	kind := pick(d.rand, p.trades)
	if o.dental {
		kind = pick(d.rand, p.practices)
	}
	o.name = o.city + brand + kind
	if p.locale == "zh-TW" {
		o.name = brand + kind
	}
	o.domain = d.free(func(try int) string { return numbered(text.Pinyin(brand), try) + ".example" })
	o.phone = d.landline(p.locale)
	var out []*person
	for i := range people {
		surname, title := pick(d.rand, p.surnames), pick(d.rand, p.titles)
		if o.dental {
			title = pick(d.rand, p.dentalTitle)
		}
		w := &person{org: o, first: i == 0, title: title}
		w.name = d.free(func(int) string { return surname + pick(d.rand, p.given) })
		w.salutation = surname + address(p.locale, title, d.rand)
		w.email = d.free(func(try int) string { return numbered(text.Pinyin(w.name), try) + "@" + o.domain })
		w.phone = d.mobile(p.locale)
		out = append(out, w)
	}
	return out
}

// address is how somebody is spoken to by his title.
func address(locale, title string, r *rand.Rand) string {
	switch title {
	case "医生", "院长":
		return "医生"
	case "醫師", "院長":
		return "醫師"
	case "电工", "設備工程師":
		return "工"
	case "护士长":
		return "护士长"
	case "護理長":
		return "護理長"
	case "设备经理", "生产经理", "厂长", "设备主管":
		return "经理"
	case "廠長", "廠務主任":
		return "經理"
	}
	if locale == "zh-TW" {
		return pick(r, []string{"小姐", "先生"})
	}
	return pick(r, []string{"女士", "先生"})
}

func (d *naming) english(o [4]string, people int) []*person {
	org := &organization{name: o[0], domain: o[1] + ".example", city: o[2], locale: "en", zone: zones[o[3]], dental: strings.Contains(strings.ToLower(o[0]), "dent") || strings.Contains(o[0], "Zahn")}
	org.phone = d.landline(o[3])
	var out []*person
	for i := range people {
		w := &person{org: org, first: i == 0, title: pick(d.rand, englishJobs)}
		if org.dental {
			w.title = strings.ReplaceAll(pick(d.rand, dentalJobs), "-", " ")
		}
		w.name = d.free(func(int) string { return pick(d.rand, englishFirst) + " " + pick(d.rand, englishLast) })
		first, last, _ := strings.Cut(w.name, " ")
		w.salutation = pick(d.rand, []string{"Ms ", "Mr "}) + last
		if w.title == "Dentist" {
			w.salutation = "Dr " + last
		}
		w.email = strings.ToLower(first + "." + last + "@" + org.domain)
		w.phone = d.mobile(o[3])
		out = append(out, w)
	}
	return out
}

func numbered(s string, n int) string {
	if n == 0 {
		return s
	}
	return fmt.Sprint(s, n+1)
}

// mobile and landline give the next number of a range that nobody has: Ofcom's
// and NANPA's numbers for drama, and such that are not given out elsewhere.
func (d *naming) mobile(where string) string {
	d.number++
	switch where {
	case "zh-CN":
		return fmt.Sprintf("+86 138 0013 8%03d", d.number%1000)
	case "zh-TW":
		return fmt.Sprintf("+886 900 000 %03d", d.number%1000)
	}
	return fmt.Sprintf("+44 7700 900%03d", d.number%1000)
}

func (d *naming) landline(where string) string {
	d.number++
	switch where {
	case "zh-CN":
		return fmt.Sprintf("+86 21 5555 0%03d", d.number%1000)
	case "zh-TW":
		return fmt.Sprintf("+886 2 5555 0%03d", d.number%1000)
	case "US", "CA":
		return fmt.Sprintf("+1 202 555 01%02d", d.number%100)
	}
	return fmt.Sprintf("+44 20 7946 0%03d", d.number%1000)
}

// register registers people, and their organization before the first of them.
func (l *loader) register(ctx context.Context, people []*person) error {
	for _, p := range people {
		o := p.org
		if p.first {
			c, err := l.Customers.Create(ctx, customer.Registration{
				Profile: o.profile(),
				Kind:    customer.Organization, Name: o.name, Locale: o.locale, Zone: o.zone,
				Phones: []customer.Entry{{Value: o.phone}}, Emails: []customer.Entry{{Value: "office@" + o.domain}},
			})
			if err != nil {
				return err
			}
			o.id = c.ID
			if err := l.mark(ctx, markCustomer, c.ID); err != nil {
				return err
			}
		}
		n := customer.Registration{Profile: o.profile(), Name: p.name, Salutation: p.salutation, Locale: o.locale, Zone: o.zone, Emails: []customer.Entry{{Value: p.email}}}
		if o.name != "" {
			n.Phones = []customer.Entry{{Value: p.phone}}
			n.Organizations = []customer.Member{{OrganizationID: o.id, Title: p.title}}
		}
		c, err := l.Customers.Create(ctx, n)
		if err != nil {
			return err
		}
		p.id = c.ID
		if err := l.mark(ctx, markCustomer, c.ID); err != nil {
			return err
		}
	}
	return nil
}
