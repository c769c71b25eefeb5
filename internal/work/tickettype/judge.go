package tickettype

import (
	"context"
	"maps"
	"slices"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/fault"
	"heed/internal/work/ticket"
)

// TeamOf gives the team that works on tickets of a type, 0 for none.
func (s *Service) TeamOf(ctx context.Context, typeID int64) (int64, error) {
	k, err := s.known(ctx)
	if err != nil {
		return 0, err
	}
	return k.byID[typeID].TeamID, nil
}

// Judge gives a ticket with what follows from its type and from the rule of
// priorities. old has the ID 0 for a new one. What is asked of people is not
// asked of mail and of the program itself: nothing that came in may be lost.
func (s *Service) Judge(ctx context.Context, old, next ticket.Ticket) (ticket.Ticket, error) {
	k, err := s.known(ctx)
	if err != nil {
		return next, err
	}
	var f fault.Fields
	typ, ok := k.byID[next.TypeID]
	changed := old.ID == 0 || old.TypeID != next.TypeID
	if next.TypeID != 0 && changed && (!ok || !typ.Active) {
		f.Add("type_id", "tickettype.type_unknown")
		return next, f.Err()
	}
	if changed && ok && next.Severity == old.Severity && (old.ID == 0 && next.Severity == 0 || old.Severity == k.byID[old.TypeID].Severity) {
		next.Severity = typ.Severity // nobody has judged by himself
	}
	next = typ.fit(old, next, actor.From(ctx).Kind == actor.Agent, &f)
	if next, err = s.prioritize(ctx, k, old, next, &f); err != nil {
		return next, err
	}
	return next, f.Err()
}

// fit keeps of what a ticket says what its type asks for, in the form in which
// it is kept, and notes what is wrong or missing.
func (t Type) fit(old, next ticket.Ticket, person bool, f *fault.Fields) ticket.Ticket {
	fresh := old.ID == 0
	if fresh || old.TypeID != next.TypeID || !maps.Equal(old.Fields, next.Fields) {
		next.Fields = t.values(old, next, person, f)
	}
	if fresh || old.TypeID != next.TypeID || !slices.Equal(old.Checklist, next.Checklist) {
		next.Checklist = t.steps(old, next, f)
	}
	if !person {
		return next
	}
	ends := (next.Status == ticket.StatusSolved || next.Status == ticket.StatusClosed) && old.Status.Open()
	for _, field := range t.Fields {
		due := field.Required == AtOpen && (fresh || ends) || field.Required == AtSolve && ends
		if due && next.Fields[field.Key] == "" {
			f.Add("fields."+field.Key, "field.required")
		}
	}
	for _, c := range t.Checklist {
		if ends && c.Required && !slices.Contains(next.Checklist, c.Key) {
			f.Add("checklist."+c.Key, "tickettype.step_missing")
		}
	}
	return next
}

// values gives the fields of the ticket that the type has, tidy. A value that
// was left from the type before goes silently; one that a person gives and the
// type does not know is a fault.
func (t Type) values(old, next ticket.Ticket, person bool, f *fault.Fields) map[string]string {
	out := map[string]string{}
	for _, key := range slices.Sorted(maps.Keys(next.Fields)) {
		value := next.Fields[key]
		was, had := old.Fields[key]
		left := had && was == value
		field, ok := t.Field(key)
		if !ok {
			if !left && person {
				f.Add("fields."+key, "field.unknown_value")
			}
			continue
		}
		tidy, wrong := field.Tidy(value)
		switch {
		case wrong == "":
			out[key] = tidy
		case left && old.TypeID == next.TypeID:
			out[key] = value // the type has become stricter since
		case !left && person:
			f.Add("fields."+key, wrong)
		}
	}
	return out
}

// steps gives the steps of the checklist that are done, in its order.
func (t Type) steps(old, next ticket.Ticket, f *fault.Fields) []string {
	out := []string{}
	for _, c := range t.Checklist {
		if slices.Contains(next.Checklist, c.Key) {
			out = append(out, c.Key)
		}
	}
	for _, key := range next.Checklist {
		if !slices.Contains(out, key) && !slices.Contains(old.Checklist, key) {
			f.Add("checklist", "field.unknown_value")
		}
	}
	return out
}

// prioritize reckons the points anew when something that they are made of has
// changed, and the priority unless a person has set it (R311).
func (s *Service) prioritize(ctx context.Context, k *known, old, next ticket.Ticket, f *fault.Fields) (ticket.Ticket, error) {
	if old.ID != 0 && old.TypeID == next.TypeID && old.Severity == next.Severity && old.Criticality == next.Criticality &&
		old.CustomerID == next.CustomerID && old.OrganizationID == next.OrganizationID && old.ProductID == next.ProductID &&
		old.Priority == next.Priority && old.PriorityBy == next.PriorityBy && old.PriorityReason == next.PriorityReason {
		return next, nil
	}
	tier, err := s.tier(ctx, next)
	if err != nil {
		return next, err
	}
	if s.criticalityOf != nil && next.ProductID != 0 && next.ProductID != old.ProductID && next.Criticality == old.Criticality {
		if next.Criticality, err = s.criticalityOf(ctx, next.ProductID); err != nil {
			return next, err
		}
	}
	next.Score = k.judge.Rule.Points(next.Severity, tier, next.Criticality, k.byID[next.TypeID].Weight)
	rule := k.judge.Rule.Priority(next.Score)
	switch {
	case next.PriorityBy != ticket.ByPerson:
		next.Priority = rule
	case next.Priority == rule:
		next.PriorityBy, next.PriorityReason = ticket.ByRule, ""
	case next.PriorityReason == "" && next.Severity != 0 && (old.ID == 0 || old.Priority != next.Priority || old.PriorityReason != "") &&
		actor.From(ctx).Kind == actor.Agent:
		f.Add("priority_reason", "tickettype.priority_reason")
	}
	return next, nil
}

// tier is the tier of the customer, else of his organization.
func (s *Service) tier(ctx context.Context, t ticket.Ticket) (string, error) {
	if s.tierOf == nil {
		return "", nil
	}
	for _, id := range []int64{t.CustomerID, t.OrganizationID} {
		if id == 0 {
			continue
		}
		if tier, err := s.tierOf(ctx, id); err != nil || tier != "" {
			return tier, err
		}
	}
	return "", nil
}
