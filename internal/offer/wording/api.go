package wording

import (
	"context"

	"heed/internal/kernel/page"
	"heed/internal/platform/i18n"
	"heed/internal/platform/rest"
)

// WatchedWord is how a word is written in the API.
type WatchedWord struct {
	ID       int64    `json:"id"`
	Word     string   `json:"word"`
	Locale   string   `json:"locale" enum:",en,zh-CN,zh-TW" doc:"The language in which it is watched; empty for any"`
	Kind     Kind     `json:"kind" enum:"forbidden,jargon"`
	Severity Severity `json:"severity" enum:"block,warn"`
	Instead  string   `json:"instead" doc:"What to say instead"`
	Active   bool     `json:"active"`
	Version  int64    `json:"version"`
}

func wire(w Word) WatchedWord {
	return WatchedWord{w.ID, w.Word, w.Locale, w.Kind, w.Severity, w.Instead, w.Active, w.Version}
}

// WordingFinding is what somebody should look at before a reply goes.
type WordingFinding struct { //nolint:revive // the schema of this name in the API's document; names there have no package
	Rule     string   `json:"rule" doc:"Such as forbidden_word, jargon, field_unfilled, no_greeting, script_mixed, other_language, untouched_template"`
	Severity Severity `json:"severity" enum:"block,warn"`
	Word     string   `json:"word" doc:"The word or the characters in question"`
	Instead  string   `json:"instead" doc:"What to say instead"`
	Message  string   `json:"message" doc:"The finding in the reader's language"`
}

// WireFindings writes findings for a reader of the language.
func WireFindings(found []Finding, locale string) []WordingFinding {
	out := make([]WordingFinding, len(found))
	for i, f := range found {
		out[i] = WordingFinding{f.Rule, f.Severity, f.Word, f.Instead, i18n.T(locale, "wording.rule."+f.Rule, map[string]any{"word": f.Word})}
	}
	return out
}

type idIn struct {
	ID int64 `path:"id"`
}

type wordBody struct {
	Word     *string   `json:"word,omitempty"`
	Locale   *string   `json:"locale,omitempty"`
	Instead  *string   `json:"instead,omitempty"`
	Kind     *Kind     `json:"kind,omitempty"`
	Severity *Severity `json:"severity,omitempty"`
	Active   *bool     `json:"active,omitempty"`
}

func (b wordBody) patch() Patch {
	return Patch(b)
}

type createIn struct{ Body wordBody }

type changeIn struct {
	rest.VersionIn
	ID   int64 `path:"id"`
	Body wordBody
}

// Routes adds the operations to the API.
func (s *Service) Routes(r *rest.Router) {
	op := func(id, summary string, status int) rest.Op {
		return rest.Op{ID: id, Tag: "wording", Summary: summary, Status: status, Module: "need"}
	}
	rest.Get(r, "/wordings", op("list-wordings", "Words that are watched in replies", 0), s.apiList)
	rest.Post(r, "/wordings", op("create-wording", "Have a word watched", 201), s.apiCreate)
	rest.Patch(r, "/wordings/{id}", op("change-wording", "Change a watched word", 0), s.apiChange)
	rest.Delete(r, "/wordings/{id}", op("remove-wording", "Have a word watched no longer", 0), s.apiRemove)
}

func (s *Service) apiList(ctx context.Context, _ *struct{}) (*rest.List[WatchedWord], error) {
	all, err := s.List(ctx)
	out := page.Of[WatchedWord]{Items: make([]WatchedWord, len(all))}
	for i, w := range all {
		out.Items[i] = wire(w)
	}
	return &rest.List[WatchedWord]{Body: out}, err
}

func (s *Service) apiCreate(ctx context.Context, in *createIn) (*rest.One[WatchedWord], error) {
	w, err := s.Create(ctx, in.Body.patch())
	return rest.OneOf(wire(w), w.Version), err
}

func (s *Service) apiChange(ctx context.Context, in *changeIn) (*rest.One[WatchedWord], error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	w, err := s.Change(ctx, in.ID, version, in.Body.patch())
	return rest.OneOf(wire(w), w.Version), err
}

func (s *Service) apiRemove(ctx context.Context, in *idIn) (*rest.Empty, error) {
	return &rest.Empty{}, s.Remove(ctx, in.ID)
}
