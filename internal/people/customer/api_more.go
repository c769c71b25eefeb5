package customer

import (
	"context"
	"time"

	"heed/internal/platform/rest"
)

// WarningCard is something to mind before a customer is spoken to.
type WarningCard struct {
	Code      string         `json:"code" enum:"too_early,too_late,other_channel,note"`
	Kind      PreferenceKind `json:"kind"`
	Text      string         `json:"text" doc:"In the words of whoever noted it"`
	Channel   string         `json:"channel"`
	NotBefore string         `json:"not_before"`
	NotAfter  string         `json:"not_after"`
	LocalTime string         `json:"local_time" doc:"What the clock says where the customer is"`
	Zone      string         `json:"zone"`
}

// WarningCards writes warnings.
func WarningCards(ws []Warning) []WarningCard {
	out := make([]WarningCard, len(ws))
	for i, w := range ws {
		out[i] = WarningCard(w)
	}
	return out
}

// NoteCard is a personal note.
type NoteCard struct {
	ID         int64     `json:"id"`
	Text       string    `json:"text"`
	Consent    bool      `json:"consent" doc:"Always true: what he has not agreed to is not kept"`
	ConsentHow string    `json:"consent_how"`
	By         PersonRef `json:"by"`
	At         time.Time `json:"at"`
}

// PersonRef is an agent as he was called then.
type PersonRef struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
}

func noteCard(n Note) NoteCard {
	return NoteCard{n.ID, n.Text, true, n.ConsentHow, PersonRef{n.ByID, n.ByName}, n.At}
}

// Ref is a customer as others name him.
type Ref struct {
	ID        int64  `json:"id"`
	Number    string `json:"number"`
	Kind      Kind   `json:"kind" enum:"person,organization"`
	Name      string `json:"name"`
	Anonymous bool   `json:"anonymous"`
	ChainRole string `json:"chain_role"`
	Tier      Tier   `json:"tier"`
	City      string `json:"city"`
}

// RefOf names a customer.
func RefOf(c Customer) Ref {
	return Ref{c.ID, c.Number(), c.Kind, c.Name, c.Anonymous, c.ChainRole, c.Tier, c.City}
}

// NodeCard is a customer in the chain of another.
type NodeCard struct {
	Customer Ref    `json:"customer"`
	Steps    int    `json:"steps" doc:"Negative: above, towards the maker"`
	Via      int64  `json:"via" doc:"The neighbour through whom he is reached"`
	LinkID   int64  `json:"link_id"`
	Kind     string `json:"kind" enum:"supplies,distributes_for"`
}

func nodeCards(ns []Node) []NodeCard {
	out := make([]NodeCard, len(ns))
	for i, n := range ns {
		out[i] = NodeCard{RefOf(n.Customer), n.Steps, n.Via, n.Link.ID, n.Link.Kind}
	}
	return out
}

// ChainBody is who stands above and below a customer.
type ChainBody struct {
	Up   []NodeCard `json:"up" doc:"The nearest first"`
	Down []NodeCard `json:"down"`
}

// DuplicateCard is somebody who may be the same.
type DuplicateCard struct {
	Customer Card     `json:"customer"`
	Reasons  []string `json:"reasons" doc:"email, phone, name or sound; the strongest first"`
}

// MergeCard is a record that has become part of another.
type MergeCard struct {
	ID   int64     `json:"id"`
	From Ref       `json:"from"`
	Into int64     `json:"into"`
	By   PersonRef `json:"by"`
	At   time.Time `json:"at"`
}

// Listed is a short list without pages.
type Listed[T any] struct {
	Items []T `json:"items"`
}

type warningsIn struct {
	ID      int64     `path:"id"`
	Channel string    `query:"channel" doc:"By which way he is about to be spoken to; empty is any"`
	At      time.Time `query:"at" doc:"When; now by default"`
}

type noteIn struct {
	ID   int64 `path:"id"`
	Body struct {
		Text       string `json:"text"`
		Consent    bool   `json:"consent,omitempty" doc:"He agreed to have this kept"`
		ConsentHow string `json:"consent_how,omitempty" doc:"How he agreed"`
	}
}

type noteIDIn struct {
	ID   int64 `path:"id"`
	Note int64 `path:"note"`
}

type linkIn struct {
	ID   int64 `path:"id"`
	Body struct {
		CustomerID int64  `json:"customer_id"`
		Direction  string `json:"direction" enum:"up,down" doc:"up: he stands nearer to the maker"`
		Kind       string `json:"kind,omitempty" enum:"supplies,distributes_for" default:"supplies"`
	}
}

type linkIDIn struct {
	ID   int64 `path:"id"`
	Link int64 `path:"link"`
}

type mergeIn struct {
	ID   int64 `path:"id"`
	Body struct {
		Into int64 `json:"into" doc:"Who stays"`
	}
}

type alikeIn struct {
	Kind  string `query:"kind" enum:"person,organization"`
	Name  string `query:"name" maxLength:"200"`
	Email string `query:"email" maxLength:"400"`
	Phone string `query:"phone" maxLength:"100"`
}

func (s *Service) duplicateCards(ctx context.Context, ds []Duplicate, err error) (*rest.Body[Listed[DuplicateCard]], error) {
	if err != nil {
		return nil, err
	}
	cs := make([]Customer, len(ds))
	for i, d := range ds {
		cs[i] = d.Customer
	}
	cards, err := s.Cards(ctx, cs)
	if err != nil {
		return nil, err
	}
	out := make([]DuplicateCard, len(ds))
	for i, d := range ds {
		out[i] = DuplicateCard{cards[i], d.Reasons}
	}
	return rest.Of(Listed[DuplicateCard]{out}), nil
}

func (s *Service) moreRoutes(r *rest.Router) {
	rest.Get(r, "/customers/{id}/warnings", rest.Op{ID: "list-customer-warnings", Tag: "customers", Summary: "What to mind before speaking to a customer"},
		func(ctx context.Context, in *warningsIn) (*rest.Body[Listed[WarningCard]], error) {
			ws, err := s.WarningsFor(ctx, in.ID, in.Channel, in.At)
			if err != nil {
				return nil, err
			}
			return rest.Of(Listed[WarningCard]{WarningCards(ws)}), nil
		})
	rest.Get(r, "/customers/{id}/chain", rest.Op{ID: "get-customer-chain", Tag: "customers", Summary: "The supply chain above and below a customer"},
		func(ctx context.Context, in *idIn) (*rest.Body[ChainBody], error) {
			up, down, err := s.Chain(ctx, in.ID)
			if err != nil {
				return nil, err
			}
			return rest.Of(ChainBody{nodeCards(up), nodeCards(down)}), nil
		})
	rest.Post(r, "/customers/{id}/links", rest.Op{ID: "link-customer", Tag: "customers", Summary: "Put somebody above or below a customer in the supply chain"},
		func(ctx context.Context, in *linkIn) (*rest.Empty, error) {
			_, err := s.LinkTo(ctx, in.ID, in.Body.CustomerID, in.Body.Direction == "up", in.Body.Kind)
			return &rest.Empty{}, err
		})
	rest.Delete(r, "/customers/{id}/links/{link}", rest.Op{ID: "unlink-customer", Tag: "customers", Summary: "Take a link of the supply chain away"},
		func(ctx context.Context, in *linkIDIn) (*rest.Empty, error) {
			return &rest.Empty{}, s.Unlink(ctx, in.ID, in.Link)
		})
	s.noteRoutes(r)
	s.mergeRoutes(r)
}

func (s *Service) noteRoutes(r *rest.Router) {
	rest.Get(r, "/customers/{id}/notes", rest.Op{ID: "list-customer-notes", Tag: "customers", Summary: "Personal notes, newest first"},
		func(ctx context.Context, in *idIn) (*rest.Body[Listed[NoteCard]], error) {
			ns, err := s.Notes(ctx, in.ID)
			if err != nil {
				return nil, err
			}
			out := make([]NoteCard, len(ns))
			for i, n := range ns {
				out[i] = noteCard(n)
			}
			return rest.Of(Listed[NoteCard]{out}), nil
		})
	rest.Post(r, "/customers/{id}/notes", rest.Op{ID: "add-customer-note", Tag: "customers", Summary: "Keep something personal that the customer agreed to", Status: 201},
		func(ctx context.Context, in *noteIn) (*rest.Body[NoteCard], error) {
			n, err := s.AddNote(ctx, in.ID, NoteInput(in.Body))
			if err != nil {
				return nil, err
			}
			return rest.Of(noteCard(n)), nil
		})
	rest.Delete(r, "/customers/{id}/notes/{note}", rest.Op{ID: "remove-customer-note", Tag: "customers", Summary: "Forget a personal note"},
		func(ctx context.Context, in *noteIDIn) (*rest.Empty, error) {
			return &rest.Empty{}, s.RemoveNote(ctx, in.ID, in.Note)
		})
}

func (s *Service) mergeRoutes(r *rest.Router) {
	rest.Get(r, "/customers/{id}/duplicates", rest.Op{ID: "list-duplicates", Tag: "customers", Summary: "Who may be the same, the likeliest first"},
		func(ctx context.Context, in *idIn) (*rest.Body[Listed[DuplicateCard]], error) {
			ds, err := s.Duplicates(ctx, in.ID)
			return s.duplicateCards(ctx, ds, err)
		})
	rest.Get(r, "/duplicates", rest.Op{ID: "find-duplicates", Tag: "customers", Summary: "Whom a description may be about, before somebody is registered"},
		func(ctx context.Context, in *alikeIn) (*rest.Body[Listed[DuplicateCard]], error) {
			ds, err := s.Alike(ctx, Description{Kind(in.Kind), in.Name, in.Email, in.Phone})
			return s.duplicateCards(ctx, ds, err)
		})
	rest.Post(r, "/customers/{id}/merge", rest.Op{ID: "merge-customer", Tag: "customers", Summary: "Make a record part of another; it stays as a signpost"},
		func(ctx context.Context, in *mergeIn) (*rest.Body[MergeCard], error) {
			return s.mergeCard(ctx, func() (Merge, error) { return s.Merge(ctx, in.ID, in.Body.Into) })
		})
	rest.Post(r, "/customers/merges/{id}/undo", rest.Op{ID: "undo-customer-merge", Tag: "customers", Summary: "Undo a merge exactly"},
		func(ctx context.Context, in *idIn) (*rest.Body[MergeCard], error) {
			return s.mergeCard(ctx, func() (Merge, error) { return s.Unmerge(ctx, in.ID) })
		})
	rest.Get(r, "/customers/{id}/merges", rest.Op{ID: "list-customer-merges", Tag: "customers", Summary: "What has become part of a customer, newest first"},
		func(ctx context.Context, in *idIn) (*rest.Body[Listed[MergeCard]], error) {
			all, err := s.Merges(ctx, in.ID)
			if err != nil {
				return nil, err
			}
			out := make([]MergeCard, len(all))
			for i, a := range all {
				out[i] = MergeCard{a.Merge.ID, RefOf(a.From), a.Merge.Into, PersonRef{a.Merge.ByID, a.Merge.ByName}, a.Merge.At}
			}
			return rest.Of(Listed[MergeCard]{out}), nil
		})
}

func (s *Service) mergeCard(ctx context.Context, do func() (Merge, error)) (*rest.Body[MergeCard], error) {
	m, err := do()
	if err != nil {
		return nil, err
	}
	from, err := s.Get(ctx, m.From)
	if err != nil {
		return nil, err
	}
	return rest.Of(MergeCard{m.ID, RefOf(from), m.Into, PersonRef{m.ByID, m.ByName}, m.At}), nil
}
