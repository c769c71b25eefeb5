package demo

import (
	"math/rand/v2"
	"slices"
	"time"

	"heed/internal/work/ticket"
)

// act is what happens in a step.
type act int

const (
	actOpen act = iota // the request comes in, with its first message
	actHear            // the customer says something
	actReply
	actNote
	actAssign
	actMove   // to another team
	actStatus // set by hand, with a reason or a result
	actSnooze
	actClose // by the program, a week after it was solved
)

// step is one thing that happens to a ticket.
type step struct {
	*request
	at       time.Time
	act      act
	who      int // place among the colleagues; for what the customer and the program do, nobody
	text     string
	file     string // what is attached
	status   ticket.Status
	result   string
	reason   string
	team     int
	to       int // who is given the ticket
	until    time.Time
	lastLook bool // the last that one of ours does: he has seen all
}

const nobody = -1

// request is a ticket in the making.
type request struct {
	id       int64
	subject  string
	channel  string
	priority ticket.Priority
	person   *person
	team     int // where it comes in
	box      int
	tags     []string
	steps    []*step
}

// planner plans one ticket.
type planner struct {
	l      *loader
	r      *rand.Rand
	s      story
	told   told
	say    phrases
	vars   vars
	locale string
	req    *request
	at     time.Time
	owner  int
}

// plan gives everything that happens, in the order in which it does.
func (l *loader) plan(lib library) []*step {
	starts := l.starts()
	requests := make([]*request, len(starts))
	for i, at := range starts {
		requests[i] = l.planOne(lib, at)
	}
	l.keepOpen(lib, requests)
	var steps []*step
	for _, q := range requests {
		if i := slices.IndexFunc(q.steps, func(s *step) bool { return s.at.After(l.now) }); i >= 0 {
			q.steps = q.steps[:i]
		}
		for _, s := range slices.Backward(q.steps) {
			if s.who != nobody && s.act != actOpen {
				s.lastLook = true
				break
			}
		}
		steps = append(steps, q.steps...)
	}
	slices.SortStableFunc(steps, func(a, b *step) int { return a.at.Compare(b.at) })
	return steps
}

// Weights of the days of the week from Sunday on, and of the hours of a day, in
// which requests come in.
var (
	dayWeights  = []int{3, 22, 20, 20, 19, 18, 6}
	hourWeights = []int{1, 1, 0, 0, 0, 1, 2, 5, 14, 20, 19, 15, 8, 13, 18, 17, 14, 9, 5, 4, 3, 3, 2, 1}
)

func weighted(r *rand.Rand, weights []int) int {
	sum := 0
	for _, w := range weights {
		sum += w
	}
	n := r.IntN(sum)
	for i, w := range weights {
		if n -= w; n < 0 {
			return i
		}
	}
	return len(weights) - 1
}

func (l *loader) zone() *time.Location {
	zone, err := time.LoadLocation(home)
	if err != nil {
		return time.FixedZone("UTC+8", 8*60*60) // a machine without time zones
	}
	return zone
}

// starts gives when the tickets come in, in order; the last ones just now.
func (l *loader) starts() []time.Time {
	zone := l.zone()
	today := l.now.In(zone)
	weights := make([]int, days+1)
	for i := range weights {
		weights[i] = dayWeights[today.AddDate(0, 0, i-days).Weekday()]
	}
	first := l.now.AddDate(0, 0, -days)
	out := make([]time.Time, 0, tickets)
	for len(out) < tickets {
		d := today.AddDate(0, 0, weighted(l.rand, weights)-days)
		at := time.Date(d.Year(), d.Month(), d.Day(), weighted(l.rand, hourWeights), l.rand.IntN(60), l.rand.IntN(60), 0, zone).UTC()
		if at.After(first) && at.Before(l.now.Add(-time.Minute)) {
			out = append(out, at)
		}
	}
	slices.SortFunc(out, time.Time.Compare)
	return out
}

// customer chooses somebody: each language has its share, and a few customers
// write much more often than others.
func (l *loader) customer() *person {
	locale := []string{"zh-CN", "zh-TW", "en"}[weighted(l.rand, []int{70, 17, 13})]
	for {
		n := len(l.people)
		p := l.people[min(l.rand.IntN(n), l.rand.IntN(n)+n/8)%n]
		if p.org.locale == locale {
			return p
		}
	}
}

func (l *loader) planOne(lib library, at time.Time) *request {
	p := l.customer()
	s := pick(l.rand, lib.of(p.org))
	pl := &planner{
		l: l, r: l.rand, s: s, told: s.in(p.org.locale), say: lib.phrases[p.org.locale], locale: p.org.locale, at: at, owner: nobody,
		vars: newVars(l.rand, s, p),
	}
	pl.req = &request{person: p, priority: s.Priority, channel: []string{"email", "phone", "web", "visit"}[weighted(l.rand, []int{62, 24, 11, 3})]}
	if l.rand.IntN(10) == 0 {
		pl.req.priority = pick(l.rand, []ticket.Priority{ticket.Low, ticket.Normal, ticket.High})
	}
	if p.org.dental {
		pl.req.team, pl.req.box = chairTeam, dentalBox
	}
	if pl.req.channel == "email" && l.rand.IntN(100) < 2 {
		pl.spam()
	} else {
		pl.story()
	}
	return pl.req
}

func (p *planner) add(s step) {
	s.request, s.at = p.req, p.at
	p.req.steps = append(p.req.steps, &s)
}

// spam comes in and is thrown out.
func (p *planner) spam() {
	said := pick(p.r, p.say.Spam)
	p.req.subject, p.req.priority, p.req.person = said[0], ticket.Normal, p.l.strangers[p.locale]
	p.add(step{act: actOpen, who: nobody, text: said[1]})
	p.work(2 * time.Hour)
	p.add(step{act: actStatus, who: p.member(p.req.team), status: ticket.StatusCancelled, result: "spam"})
}

// story lets a request run its whole course.
func (p *planner) story() {
	p.req.subject = p.fill(pick(p.r, p.told.Subject))
	if tags := p.s.Tags[p.locale]; len(tags) > 0 {
		p.req.tags = tags[:1+p.r.IntN(len(tags))]
	}
	spoken := p.req.channel == "phone" || p.req.channel == "visit"
	who := nobody
	if spoken {
		p.toShift()
		if who = p.member(p.req.team); p.r.IntN(6) == 0 {
			who = frontOffice
		}
		p.add(step{act: actOpen, who: who, text: p.fill(p.told.Open)})
	} else {
		p.add(step{act: actOpen, who: nobody, text: p.letter(p.told.Open)})
	}
	p.hand(who)
	n := p.r.IntN(100)
	switch {
	case spoken:
		p.fixSpoken(n > 75)
	case n < 38:
		p.fixAtOnce()
	default:
		p.askFirst(n > 88)
	}
}

// hand gives the ticket to whoever is to look after it.
func (p *planner) hand(taker int) {
	team := p.req.team
	switch {
	case p.locale != "zh-CN":
		team = abroadTeam
	case (p.s.Key == "contract" || p.s.Key == "complaint" || p.s.Key == "sizing") && p.r.IntN(3) > 0:
		team = accountTeam
	}
	p.work(p.patience() / 2)
	if team != p.req.team {
		p.add(step{act: actMove, who: dispatcher, team: team, reason: pick(p.r, p.say.Transfer)})
		p.at = p.at.Add(time.Minute)
	}
	p.owner = p.member(team)
	if taker != nobody && taker != frontOffice && team == p.req.team {
		p.owner = taker
	}
	by, reason := p.owner, ""
	if p.owner != taker && p.r.IntN(3) > 0 {
		by, reason = dispatcher, pick(p.r, p.say.Assign)
	}
	p.add(step{act: actAssign, who: by, to: p.owner, reason: reason})
}

// fixSpoken settles it on the phone, sometimes after the customer has called
// once more.
func (p *planner) fixSpoken(again bool) {
	if p.r.IntN(2) == 0 {
		p.at = p.at.Add(time.Duration(4+p.r.IntN(20)) * time.Minute)
		p.add(step{act: actNote, who: p.owner, text: p.fill(p.told.Note)})
	}
	if again {
		p.work(5 * time.Hour)
		p.add(step{act: actHear, who: p.owner, text: pick(p.r, p.say.Chase)})
		p.at = p.at.Add(time.Duration(1+p.r.IntN(4)) * time.Minute)
		p.add(step{act: actReply, who: p.owner, text: pick(p.r, p.say.Update)})
	}
	p.work(p.patience())
	p.add(step{act: actReply, who: p.owner, text: p.fill(p.told.Fix)})
	p.solve(time.Duration(2+p.r.IntN(30)) * time.Hour)
}

// fixAtOnce answers what was asked with the first reply.
func (p *planner) fixAtOnce() {
	p.work(p.patience())
	p.reply(p.told.Fix, p.s.Files["fix"], ticket.StatusWaitingCustomer)
	if p.r.IntN(2) == 0 {
		p.live(8 * time.Hour)
		p.hear(pick(p.r, p.say.Thanks), "")
		p.solve(3 * time.Hour)
		return
	}
	p.solve(time.Duration(20+p.r.IntN(40)) * time.Hour)
}

// askFirst needs to know more; a long one also keeps the customer waiting.
func (p *planner) askFirst(long bool) {
	p.work(p.patience())
	p.reply(p.told.Ask, "", ticket.StatusWaitingCustomer)
	p.live(5 * time.Hour)
	p.hear(p.told.Answer, p.s.Files["answer"])
	if p.r.IntN(10) < 6 {
		p.work(time.Hour)
		p.add(step{act: actNote, who: p.owner, text: p.fill(p.told.Note)})
	}
	if long {
		p.add(step{act: actStatus, who: p.owner, status: ticket.StatusWaitingInternal, reason: pick(p.r, p.say.Wait)})
		p.live(30 * time.Hour)
		p.hear(pick(p.r, p.say.Chase), "")
		p.work(2 * time.Hour)
		p.reply(pick(p.r, p.say.Update), "", "")
	}
	p.work(4 * time.Hour)
	p.reply(p.told.Fix, p.s.Files["fix"], ticket.StatusWaitingCustomer)
	if p.r.IntN(10) < 6 {
		p.live(26 * time.Hour)
		p.hear(pick(p.r, p.say.Thanks), "")
	}
	p.solve(time.Duration(4+p.r.IntN(30)) * time.Hour)
}

// solve ends the ticket, and sometimes it turns out that it was not the end.
func (p *planner) solve(after time.Duration) {
	p.work(after)
	result := p.s.Outcome
	if p.r.IntN(12) == 0 {
		result = pick(p.r, []string{"solved_answered", "solved_workaround", "no_answer"})
	}
	p.add(step{act: actStatus, who: p.owner, status: ticket.StatusSolved, result: result, text: p.fill(p.told.Result)})
	if p.r.IntN(25) == 0 {
		p.live(40 * time.Hour)
		p.hear(pick(p.r, p.say.Again), "")
		p.work(time.Hour)
		p.reply(pick(p.r, p.say.AgainFix), "", "")
		p.work(30 * time.Hour)
		p.add(step{act: actStatus, who: p.owner, status: ticket.StatusSolved, result: result, text: p.fill(p.told.Result)})
	}
	p.at = p.at.AddDate(0, 0, 7)
	p.add(step{act: actClose, who: nobody, status: ticket.StatusClosed})
}

func (p *planner) reply(text, file string, status ticket.Status) {
	words := p.fill(pick(p.r, p.say.Dear)) + "\n\n" + p.fill(text) + "\n\n" + pick(p.r, p.say.Sign)
	p.add(step{act: actReply, who: p.owner, text: words, file: file, status: status})
}

func (p *planner) hear(text, file string) {
	p.add(step{act: actHear, who: nobody, text: p.letter(text), file: file})
}

// letter is what the customer writes: a greeting, his words and his name.
func (p *planner) letter(text string) string {
	if p.req.channel != "email" {
		return p.fill(text)
	}
	return pick(p.r, p.say.Hello) + "\n\n" + p.fill(text) + "\n\n" + pick(p.r, p.say.Bye) + "\n" + p.req.person.name + "\n" + p.req.person.org.name
}

// fill fills in the values; a day in the text is one of the next working days.
func (p *planner) fill(text string) string {
	day := p.at.In(p.l.zone()).AddDate(0, 0, 1+p.r.IntN(3))
	for day.Weekday() == time.Saturday || day.Weekday() == time.Sunday {
		day = day.AddDate(0, 0, 1)
	}
	return p.vars.fill(text, p.locale, day)
}

// member is somebody of a team who answers customers.
func (p *planner) member(team int) int {
	var able []int
	for i, c := range p.l.staff {
		if i == dispatcher || i == frontOffice || !slices.Contains(c.teams, team) {
			continue
		}
		if team == abroadTeam && (c.locale == "en") != (p.locale == "en") {
			continue
		}
		able = append(able, i)
	}
	return pick(p.r, able)
}

// patience is about how long such a ticket waits for its first answer.
func (p *planner) patience() time.Duration {
	switch p.req.priority {
	case ticket.Urgent:
		return 15 * time.Minute
	case ticket.High:
		return 50 * time.Minute
	case ticket.Low:
		return 5 * time.Hour
	case ticket.Normal:
	}
	return 150 * time.Minute
}

// some is a time of about the mean, mostly shorter and now and then much longer.
func (p *planner) some(mean time.Duration) time.Duration {
	f := min(p.r.ExpFloat64(), 4)
	return time.Minute + time.Duration(f*float64(mean))
}

// work moves on to when one of ours gets to it, in the hours in which we work.
func (p *planner) work(mean time.Duration) {
	p.at = p.at.Add(p.some(mean))
	p.toShift()
}

// live moves on to when the customer gets to it.
func (p *planner) live(mean time.Duration) {
	p.at = p.at.Add(p.some(mean))
	if h := p.at.In(p.l.zone()).Hour(); h < 7 {
		p.at = p.at.Add(time.Duration(8-h)*time.Hour + time.Duration(p.r.IntN(50))*time.Minute)
	}
}

// toShift moves on to the next hours of work: Monday to Friday from half past
// eight to six, in Shanghai; Saturday morning for what is urgent.
func (p *planner) toShift() {
	t := p.at.In(p.l.zone())
	for {
		from, to := 8*60+30, 18*60
		switch day := t.Weekday(); {
		case day == time.Saturday && p.req.priority == ticket.Urgent:
			from, to = 9*60, 12*60
		case day == time.Saturday || day == time.Sunday:
			from, to = 0, 0
		}
		switch m := t.Hour()*60 + t.Minute(); {
		case m >= to || to == 0:
			t = time.Date(t.Year(), t.Month(), t.Day()+1, 0, 0, t.Second(), 0, t.Location())
		case m < from:
			t = time.Date(t.Year(), t.Month(), t.Day(), from/60, from%60+p.r.IntN(45), t.Second(), 0, t.Location())
		default:
			p.at = t.UTC()
			return
		}
	}
}
