package demo

import (
	"regexp"
	"strconv"
	"time"
)

// How the campaigns of this firm write their period: from a day to a day, or
// until a day of the year.
var (
	chinesePeriod = regexp.MustCompile(`(\d{1,2}) ?月 ?(\d{1,2}) ?日[到至] ?(\d{1,2}) ?月 ?(\d{1,2}) ?日`)
	chineseEnd    = regexp.MustCompile(`(\d{1,2}) ?月 ?(\d{1,2}) ?日前`)
	englishPeriod = regexp.MustCompile(`(\d{1,2}) (` + monthNames + `) to (\d{1,2}) (` + monthNames + `)`)
	englishEnd    = regexp.MustCompile(`(?:[Uu]ntil|by) (\d{1,2}) (` + monthNames + `)`)
)

const monthNames = `January|February|March|April|May|June|July|August|September|October|November|December`

func month(name string) string {
	t, err := time.Parse("January", name)
	if err != nil {
		return ""
	}
	return strconv.Itoa(int(t.Month()))
}

// period gives when a campaign whose text says it holds, in the year of now or
// over its end. What does not say it holds about now.
func period(text string, now time.Time) (from, to time.Time) {
	switch {
	case chinesePeriod.MatchString(text):
		m := chinesePeriod.FindStringSubmatch(text)
		from, to = date(now, m[1], m[2]), date(now, m[3], m[4])
	case englishPeriod.MatchString(text):
		m := englishPeriod.FindStringSubmatch(text)
		from, to = date(now, month(m[2]), m[1]), date(now, month(m[4]), m[3])
	case chineseEnd.MatchString(text):
		m := chineseEnd.FindStringSubmatch(text)
		from, to = date(now, "1", "1"), date(now, m[1], m[2])
	case englishEnd.MatchString(text):
		m := englishEnd.FindStringSubmatch(text)
		from, to = date(now, "1", "1"), date(now, month(m[2]), m[1])
	default:
		day := now.Truncate(24 * time.Hour)
		return day.AddDate(0, 0, -campaignPast), day.AddDate(0, 0, campaignAhead)
	}
	if to.Before(from) { // over the end of a year: the one that now is in, or the next
		if now.Before(to.AddDate(0, 0, 1)) {
			from = from.AddDate(-1, 0, 0)
		} else {
			to = to.AddDate(1, 0, 0)
		}
	}
	return from, to.AddDate(0, 0, 1)
}

// date is the beginning of a day of now's year at home.
func date(now time.Time, monthNumber, day string) time.Time {
	zone, err := time.LoadLocation(home)
	if err != nil {
		zone = time.UTC
	}
	m, _ := strconv.Atoi(monthNumber)
	d, _ := strconv.Atoi(day)
	return time.Date(now.In(zone).Year(), time.Month(m), d, 0, 0, 0, 0, zone).UTC()
}
