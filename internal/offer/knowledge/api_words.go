package knowledge

import (
	"context"

	"heed/internal/kernel/page"
	"heed/internal/platform/rest"
)

// SynonymCard is a set of words that mean the same.
type SynonymCard struct {
	ID      int64    `json:"id"`
	Words   []string `json:"words"`
	Version int64    `json:"version"`
}

// TermCard is a word of the trade.
type TermCard struct {
	ID          int64             `json:"id"`
	Names       map[string]string `json:"names" doc:"By language"`
	Definitions map[string]string `json:"definitions" doc:"By language"`
	Aliases     []string          `json:"aliases"`
	Version     int64             `json:"version"`
}

// ExpertCard says what an agent can be asked about.
type ExpertCard struct {
	ID       int64    `json:"id"`
	AgentID  int64    `json:"agent_id"`
	Subjects []string `json:"subjects"`
	Note     string   `json:"note"`
	Version  int64    `json:"version"`
}

func synonymCard(y Synonym) SynonymCard { return SynonymCard{y.ID, y.Words, y.Version} }

func termCard(g GlossaryTerm) TermCard {
	return TermCard{g.ID, g.Names, g.Definitions, g.Aliases, g.Version}
}

func expertCard(e Expert) ExpertCard {
	return ExpertCard{e.ID, e.AgentID, e.Subjects, e.Note, e.Version}
}

type wordsIn struct {
	Q string `query:"q"`
}

// SynonymInput is a set of words.
type SynonymInput struct {
	Words []string `json:"words"`
}

// TermInput is a word of the trade.
type TermInput struct {
	Names       map[string]string `json:"names"`
	Definitions map[string]string `json:"definitions"`
	Aliases     []string          `json:"aliases,omitempty"`
}

// ExpertInput says what an agent can be asked about.
type ExpertInput struct {
	AgentID  int64    `json:"agent_id"`
	Subjects []string `json:"subjects"`
	Note     string   `json:"note,omitempty"`
}

type newIn[T any] struct{ Body T }

type editIn[T any] struct {
	rest.VersionIn
	ID   int64 `path:"id"`
	Body T
}

func (s *Service) wordRoutes(r *rest.Router, op, made func(id, summary string) rest.Op) {
	rest.Get(r, "/synonyms", op("list-synonyms", "Words that mean the same to search"), func(ctx context.Context, _ *struct{}) (*rest.List[SynonymCard], error) {
		return cards(synonymCard)(s.Synonyms(ctx))
	})
	crud(r, "/synonyms", "synonym", op, made, func(ctx context.Context, id, version int64, in SynonymInput) (SynonymCard, int64, error) {
		y, err := s.SaveSynonym(ctx, Synonym{ID: id, Version: version, Words: in.Words})
		return synonymCard(y), y.Version, err
	}, s.RemoveSynonym)
	rest.Get(r, "/glossary", op("list-glossary", "Words of the trade with what they mean"), func(ctx context.Context, in *wordsIn) (*rest.List[TermCard], error) {
		return cards(termCard)(s.Glossary(ctx, in.Q))
	})
	crud(r, "/glossary", "glossary-term", op, made, func(ctx context.Context, id, version int64, in TermInput) (TermCard, int64, error) {
		g, err := s.SaveTerm(ctx, GlossaryTerm{ID: id, Version: version, Names: in.Names, Definitions: in.Definitions, Aliases: in.Aliases})
		return termCard(g), g.Version, err
	}, s.RemoveTerm)
	rest.Get(r, "/experts", op("list-experts", "Who can be asked about what"), func(ctx context.Context, in *wordsIn) (*rest.List[ExpertCard], error) {
		return cards(expertCard)(s.Experts(ctx, in.Q))
	})
	crud(r, "/experts", "expert", op, made, func(ctx context.Context, id, version int64, in ExpertInput) (ExpertCard, int64, error) {
		e, err := s.SaveExpert(ctx, Expert{ID: id, Version: version, AgentID: in.AgentID, Subjects: in.Subjects, Note: in.Note})
		return expertCard(e), e.Version, err
	}, s.RemoveExpert)
}

// cards writes a list.
func cards[T, C any](card func(T) C) func([]T, error) (*rest.List[C], error) {
	return func(all []T, err error) (*rest.List[C], error) {
		out := page.Of[C]{Items: make([]C, len(all))}
		for i, one := range all {
			out.Items[i] = card(one)
		}
		return &rest.List[C]{Body: out}, err
	}
}

// crud adds making, changing and removing of one sort of words.
func crud[I, C any](r *rest.Router, path, name string, op, made func(id, summary string) rest.Op,
	save func(ctx context.Context, id, version int64, in I) (C, int64, error), remove func(ctx context.Context, id int64) error,
) {
	rest.Post(r, path, made("create-"+name, "Add one"), func(ctx context.Context, in *newIn[I]) (*rest.One[C], error) {
		card, version, err := save(ctx, 0, 0, in.Body)
		return rest.OneOf(card, version), err
	})
	rest.Patch(r, path+"/{id}", op("change-"+name, "Change one"), func(ctx context.Context, in *editIn[I]) (*rest.One[C], error) {
		version, err := in.Version()
		if err != nil {
			return nil, err
		}
		card, version, err := save(ctx, in.ID, version, in.Body)
		return rest.OneOf(card, version), err
	})
	rest.Delete(r, path+"/{id}", op("remove-"+name, "Remove one"), func(ctx context.Context, in *articleIDIn) (*rest.Empty, error) {
		return &rest.Empty{}, remove(ctx, in.ID)
	})
}
