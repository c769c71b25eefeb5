package agent

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"heed/internal/kernel/fault"
	"heed/internal/platform/text"
)

// Team is a group of agents with a queue of its own.
type Team struct {
	ID        int64     `db:"id"`
	Name      string    `db:"name"`
	NameFold  string    `db:"name_fold"` // unique among the teams that are not archived
	Private   bool      `db:"private"`
	LeadID    int64     `db:"lead_id"` // who answers for the queue; 0 for nobody
	Archived  bool      `db:"archived"`
	CreatedAt time.Time `db:"created_at"`
	UpdatedAt time.Time `db:"updated_at"`
	Version   int64     `db:"version"`

	MemberIDs []int64 // ascending
}

// TeamPatch describes a new team or a change of one; what is nil stays.
type TeamPatch struct {
	Name      *string
	Private   *bool
	LeadID    *int64
	MemberIDs *[]int64 // replaces the list; the lead stays a member
	Archived  *bool
}

// with applies a change and tells the names of the fields that differ.
func (t Team) with(p TeamPatch) (Team, []string, error) {
	var f fault.Fields
	var fields []string
	was := t
	if p.Name != nil {
		t.Name = checkTeamName(&f, *p.Name)
		t.NameFold = text.Fold(t.Name)
	}
	if p.Private != nil {
		t.Private = *p.Private
	}
	if p.LeadID != nil {
		t.LeadID = *p.LeadID
	}
	if p.Archived != nil {
		t.Archived = *p.Archived
	}
	if p.MemberIDs != nil {
		t.MemberIDs = *p.MemberIDs
	}
	t.MemberIDs = slices.Clone(t.MemberIDs)
	if t.LeadID != 0 {
		t.MemberIDs = append(t.MemberIDs, t.LeadID)
	}
	t.MemberIDs = sortedIDs(t.MemberIDs)
	for _, d := range []struct {
		name string
		is   bool
	}{
		{"name", t.Name != was.Name},
		{"private", t.Private != was.Private},
		{"lead_id", t.LeadID != was.LeadID},
		{"archived", t.Archived != was.Archived},
		{"member_ids", !slices.Equal(t.MemberIDs, was.MemberIDs)},
	} {
		if d.is {
			fields = append(fields, d.name)
		}
	}
	return t, fields, f.Err()
}

func checkTeamName(f *fault.Fields, name string) string {
	name = strings.Join(strings.Fields(name), " ")
	switch {
	case name == "":
		f.Add("name", "field.required")
	case utf8.RuneCountInString(name) > maxName:
		f.Add("name", "field.too_long", "max", maxName)
	}
	return name
}
