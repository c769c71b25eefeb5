package tickettype

import "heed/internal/kernel/event"

// The kinds of events. They are never renamed, only added to.
const (
	EventCreated = "tickettype.created"
	EventChanged = "tickettype.changed"
	// EventJudgement says that severities or the rule of priorities changed.
	EventJudgement = "tickettype.judgement_changed"
)

// Told is what the events about a type tell.
type Told struct {
	Key     string `json:"key"`
	Names   Names  `json:"names"`
	Active  bool   `json:"active"`
	Version int64  `json:"version"`
}

func (t Type) event(kind string) event.New {
	return event.New{Kind: kind, About: event.Ref{Kind: "tickettype", ID: t.ID}, Data: Told{t.Key, t.Names, t.Active, t.Version}}
}

// JudgementTold is what EventJudgement tells.
type JudgementTold struct {
	Rule    Rule  `json:"rule"`
	Version int64 `json:"version"`
}

func (j Judgement) event() event.New {
	return event.New{Kind: EventJudgement, About: event.Ref{Kind: "judgement", ID: 1}, Data: JudgementTold{j.Rule, j.Version}}
}
