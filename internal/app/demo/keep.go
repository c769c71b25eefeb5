package demo

import (
	"slices"
	"time"

	"heed/internal/work/ticket"
)

// Where a ticket that is open now stands, with how many there are to be.
type standing int

const (
	unassigned standing = iota
	assigned
	inProgress
	waitingCustomer
	waitingInternal
	snoozed
	reopened
	standings
)

// lately is how many of the last tickets may not have been looked at.
const lately = 70

var wanted = [standings]int{unassigned: 32, assigned: 22, inProgress: 42, waitingCustomer: 46, waitingInternal: 20, snoozed: 12, reopened: 6}

// standingOf says where a ticket stands at a time, or false when it has ended
// or has not begun.
func (q *request) standingOf(now time.Time) (standing, bool) {
	at, ok := unassigned, false
	for _, s := range q.steps {
		if s.at.After(now) {
			break
		}
		switch s.act {
		case actOpen:
			at, ok = unassigned, true
		case actAssign:
			at = assigned
		case actHear:
			switch {
			case !ok:
				at, ok = reopened, true
			case at == waitingCustomer:
				at = inProgress
			}
		case actReply:
			if at == unassigned || at == assigned || at == reopened {
				at = inProgress
			}
		case actSnooze:
			at = snoozed
		case actNote, actMove, actStatus, actClose:
		}
		switch {
		case s.status == ticket.StatusWaitingCustomer:
			at = waitingCustomer
		case s.status == ticket.StatusWaitingInternal:
			at = waitingInternal
		case s.status != "" && !s.status.Open():
			ok = false
		}
	}
	return at, ok
}

// keepOpen has as many tickets be open now as are wanted: what has come in
// lately is open by itself; of what was settled before, some are left standing.
func (l *loader) keepOpen(lib library, requests []*request) {
	for _, q := range requests[len(requests)-lately:] {
		age := l.now.Sub(q.steps[0].at)
		if l.rand.IntN(100) < 45 && (q.priority != ticket.Urgent || age < 4*time.Hour) {
			q.steps = q.steps[:1] // nobody has looked at it yet
		}
	}
	var have [standings]int
	total := 0
	for _, q := range requests {
		if at, ok := q.standingOf(l.now); ok {
			have[at]++
			total++
		}
	}
	tried := 0
	for total < open && tried < 20*len(requests) {
		tried++
		q := pick(l.rand, requests)
		age := l.now.Sub(q.steps[0].at)
		if _, ok := q.standingOf(l.now); ok || age > 24*24*time.Hour {
			continue
		}
		at := standing(l.rand.IntN(int(standings)))
		enough := have[at] >= wanted[at] && tried < 10*len(requests)
		if enough || !l.stop(lib, q, at, age) {
			continue
		}
		have[at]++
		total++
	}
}

// stop leaves a ticket where it is to stand; false when its course does not go
// there.
func (l *loader) stop(lib library, q *request, at standing, age time.Duration) bool {
	say := lib.phrases[q.person.org.locale]
	find := func(fits func(*step) bool) int { return slices.IndexFunc(q.steps, fits) }
	var end int
	switch at {
	case unassigned:
		if end = 1; age > 60*time.Hour {
			return false
		}
	case assigned:
		if end = find(func(s *step) bool { return s.act == actAssign }) + 1; age > 96*time.Hour {
			return false
		}
	case inProgress:
		end = find(func(s *step) bool { return s.act == actHear }) + 1
	case waitingCustomer:
		end = find(func(s *step) bool { return s.status == ticket.StatusWaitingCustomer }) + 1
	case reopened:
		end = find(func(s *step) bool { return s.status == ticket.StatusSolved }) + 1
	default:
		end = find(func(s *step) bool { return s.act == actReply || s.act == actNote }) + 1
	}
	if end <= 0 || end > len(q.steps) || q.steps[end-1].at.After(l.now.Add(-2*time.Hour)) {
		return false
	}
	last := q.steps[end-1]
	next := step{request: q, at: last.at.Add(7 * time.Minute), who: last.who}
	switch at {
	case waitingInternal:
		next.act, next.status, next.reason = actStatus, ticket.StatusWaitingInternal, pick(l.rand, say.Wait)
	case snoozed:
		next.act, next.reason = actSnooze, pick(l.rand, say.Snooze)
		next.until = l.now.Add(time.Duration(14+l.rand.IntN(200)) * time.Hour)
	case reopened:
		next.act, next.who, next.text = actHear, nobody, pick(l.rand, say.Again)
		next.at = last.at.Add(time.Duration(l.rand.Int64N(int64(l.now.Sub(last.at))-int64(time.Hour)) + 1))
	default:
		q.steps = q.steps[:end]
		return true
	}
	q.steps = append(q.steps[:end:end], &next)
	return true
}
