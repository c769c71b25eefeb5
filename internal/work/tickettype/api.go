package tickettype

import (
	"context"

	"heed/internal/kernel/page"
	"heed/internal/platform/rest"
)

// TicketType is how a type is written in the API.
type TicketType struct {
	ID                 int64       `json:"id"`
	Key                string      `json:"key" doc:"What other parts and imports know it by; never changes"`
	ParentID           *int64      `json:"parent_id"`
	Names              Names       `json:"names"`
	Icon               string      `json:"icon"`
	Active             bool        `json:"active"`
	TeamID             *int64      `json:"team_id" doc:"Who works on it"`
	Severity           *int64      `json:"severity" doc:"What a ticket begins with"`
	Weight             int64       `json:"weight" doc:"Points that the type adds to the priority"`
	RequireRestatement bool        `json:"require_restatement"`
	Position           int64       `json:"position"`
	Fields             []Field     `json:"fields"`
	Checklist          []Check     `json:"checklist"`
	Questions          []Question  `json:"questions"`
	Conflicts          []Conflict  `json:"conflicts"`
	NextIssues         []NextIssue `json:"next_issues"`
	Need               bool        `json:"need"`
	Topic              string      `json:"topic"`
	Version            int64       `json:"version"`
}

// Wire writes a type.
func Wire(t Type) TicketType {
	return TicketType{
		t.ID, t.Key, orNull(t.ParentID), t.Names, t.Icon, t.Active, orNull(t.TeamID), orNull(t.Severity), t.Weight, t.RequireRestatement, t.Position,
		t.Fields, t.Checklist, t.Questions, t.Conflicts, t.NextIssues, t.Need, t.Topic, t.Version,
	}
}

func orNull(v int64) *int64 {
	if v == 0 {
		return nil
	}
	return &v
}

// TypePatch is what is given of a type; what is absent stays.
type TypePatch struct {
	ParentID           rest.Nullable[int64] `json:"parent_id,omitzero"`
	Names              *Names               `json:"names,omitempty"`
	Icon               *string              `json:"icon,omitempty"`
	Active             *bool                `json:"active,omitempty"`
	TeamID             rest.Nullable[int64] `json:"team_id,omitzero"`
	Severity           rest.Nullable[int64] `json:"severity,omitzero"`
	Weight             *int64               `json:"weight,omitempty"`
	RequireRestatement *bool                `json:"require_restatement,omitempty"`
	Position           *int64               `json:"position,omitempty"`
	Fields             *[]Field             `json:"fields,omitempty"`
	Checklist          *[]Check             `json:"checklist,omitempty"`
	Questions          *[]Question          `json:"questions,omitempty"`
	Conflicts          *[]Conflict          `json:"conflicts,omitempty"`
	NextIssues         *[]NextIssue         `json:"next_issues,omitempty"`
	Need               *bool                `json:"need,omitempty"`
	Topic              *string              `json:"topic,omitempty"`
}

func (p TypePatch) input() Input {
	return Input{
		ParentID: given(p.ParentID), Names: p.Names, Icon: p.Icon, Active: p.Active, TeamID: given(p.TeamID), Severity: given(p.Severity),
		Weight: p.Weight, RequireRestatement: p.RequireRestatement, Position: p.Position, Fields: p.Fields, Checklist: p.Checklist,
		Questions: p.Questions, Conflicts: p.Conflicts, NextIssues: p.NextIssues, Need: p.Need, Topic: p.Topic,
	}
}

func given[T any](n rest.Nullable[T]) *T {
	if !n.Set {
		return nil
	}
	return &n.V
}

type createIn struct {
	Body struct {
		Key string `json:"key"`
		TypePatch
	}
}

type changeIn struct {
	rest.VersionIn
	ID   int64 `path:"id"`
	Body TypePatch
}

type idIn struct {
	ID int64 `path:"id"`
}

// Severities is how the firm judges, as the API writes it.
type Severities struct {
	Levels  []Level `json:"levels"`
	Rule    Rule    `json:"rule"`
	Version int64   `json:"version"`
}

type severitiesIn struct {
	rest.VersionIn
	Body struct {
		Levels []Level `json:"levels"`
		Rule   Rule    `json:"rule"`
	}
}

// bodyMost bounds the JSON of a type with all its fields in three languages.
const bodyMost = 2 << 20

// Routes adds the operations to the API.
func (s *Service) Routes(r *rest.Router) {
	rest.Get(r, "/types", rest.Op{ID: "list-types", Tag: "types", Summary: "The tree of ticket types, each before its children"}, s.apiList)
	rest.Get(r, "/types/{id}", rest.Op{ID: "get-type", Tag: "types", Summary: "A ticket type"},
		func(ctx context.Context, in *idIn) (*rest.One[TicketType], error) { return one(s.Get(ctx, in.ID)) })
	rest.Post(r, "/types", rest.Op{ID: "create-type", Tag: "types", Summary: "Make a ticket type", Status: 201, MaxBody: bodyMost},
		func(ctx context.Context, in *createIn) (*rest.One[TicketType], error) {
			input := in.Body.input()
			input.Key = in.Body.Key
			return one(s.Create(ctx, input))
		})
	rest.Patch(r, "/types/{id}", rest.Op{ID: "change-type", Tag: "types", Summary: "Change a ticket type", MaxBody: bodyMost},
		func(ctx context.Context, in *changeIn) (*rest.One[TicketType], error) {
			version, err := in.Version()
			if err != nil {
				return nil, err
			}
			return one(s.Change(ctx, in.ID, version, in.Body.input()))
		})
	rest.Get(r, "/severities", rest.Op{ID: "get-severities", Tag: "types", Summary: "The severities in words, and the rule that makes a priority"},
		func(ctx context.Context, _ *struct{}) (*rest.One[Severities], error) {
			return severities(s.Judgement(ctx))
		})
	rest.Put(r, "/severities", rest.Op{ID: "set-severities", Tag: "types", Summary: "Replace the words of the severities and the rule of priorities"},
		func(ctx context.Context, in *severitiesIn) (*rest.One[Severities], error) {
			version, err := in.Version()
			if err != nil {
				return nil, err
			}
			return severities(s.SetJudgement(ctx, version, Judgement{Levels: in.Body.Levels, Rule: in.Body.Rule}))
		})
}

func one(t Type, err error) (*rest.One[TicketType], error) {
	if err != nil {
		return nil, err
	}
	return rest.OneOf(Wire(t), t.Version), nil
}

func severities(j Judgement, err error) (*rest.One[Severities], error) {
	if err != nil {
		return nil, err
	}
	return rest.OneOf(Severities(j), j.Version), nil
}

func (s *Service) apiList(ctx context.Context, _ *struct{}) (*rest.List[TicketType], error) {
	all, err := s.List(ctx)
	if err != nil {
		return nil, err
	}
	out := page.Of[TicketType]{Items: make([]TicketType, len(all))}
	for i, t := range all {
		out.Items[i] = Wire(t)
	}
	out.Position, err = s.journal.Position(ctx)
	return &rest.List[TicketType]{Body: out}, err
}
