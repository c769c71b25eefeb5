package portal

import (
	"context"
	"time"

	"heed/internal/kernel/page"
	"heed/internal/people/authority"
	"heed/internal/platform/rest"
)

// PortalSettings are what a firm says of its help centre, as in the API.
type PortalSettings struct { //nolint:revive // the API's names are the program's
	Prices  bool              `json:"prices" doc:"Show the prices that hold for everybody in the firm's country"`
	Phone   string            `json:"phone" doc:"That customers call; E.164"`
	Hours   map[string]string `json:"hours" doc:"When somebody answers it, by language"`
	Intro   map[string]string `json:"intro" doc:"Below the greeting, by language"`
	Version int64             `json:"version"`
}

func settings(v Setting, err error) (*rest.One[PortalSettings], error) {
	w := PortalSettings{v.Prices, v.Phone, v.Hours, v.Intro, v.Version}
	if w.Hours == nil {
		w.Hours = map[string]string{}
	}
	if w.Intro == nil {
		w.Intro = map[string]string{}
	}
	return rest.OneOf(w, v.Version), err
}

type settingsIn struct {
	rest.VersionIn
	Body struct {
		Prices *bool              `json:"prices,omitempty"`
		Phone  *string            `json:"phone,omitempty"`
		Hours  *map[string]string `json:"hours,omitempty"`
		Intro  *map[string]string `json:"intro,omitempty"`
	}
}

// ArticleWord is what a visitor said of an article.
type ArticleWord struct {
	ID      int64     `json:"id"`
	Locale  string    `json:"locale"`
	Helpful bool      `json:"helpful"`
	Word    string    `json:"word"`
	At      time.Time `json:"at"`
}

type wordsIn struct {
	rest.PageIn
	ID int64 `path:"id"`
}

func (s *Service) apiRoutes(r *rest.Router) {
	op := func(id, summary string) rest.Op {
		return rest.Op{ID: id, Tag: "portal", Summary: summary, Module: Module}
	}
	rest.Get(r, "/portal/settings", op("get-portal-settings", "What the help centre shows"),
		func(ctx context.Context, _ *struct{}) (*rest.One[PortalSettings], error) {
			if err := authority.Require(ctx, authority.SettingManage); err != nil {
				return nil, err
			}
			return settings(s.Settings(ctx))
		})
	rest.Patch(r, "/portal/settings", op("change-portal-settings", "Change what the help centre shows"),
		func(ctx context.Context, in *settingsIn) (*rest.One[PortalSettings], error) {
			version, err := in.Version()
			if err != nil {
				return nil, err
			}
			return settings(s.ChangeSettings(ctx, version, SettingPatch(in.Body)))
		})
	rest.Get(r, "/articles/{id}/words", op("list-article-words", "What visitors of the help centre said of an article"),
		func(ctx context.Context, in *wordsIn) (*rest.List[ArticleWord], error) {
			all, err := s.Words(ctx, in.ID, in.Request())
			out := page.Of[ArticleWord]{Items: make([]ArticleWord, len(all.Items)), Next: all.Next}
			for i, v := range all.Items {
				out.Items[i] = ArticleWord{v.ID, v.Locale, v.Helpful, v.Word, v.At}
			}
			return &rest.List[ArticleWord]{Body: out}, err
		})
}
