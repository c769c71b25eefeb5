package tickettype

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"heed/internal/kernel/fault"
	"heed/internal/work/ticket"
)

// Levels is the number of severities: 1 is the worst, Levels the slightest.
const Levels = 4

// weightMost bounds one weight of the rule, in points.
const weightMost = 100

// Level is a severity in words (R310).
type Level struct {
	Level   int64 `json:"level" doc:"1 is the worst, 4 the slightest"`
	Names   Names `json:"names"`
	Meaning Names `json:"meaning" doc:"How to recognise it"`
}

// Rule makes a priority (R311). The points of severity, tier, criticality and
// type are added up. The priority is the highest whose threshold they reach;
// within one priority the higher points come first.
type Rule struct {
	Severity    [Levels + 1]int64 `json:"severity" doc:"Points of each severity; the first is for 'not judged'"`
	Tier        map[string]int64  `json:"tier" doc:"Points of each tier of customers; a tier that is not named has none"`
	Criticality [4]int64          `json:"criticality" doc:"Points of each criticality; the first is for 'unknown'"`
	Urgent      int64             `json:"urgent" doc:"From so many points on it is urgent"`
	High        int64             `json:"high"`
	Normal      int64             `json:"normal"`
}

// DefaultRule is what a firm begins with. A severity alone says the priority;
// tier and criticality order what is alike, and lift a matter one step where
// both are high.
func DefaultRule() Rule {
	return Rule{
		Severity:    [Levels + 1]int64{30, 70, 50, 30, 10},
		Tier:        map[string]int64{"basic": 0, "silver": 4, "gold": 8, "platinum": 12},
		Criticality: [4]int64{0, 0, 4, 10},
		Urgent:      70, High: 50, Normal: 25,
	}
}

// Points adds up what speaks for looking at a matter soon. extra are the
// points of the type.
func (r Rule) Points(severity int64, tier string, criticality, extra int64) int64 {
	p := r.Tier[tier] + max(0, extra)
	if severity >= 0 && severity <= Levels {
		p += r.Severity[severity]
	}
	if criticality >= 0 && int(criticality) < len(r.Criticality) {
		p += r.Criticality[criticality]
	}
	return p
}

// Priority is the priority of so many points.
func (r Rule) Priority(points int64) ticket.Priority {
	switch {
	case points >= r.Urgent:
		return ticket.Urgent
	case points >= r.High:
		return ticket.High
	case points >= r.Normal:
		return ticket.Normal
	}
	return ticket.Low
}

func (r Rule) check(f *fault.Fields) {
	bounded := func(name string, v int64) {
		if v < 0 || v > weightMost {
			f.Add(name, "tickettype.points_range", "max", weightMost)
		}
	}
	for i, v := range r.Severity {
		bounded("rule.severity."+strconv.Itoa(i), v)
	}
	for i, v := range r.Criticality {
		bounded("rule.criticality."+strconv.Itoa(i), v)
	}
	for _, tier := range slices.Sorted(maps.Keys(r.Tier)) {
		bounded("rule.tier."+tier, r.Tier[tier])
		if strings.TrimSpace(tier) == "" || len(tier) > 40 {
			f.Add("rule.tier", "field.unknown_value")
		}
	}
	count(f, "rule.tier", len(r.Tier), 20)
	if r.Normal < 0 || r.High < r.Normal || r.Urgent < r.High || r.Urgent > 4*weightMost {
		f.Add("rule.urgent", "tickettype.thresholds_order")
	}
}

// Judgement is how the firm judges: its severities in words and its rule.
type Judgement struct {
	Levels  []Level
	Rule    Rule
	Version int64
}

// Level gives a severity in words.
func (j Judgement) Level(n int64) (Level, bool) {
	i := slices.IndexFunc(j.Levels, func(l Level) bool { return l.Level == n })
	if i < 0 {
		return Level{}, false
	}
	return j.Levels[i], true
}

func (j Judgement) check() error {
	var f fault.Fields
	if len(j.Levels) != Levels {
		f.Add("levels", "field.unknown_value")
	}
	for i, l := range j.Levels {
		at := place("levels", i)
		if l.Level != int64(i)+1 {
			f.Add(at+".level", "field.unknown_value")
		}
		l.Names.check(&f, at+".names", NameMost, true)
		l.Meaning.check(&f, at+".meaning", HelpMost, false)
	}
	j.Rule.check(&f)
	return f.Err()
}
