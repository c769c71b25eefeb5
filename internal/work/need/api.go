package need

import (
	"context"
	"time"

	"heed/internal/platform/i18n"
	"heed/internal/platform/rest"
	"heed/internal/work/tickettype"
)

// NeedBy is who did something.
type NeedBy struct { //nolint:revive // the schema of this name in the API's document; names there have no package
	Kind string `json:"kind" enum:",customer,agent"`
	ID   int64  `json:"id"`
	Name string `json:"name"`
}

// NeedChoice is an answer that can be chosen.
type NeedChoice struct { //nolint:revive // see above
	Key  string `json:"key"`
	Text string `json:"text"`
}

// NeedQuestion is a question of the ticket's type, with its answer.
type NeedQuestion struct { //nolint:revive // see above
	Key     string       `json:"key"`
	Text    string       `json:"text" doc:"In the reader's language"`
	Kind    string       `json:"kind" enum:"open,closed"`
	Choices []NeedChoice `json:"choices" doc:"Of a closed question; without them it is yes or no"`
	Answer  string       `json:"answer"`
}

// NeedConflict is two answers that do not go together.
type NeedConflict struct { //nolint:revive // see above
	Rule       string     `json:"rule" doc:"Its name, for the resolution"`
	A          string     `json:"a" doc:"What one answer says, with its question"`
	B          string     `json:"b"`
	Ask        string     `json:"ask" doc:"What to ask the customer"`
	Resolution string     `json:"resolution" doc:"Empty while it is not settled"`
	By         NeedBy     `json:"by"`
	At         *time.Time `json:"at"`
}

// NeedMissing is what is not known yet.
type NeedMissing struct { //nolint:revive // see above
	Part  string `json:"part" enum:"own_words,question,field,purpose,problem,conflict,restatement,confirmed"`
	Key   string `json:"key"`
	Label string `json:"label" doc:"In the reader's language"`
}

// NeedMood is how the customer was before and after a contact.
type NeedMood struct { //nolint:revive // see above
	Before Mood      `json:"before" enum:"calm,upset,angry,abusive"`
	After  Mood      `json:"after" enum:"calm,upset,angry,abusive"`
	By     NeedBy    `json:"by"`
	At     time.Time `json:"at"`
}

// NeedLink is how the customer was asked last.
type NeedLink struct { //nolint:revive // see above
	State     LinkState  `json:"state" enum:"open,confirmed,corrected,replaced,expired"`
	AskedAt   time.Time  `json:"asked_at"`
	ExpiresAt time.Time  `json:"expires_at"`
	UsedAt    *time.Time `json:"used_at"`
}

// NeedGuide is an article for beginners.
type NeedGuide struct { //nolint:revive // see above
	ArticleID int64  `json:"article_id"`
	Title     string `json:"title"`
}

// TicketNeed is what we have understood of a ticket.
type TicketNeed struct {
	TicketID     int64          `json:"ticket_id"`
	OwnWords     string         `json:"own_words" doc:"The customer's own words"`
	Restatement  string         `json:"restatement" doc:"The same in ours"`
	Required     bool           `json:"restatement_required" doc:"The type wants one before work goes on"`
	Listens      bool           `json:"listens" doc:"The type wants the need to be confirmed before a solution"`
	Intent       string         `json:"intent"`
	RestatedAt   *time.Time     `json:"restated_at"`
	RestatedBy   NeedBy         `json:"restated_by"`
	ConfirmedAt  *time.Time     `json:"confirmed_at"`
	ConfirmedBy  NeedBy         `json:"confirmed_by"`
	ConfirmedVia string         `json:"confirmed_via" doc:"phone, visit, email, chat, or link for the customer himself"`
	Corrections  int64          `json:"corrections" doc:"How often the customer has corrected us"`
	Correction   string         `json:"correction" doc:"What he said instead, until it is restated"`
	Ladder       Ladder         `json:"ladder"`
	Brief        Brief          `json:"brief"`
	Questions    []NeedQuestion `json:"questions"`
	Conflicts    []NeedConflict `json:"conflicts"`
	Completeness int            `json:"completeness" doc:"In percent"`
	Enough       int            `json:"enough" doc:"The completeness from which on something may be recommended without a reason"`
	Missing      []NeedMissing  `json:"missing"`
	Mood         string         `json:"mood" enum:",calm,upset,angry,abusive" doc:"How the customer is now, as last marked"`
	Moods        []NeedMood     `json:"moods" doc:"The newest first"`
	Asked        *NeedLink      `json:"asked"`
	SkipReason   string         `json:"skip_reason" doc:"Why somebody went on before the need was confirmed"`
	SkippedAt    *time.Time     `json:"skipped_at"`
	SkippedBy    NeedBy         `json:"skipped_by"`
	Novice       bool           `json:"novice" doc:"The customer is new to what we sell"`
	Guides       []NeedGuide    `json:"guides" doc:"For a novice"`
	OpenedAt     time.Time      `json:"opened_at"`
	SolvedAt     *time.Time     `json:"solved_at" doc:"When it was first solved"`
	Took         int64          `json:"took_seconds" doc:"From the first contact to the first solution"`
	Version      int64          `json:"version"`
}

func orNull(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// wire writes a need for a reader of the language.
func wire(s Seen, locale string) TicketNeed {
	n := s.Need
	w := TicketNeed{
		TicketID: s.Ticket.ID, OwnWords: n.OwnWords, Restatement: n.Restatement, Required: s.Type.RequireRestatement, Listens: s.Type.Need, Intent: n.Intent,
		RestatedAt: orNull(n.RestatedAt), RestatedBy: NeedBy(n.RestatedBy), ConfirmedAt: orNull(n.ConfirmedAt), ConfirmedBy: NeedBy(n.ConfirmedBy),
		ConfirmedVia: n.ConfirmedVia, Corrections: n.Corrections, Correction: n.Correction, Ladder: n.Ladder, Brief: n.Brief,
		Questions: []NeedQuestion{}, Conflicts: []NeedConflict{}, Completeness: s.Completeness, Enough: enough, Missing: []NeedMissing{},
		Mood: string(n.Mood), Moods: []NeedMood{}, SkipReason: n.SkipReason, SkippedAt: orNull(n.SkippedAt), SkippedBy: NeedBy(n.SkippedBy),
		Novice: s.Novice, Guides: []NeedGuide{}, OpenedAt: s.Ticket.CreatedAt, SolvedAt: orNull(n.SolvedAt), Took: began(s.Ticket.CreatedAt, n.SolvedAt), Version: n.Version,
	}
	if w.Ladder.Alternatives == nil {
		w.Ladder.Alternatives = []string{}
	}
	for _, q := range s.Type.Questions {
		w.Questions = append(w.Questions, NeedQuestion{q.Key, q.Names.Say(locale), q.Kind, choices(q.Choices, locale), n.Answers[q.Key]})
	}
	for _, c := range s.Conflicts {
		r := c.Resolution
		w.Conflicts = append(w.Conflicts, NeedConflict{RuleOf(c.Conflict), said(s.Type, c.A, locale), said(s.Type, c.B, locale), c.Ask.Say(locale), r.Text, NeedBy(r.By), orNull(r.At)})
	}
	for _, m := range s.Missing {
		w.Missing = append(w.Missing, NeedMissing{m.Part, m.Key, label(s.Type, m, locale)})
	}
	for _, m := range s.Moods {
		w.Moods = append(w.Moods, NeedMood{m.Before, m.After, NeedBy(m.By), m.At})
	}
	if l := s.Asked; l.ID != 0 {
		w.Asked = &NeedLink{l.State, l.CreatedAt, l.ExpiresAt, orNull(l.UsedAt)}
	}
	for _, g := range s.Guides {
		w.Guides = append(w.Guides, NeedGuide(g))
	}
	return w
}

func choices(list []tickettype.Choice, locale string) []NeedChoice {
	out := make([]NeedChoice, len(list))
	for i, c := range list {
		out[i] = NeedChoice{c.Key, c.Names.Say(locale)}
	}
	return out
}

// labelOf names a question or a field of the type, and its choices.
func labelOf(typ tickettype.Type, key, locale string) (name string, choices []tickettype.Choice) {
	if q, ok := typ.Question(key); ok {
		return q.Names.Say(locale), q.Choices
	}
	if f, ok := typ.Field(key); ok {
		return f.Names.Say(locale), f.Choices
	}
	return key, nil
}

// said is an answer in words: "Mood: calm".
func said(typ tickettype.Type, a tickettype.Answer, locale string) string {
	name, choices := labelOf(typ, a.Field, locale)
	value := a.Value
	if len(choices) == 0 && (value == "yes" || value == "no") {
		value = i18n.T(locale, "need.answer."+value, nil)
	}
	for _, c := range choices {
		if c.Key == value {
			value = c.Names.Say(locale)
		}
	}
	return name + " · " + value
}

func label(typ tickettype.Type, m Missing, locale string) string {
	switch m.Part {
	case PartQuestion, PartField:
		name, _ := labelOf(typ, m.Key, locale)
		return name
	case PartConflict:
		for _, c := range typ.Conflicts {
			if RuleOf(c) == m.Key {
				return c.Ask.Say(locale)
			}
		}
	}
	return i18n.T(locale, "need.part."+m.Part, nil)
}

type ticketIn struct {
	ID int64 `path:"id"`
}

type saveIn struct {
	rest.VersionIn
	ID   int64 `path:"id"`
	Body struct {
		OwnWords    *string           `json:"own_words,omitempty"`
		Restatement *string           `json:"restatement,omitempty"`
		Intent      *string           `json:"intent,omitempty"`
		Ladder      *Ladder           `json:"ladder,omitempty"`
		Brief       *Brief            `json:"brief,omitempty"`
		Answers     map[string]string `json:"answers,omitempty" doc:"Question to answer; an empty one takes it away, what is not named stays"`
		Resolved    map[string]string `json:"resolved,omitempty" doc:"Rule of a conflict to its resolution, likewise"`
	}
}

type heardIn struct {
	ID   int64 `path:"id"`
	Body struct {
		Yes  bool   `json:"yes" doc:"The customer agrees to the restatement"`
		Text string `json:"text,omitempty" doc:"What he means instead"`
		Via  string `json:"via" enum:"phone,visit,email,chat"`
	}
}

type skipIn struct {
	ID   int64 `path:"id"`
	Body struct {
		Reason string `json:"reason"`
	}
}

type moodIn struct {
	ID   int64 `path:"id"`
	Body struct {
		Before Mood `json:"before" enum:"calm,upset,angry,abusive"`
		After  Mood `json:"after" enum:"calm,upset,angry,abusive"`
	}
}

type askIn struct {
	ID   int64 `path:"id"`
	Body struct {
		Send bool `json:"send,omitempty" doc:"Send it as my reply; else I put the words into mine"`
	}
}

// NeedAsked is what the customer is asked.
type NeedAsked struct { //nolint:revive // see above
	URL       string    `json:"url"`
	HTML      string    `json:"html" doc:"The words of the reply, with the link"`
	ExpiresAt time.Time `json:"expires_at"`
	Sent      bool      `json:"sent"`
}

type proposeIn struct {
	ID   int64 `path:"id"`
	Body struct {
		Alternative string `json:"alternative"`
		Reason      string `json:"reason,omitempty" doc:"Why before enough is known"`
	}
}

type recommendIn struct {
	ID   int64 `path:"id"`
	Body struct {
		What   string `json:"what" doc:"What is recommended or quoted"`
		Reason string `json:"reason,omitempty" doc:"Why before enough is known"`
	}
}

// NeedProposal is the words that propose something else.
type NeedProposal struct { //nolint:revive // see above
	HTML         string `json:"html"`
	Completeness int    `json:"completeness"`
}

// Routes adds the operations to the API.
func (s *Service) Routes(r *rest.Router) {
	op := func(id, summary string) rest.Op {
		return rest.Op{ID: id, Tag: "need", Summary: summary, Module: "need"}
	}
	answer := func(ctx context.Context, n Seen, err error) (*rest.One[TicketNeed], error) {
		if err != nil {
			return nil, err
		}
		return rest.OneOf(wire(n, rest.Locale(ctx)), n.Version), nil
	}
	rest.Get(r, "/tickets/{id}/need", op("get-need", "What we have understood of a ticket"),
		func(ctx context.Context, in *ticketIn) (*rest.One[TicketNeed], error) {
			n, err := s.Get(ctx, in.ID, rest.Locale(ctx))
			return answer(ctx, n, err)
		})
	rest.Put(r, "/tickets/{id}/need", op("save-need", "Write down what was understood; what is left out stays"),
		func(ctx context.Context, in *saveIn) (*rest.One[TicketNeed], error) {
			version, err := in.Version()
			if err != nil {
				return nil, err
			}
			b := in.Body
			n, err := s.Save(ctx, in.ID, version, Patch{b.OwnWords, b.Restatement, b.Intent, b.Ladder, b.Brief, b.Answers, b.Resolved}, rest.Locale(ctx))
			return answer(ctx, n, err)
		})
	rest.Post(r, "/tickets/{id}/need/heard", op("hear-need", "What the customer said when our restatement was read to him"),
		func(ctx context.Context, in *heardIn) (*rest.One[TicketNeed], error) {
			n, err := s.Heard(ctx, in.ID, in.Body.Yes, in.Body.Text, in.Body.Via, rest.Locale(ctx))
			return answer(ctx, n, err)
		})
	rest.Post(r, "/tickets/{id}/need/skip", op("skip-need", "Say why I go on before the need is confirmed"),
		func(ctx context.Context, in *skipIn) (*rest.One[TicketNeed], error) {
			n, err := s.Skip(ctx, in.ID, in.Body.Reason, rest.Locale(ctx))
			return answer(ctx, n, err)
		})
	rest.Post(r, "/tickets/{id}/need/mood", op("mark-mood", "How the customer was before and after this contact"),
		func(ctx context.Context, in *moodIn) (*rest.One[TicketNeed], error) {
			n, err := s.MarkMood(ctx, in.ID, in.Body.Before, in.Body.After, rest.Locale(ctx))
			return answer(ctx, n, err)
		})
	rest.Post(r, "/tickets/{id}/need/ask-confirmation", op("ask-confirmation", "Ask the customer whether we have understood him"),
		func(ctx context.Context, in *askIn) (*rest.Body[NeedAsked], error) {
			q, err := s.Ask(ctx, in.ID, in.Body.Send)
			return rest.Of(NeedAsked(q)), err
		})
	rest.Post(r, "/tickets/{id}/need/proposal", op("propose-alternative", "The words that propose an alternative and cite the problem"),
		func(ctx context.Context, in *proposeIn) (*rest.Body[NeedProposal], error) {
			p, err := s.Propose(ctx, in.ID, in.Body.Alternative, in.Body.Reason)
			return rest.Of(NeedProposal(p)), err
		})
	rest.Post(r, "/tickets/{id}/need/recommendation", op("recommend", "Recommend or quote something; asks why while too little is known"),
		func(ctx context.Context, in *recommendIn) (*rest.Empty, error) {
			return &rest.Empty{}, s.Recommend(ctx, in.ID, in.Body.What, in.Body.Reason)
		})
	s.reportRoutes(r)
}
