package demo

import (
	"context"
	"html"

	"heed/internal/kernel/actor"
	"heed/internal/offer/canned"
	"heed/internal/people/agent"
	"heed/internal/people/authority"
	"heed/internal/people/setting"
	"heed/internal/reach/email"
)

const (
	firmName = "澄岳机电 Chengyue Machinery"
	domain   = "chengyue.example"
	home     = "Asia/Shanghai"
)

// The teams, by their place in loader.teams.
const (
	compressorTeam = iota
	chairTeam
	abroadTeam
	accountTeam // private: prices and complaints of large customers
	teamCount
)

var teamNames = [teamCount]string{
	"空压机服务 Compressors", "牙科椅服务 Dental chairs", "台湾与海外 Taiwan & international", "大客户 Key accounts",
}

// The mailboxes, by their place in loader.mailboxes.
const (
	serviceBox = iota
	dentalBox
	mailboxCount
)

// mailbox is a mailbox that has been made.
type mailbox struct {
	id      int64
	address string
	team    int
}

// colleague is an agent of the demo. teams are places in loader.teams.
type colleague struct {
	name, login  string
	role, locale string
	zone         string
	title        string
	teams        []int
	lead         bool // of the first of his teams
	actor        actor.Actor
}

// Places in the list of colleagues that have a part of their own.
const (
	dispatcher  = 0 // hands out what comes in
	frontOffice = 12
)

func colleagues() []*colleague {
	return []*colleague{
		{name: "周岚", login: "zhou.lan", role: authority.Supervisor, locale: "zh-CN", title: "服务主管", teams: []int{compressorTeam, chairTeam, abroadTeam, accountTeam}},
		{name: "徐逸凡", login: "xu.yifan", role: authority.Rep, locale: "zh-CN", title: "空压机高级工程师", teams: []int{compressorTeam}, lead: true},
		{name: "沈佳怡", login: "shen.jiayi", role: authority.Rep, locale: "zh-CN", title: "客服代表", teams: []int{compressorTeam}},
		{name: "顾晨", login: "gu.chen", role: authority.Rep, locale: "zh-CN", title: "空压机工程师", teams: []int{compressorTeam}},
		{name: "陆明哲", login: "lu.mingzhe", role: authority.Rep, locale: "zh-CN", title: "客服代表", teams: []int{compressorTeam, accountTeam}},
		{name: "何婉清", login: "he.wanqing", role: authority.Rep, locale: "zh-CN", title: "牙科椅工程师", teams: []int{chairTeam}, lead: true},
		{name: "丁雨桐", login: "ding.yutong", role: authority.Rep, locale: "zh-CN", title: "客服代表", teams: []int{chairTeam}},
		{name: "林宥辰", login: "lin.youchen", role: authority.Rep, locale: "zh-TW", zone: "Asia/Taipei", title: "技術服務專員", teams: []int{abroadTeam}, lead: true},
		{name: "蔡雅筑", login: "tsai.yachu", role: authority.Rep, locale: "zh-TW", zone: "Asia/Taipei", title: "客服專員", teams: []int{abroadTeam}},
		{name: "Daniel Reyes", login: "daniel.reyes", role: authority.Rep, locale: "en", title: "International Service", teams: []int{abroadTeam}},
		{name: "Priya Nair", login: "priya.nair", role: authority.Rep, locale: "en", title: "International Service", teams: []int{abroadTeam}},
		{name: "宋启文", login: "song.qiwen", role: authority.Rep, locale: "zh-CN", title: "大客户经理", teams: []int{accountTeam}, lead: true},
		{name: "高敏", login: "gao.min", role: authority.Employee, locale: "zh-CN", title: "前台"},
	}
}

// firm sets what is not set yet and makes agents, teams, mailboxes and canned
// answers, inside a Write.
func (l *loader) firm(ctx context.Context) error {
	if err := l.name(ctx); err != nil {
		return err
	}
	l.staff = colleagues()
	for _, c := range l.staff {
		if err := l.employ(ctx, c); err != nil {
			return err
		}
	}
	for team := range teamNames {
		if err := l.found(ctx, team); err != nil {
			return err
		}
	}
	for i, m := range []struct {
		name, local string
		aliases     []string
		team        int
	}{
		{"澄岳服务 Chengyue Service", "service", []string{"support@" + domain}, compressorTeam},
		{"澄岳牙科 Chengyue Dental", "dental", nil, chairTeam},
	} {
		address, active := m.local+"@"+domain, true
		made, err := l.Email.Add(ctx, email.Input{Name: &m.name, Address: &address, Aliases: &m.aliases, TeamID: &l.teams[m.team], Active: &active})
		if err != nil {
			return err
		}
		l.mailboxes[i] = mailbox{made.ID, address, m.team}
		if err := l.mark(ctx, markMailbox, made.ID); err != nil {
			return err
		}
	}
	for _, a := range cannedAnswers() {
		made, err := l.Canned.Create(ctx, a)
		if err != nil {
			return err
		}
		if err := l.mark(ctx, markCanned, made.ID); err != nil {
			return err
		}
	}
	return nil
}

// name names the firm, if nobody has.
func (l *loader) name(ctx context.Context) error {
	set, err := l.Settings.Get(ctx)
	if err != nil || set.FirmName != "" {
		return err
	}
	name, locale, zone, country := firmName, "zh-CN", home, "CN"
	_, err = l.Settings.Change(ctx, 0, setting.Patch{FirmName: &name, Locale: &locale, Zone: &zone, Country: &country})
	return err
}

func (l *loader) employ(ctx context.Context, c *colleague) error {
	if c.zone == "" {
		c.zone = home
	}
	a, err := l.Agents.Add(ctx, agent.New{Name: c.name, Email: c.login + "@" + domain, Role: c.role, Locale: c.locale, Zone: c.zone})
	if err != nil {
		return err
	}
	signature := "<p>" + html.EscapeString(c.name) + "<br>" + html.EscapeString(c.title) + "<br>" + html.EscapeString(firmName) + "</p>"
	if a, err = l.Agents.Join(ctx, a.ID, agent.Preferences{SignatureHTML: &signature}); err != nil {
		return err
	}
	c.actor.ID = a.ID
	return l.mark(ctx, markAgent, a.ID)
}

// found makes a team with those colleagues who are in it.
func (l *loader) found(ctx context.Context, team int) error {
	members, lead, private := []int64{}, int64(0), team == accountTeam
	for _, c := range l.staff {
		for i, t := range c.teams {
			if t == team {
				members = append(members, c.actor.ID)
				if c.lead && i == 0 {
					lead = c.actor.ID
				}
			}
		}
	}
	made, err := l.Agents.AddTeam(ctx, agent.TeamPatch{Name: &teamNames[team], Private: &private, LeadID: &lead, MemberIDs: &members})
	if err != nil {
		return err
	}
	l.teams[team] = made.ID
	return l.mark(ctx, markTeam, made.ID)
}

// hire finds out as whom the colleagues act, once they are there.
func (l *loader) hire(ctx context.Context) error {
	for _, c := range l.staff {
		a, err := l.Agents.Actor(ctx, c.actor.ID)
		if err != nil {
			return err
		}
		c.actor = a
	}
	return nil
}

// cannedAnswers are what this firm often writes.
func cannedAnswers() []canned.Input {
	var out []canned.Input
	for _, a := range []struct{ code, cn, tw, en, nameCN, nameTW, nameEN string }{
		{
			"photo",
			"{{customer.salutation}}，您好：<br><br>为了带对备件，请拍摄设备铭牌和故障部位的照片，直接回复本邮件即可。工单号 {{ticket.number}}。",
			"{{customer.salutation}}，您好：<br><br>為了帶對零件，請拍攝設備銘牌與故障部位的照片，直接回覆本信即可。案件編號 {{ticket.number}}。",
			"Dear {{customer.name}},<br><br>so that we bring the right parts, please send us photos of the name plate and of the spot, simply by replying to this mail. Your ticket is {{ticket.number}}.",
			"请客户拍照", "請客戶拍照", "Ask for photos",
		},
		{
			"visit",
			"{{customer.salutation}}，您好：<br><br>上门时间已安排，工程师出发前一小时会电话联系您。请预留停机时间，并安排一位熟悉设备的同事在场。",
			"{{customer.salutation}}，您好：<br><br>到府時間已安排，工程師出發前一小時會致電聯繫。請預留停機時間，並安排一位熟悉設備的同仁在場。",
			"Dear {{customer.name}},<br><br>the visit is booked. Our technician will call you an hour before he sets out. Please plan for the downtime and have somebody there who knows the machine.",
			"上门安排", "到府安排", "Visit booked",
		},
		{
			"power-off",
			"<strong>安全提示：</strong>操作前请断电、挂牌、泄压，并等待五分钟。如果现场没有持证电工，请不要打开电气柜。",
			"<strong>安全提醒：</strong>操作前請斷電、掛牌、洩壓，並等待五分鐘。現場若沒有合格電工，請不要打開電氣箱。",
			"<strong>Safety first:</strong> switch off, lock out and release the pressure, then wait five minutes. Do not open the electrical cabinet unless a qualified electrician is there.",
			"断电提示", "斷電提醒", "Safety notice",
		},
		{
			"quote-sent",
			"报价单已发送，有效期 30 天。确认后当天安排发货或派工，如需调整数量请直接回复。{{agent.name}}",
			"報價單已寄出，有效期 30 天。確認後當天安排出貨或派工，如需調整數量請直接回覆。{{agent.name}}",
			"The quotation is on its way and valid for 30 days. We ship or schedule on the day you confirm. Just reply if you would like other quantities. {{agent.name}}",
			"报价已发", "報價已寄", "Quotation sent",
		},
		{
			"close-ok",
			"{{customer.salutation}}，您好：<br><br>确认问题已经解决，本工单先关闭。之后如有反复，直接回复这封邮件就会重新打开，不用重新描述。感谢您的支持！",
			"{{customer.salutation}}，您好：<br><br>確認問題已解決，本案先結案。之後若再發生，直接回覆這封信就會重新開啟，不需要重新說明。感謝您的支持！",
			"Dear {{customer.name}},<br><br>we are glad that it works again and close this ticket. Should it come back, reply to this mail and the ticket opens again with all its history.",
			"确认关闭", "確認結案", "Close with thanks",
		},
	} {
		out = append(out,
			canned.Input{Code: a.code + "-cn", Name: a.nameCN, HTML: "<p>" + a.cn + "</p>", Locale: "zh-CN", Shared: true},
			canned.Input{Code: a.code + "-tw", Name: a.nameTW, HTML: "<p>" + a.tw + "</p>", Locale: "zh-TW", Shared: true},
			canned.Input{Code: a.code + "-en", Name: a.nameEN, HTML: "<p>" + a.en + "</p>", Locale: "en", Shared: true})
	}
	return out
}
