package desk

import (
	"context"
	"slices"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/fault"
	"heed/internal/kernel/page"
	"heed/internal/platform/db"
	"heed/internal/platform/text"
	"heed/internal/work/ticket"
)

// The orders of a list.
const (
	SortUpdated  = "updated"  // last changed first
	SortCreated  = "created"  // newest first
	SortOldest   = "oldest"   // longest there first
	SortPriority = "priority" // most urgent first, of those the most points, and of those the longest there
)

// Listing says which tickets a list wants. Zero values do not narrow it; Owner
// and Team point at 0 for tickets that have none.
type Listing struct {
	View         string // empty: all, or what the actor registered if he sees no more
	Statuses     []ticket.Status
	Owner        *int64
	Team         *int64
	Priority     ticket.Priority
	Tag          string // in any writing
	Customer     int64
	Organization int64
	Channel      string
	Type         int64   // with the types below it, as TypeIDs says
	Types        []int64 // set from Type
	Severity     *int64  // 0: not judged
	Place        string  // in any writing
	Fields       []Field // all of them
	FirstContact *bool
	Sort         string // empty: updated
	page.Request
}

// Field is an answer by which tickets are looked for: the key of a field of a
// type, or ticket.AnswerField of a question, and what it says in any writing.
type Field struct{ Key, Value string }

// fieldsMost bounds by how many answers one list is narrowed.
const fieldsMost = 5

// check collects what is wrong with the words of a listing.
func (l *Listing) check() error {
	var f fault.Fields
	if l.Sort == "" {
		l.Sort = SortUpdated
	}
	if !slices.Contains([]string{SortUpdated, SortCreated, SortOldest, SortPriority}, l.Sort) {
		f.Add("sort", "field.unknown_value")
	}
	for _, s := range l.Statuses {
		if !s.Known() {
			f.Add("status", "field.unknown_value")
			break
		}
	}
	if l.Priority != "" && !l.Priority.Known() {
		f.Add("priority", "field.unknown_value")
	}
	if l.Channel != "" && !slices.Contains(ticket.Channels(), l.Channel) {
		f.Add("channel", "field.unknown_value")
	}
	if l.Severity != nil && (*l.Severity < 0 || *l.Severity > ticket.SeverityMost) {
		f.Add("severity", "field.unknown_value")
	}
	if len(l.Fields) > fieldsMost {
		f.Add("field", "field.too_many", "max", fieldsMost)
	}
	if err := knownView(l.View); err != nil {
		f.Add("view", "field.unknown_value")
	}
	return f.Err()
}

// list reads one page for an actor. hidden are the private teams that he may
// not see; an employee is given the view of what he registered, where none is hidden.
func (s *Service) list(ctx context.Context, l Listing, a actor.Actor, hidden []int64) (page.Of[TicketRow], error) {
	q, err := listing(l, a, hidden)
	if err != nil {
		return page.Of[TicketRow]{}, err
	}
	rows, err := db.All[viewed](ctx, s.db, q.String(), q.Args()...)
	if err != nil {
		return page.Of[TicketRow]{}, err
	}
	cut := page.Cut(rows, l.Size(), func(r viewed) []any {
		if l.Sort == SortPriority {
			return []any{l.Sort, r.Rank.Rank(), r.Score, r.CreatedAt.UnixMicro(), r.ID}
		}
		at := r.CreatedAt
		if l.Sort == SortUpdated {
			at = r.UpdatedAt
		}
		return []any{l.Sort, at.UnixMicro(), r.ID}
	})
	me := actor.From(ctx).ID
	joined, err := s.joined(ctx, []int64{me})
	if err != nil {
		return page.Of[TicketRow]{}, err
	}
	out := page.Of[TicketRow]{Items: make([]TicketRow, len(cut.Items)), Next: cut.Next}
	for i, r := range cut.Items {
		out.Items[i] = r.base().For(r.Seen, r.Draft, joined[me])
	}
	return out, nil
}

// listing writes the statement of a list.
func listing(l Listing, a actor.Actor, hidden []int64) (*db.Query, error) {
	q := db.New(selectViewed+" WHERE 1 = 1", a.ID, a.ID)
	narrow(q, l.View, a)
	filter(q, l)
	if len(hidden) > 0 {
		db.In(q, "AND t.team_id NOT IN", hidden)
	}
	return q, order(q, l)
}

// narrow adds the condition of a view. The literals are those of the partial
// indexes; what is said here of a ticket, counts says of a group.
func narrow(q *db.Query, view string, a actor.Actor) {
	switch view {
	case ViewMine:
		q.Add("AND t.shelf = 0 AND t.owner_id = ?", a.ID)
	case ViewUnassigned:
		q.Add("AND t.shelf = 0 AND t.owner_id = 0")
	case ViewOpen:
		q.Add("AND t.shelf = 0")
	case ViewWaiting:
		q.Add("AND t.shelf = 0 AND t.status = 'waiting_customer' AND (t.owner_id = ?", a.ID)
		if len(a.Teams) > 0 {
			db.In(q, "OR t.team_id IN", a.Teams)
		}
		q.Add(")")
	case ViewSnoozed:
		q.Add("AND t.shelf = 1")
	case ViewSolved:
		q.Add("AND t.shelf = 2")
	case ViewCreated:
		q.Add("AND t.creator_id > 0 AND t.creator_id = ?", a.ID)
	default:
		if team, ok := teamOf(view); ok {
			q.Add("AND t.shelf = 0 AND t.team_id = ?", team)
		}
	}
}

func filter(q *db.Query, l Listing) {
	if len(l.Statuses) > 0 {
		db.In(q, "AND t.status IN", l.Statuses)
	}
	if l.Owner != nil {
		q.Add("AND t.owner_id = ?", *l.Owner)
	}
	if l.Team != nil {
		q.Add("AND t.team_id = ?", *l.Team)
	}
	q.If(l.Priority != "", "AND t.rank = ?", l.Priority)
	q.If(l.Customer != 0, "AND t.customer_id > 0 AND t.customer_id = ?", l.Customer)
	q.If(l.Organization != 0, "AND t.organization_id > 0 AND t.organization_id = ?", l.Organization)
	q.If(l.Channel != "", "AND t.channel = ?", l.Channel)
	if len(l.Types) == 1 {
		q.Add("AND t.type_id > 0 AND t.type_id = ?", l.Types[0])
	} else if len(l.Types) > 1 {
		db.In(q, "AND t.type_id > 0 AND t.type_id IN", l.Types)
	}
	if l.Severity != nil {
		q.Add("AND t.severity = ?", *l.Severity)
	}
	if l.FirstContact != nil {
		q.Add("AND t.first_contact = ?", *l.FirstContact)
	}
	byField(q, ticket.PlaceField, l.Place)
	for _, f := range l.Fields {
		byField(q, f.Key, f.Value)
	}
	q.If(l.Tag != "", "AND t.id IN (SELECT g.ticket_id FROM ticket_tag AS g WHERE g.tag = ?)", text.Fold(l.Tag))
}

// byField narrows a list by what was written down (R037, R446).
func byField(q *db.Query, key, value string) {
	q.If(value != "", "AND t.id IN (SELECT v.ticket_id FROM ticket_field AS v WHERE v.field = ? AND v.value = ?)", key, ticket.Findable(value))
}

// order adds the order and, on a later page, where it goes on.
func order(q *db.Query, l Listing) error {
	var sort string
	var rank, score, at, id int64
	if l.Cursor != "" {
		ptrs := []any{&sort, &at, &id}
		if l.Sort == SortPriority {
			ptrs = []any{&sort, &rank, &score, &at, &id}
		}
		if err := page.Decode(l.Cursor, ptrs...); err != nil {
			return err
		}
		if sort != l.Sort {
			return fault.Invalid("cursor_invalid")
		}
	}
	switch l.Sort {
	case SortCreated:
		q.If(l.Cursor != "", "AND (t.created_at, t.id) < (?, ?)", at, id).Add("ORDER BY t.created_at DESC, t.id DESC")
	case SortOldest:
		q.If(l.Cursor != "", "AND (t.created_at, t.id) > (?, ?)", at, id).Add("ORDER BY t.created_at, t.id")
	case SortPriority:
		q.If(l.Cursor != "", "AND (t.rank, t.score, t.created_at, t.id) > (?, ?, ?, ?)", rank, score, at, id).
			Add("ORDER BY t.rank, t.score, t.created_at, t.id")
	default:
		q.If(l.Cursor != "", "AND (t.updated_at, t.id) < (?, ?)", at, id).Add("ORDER BY t.updated_at DESC, t.id DESC")
	}
	q.Add("LIMIT ?", l.Size()+1)
	return nil
}
