package reading

import (
	"context"
	"maps"
	"slices"
	"time"

	"heed/internal/kernel/event"
	"heed/internal/people/authority"
	"heed/internal/platform/jobs"
	"heed/internal/platform/journal"
	"heed/internal/platform/mailwire"
)

// jobRemind reminds who has not read what he must.
const jobRemind = "reading.remind"

// articlePublished is what article.published tells, as far as it concerns us.
type articlePublished struct {
	ArticleID int64   `json:"article_id"`
	VersionID int64   `json:"version_id"`
	Kind      string  `json:"kind"`
	Topic     string  `json:"topic"`
	Teams     []int64 `json:"teams"`
	Change    string  `json:"change"`
	MustRead  bool    `json:"must_read"`
	Audience  string  `json:"audience"`
	TeamIDs   []int64 `json:"team_ids"` // who may read it at all
}

// readers are the teams who must read: those that were chosen, else those that
// can.
func (p articlePublished) readers() []int64 {
	if len(p.Teams) == 0 && p.Audience == "internal" {
		return p.TeamIDs
	}
	return p.Teams
}

// productLaunched is what product.launched tells, as far as it concerns us.
type productLaunched struct {
	ProductID int64             `json:"product_id"`
	Names     map[string]string `json:"names"`
	Summary   map[string]string `json:"summary"`
}

// Followers make readings out of what is published and launched, and give
// must-reads to who joins a team.
func (s *Service) Followers() []journal.Follower {
	return []journal.Follower{
		{Name: "reading.news", Kinds: []string{"article.published", "product.launched"}, Handle: func(ctx context.Context, evs []event.Event) error {
			for _, e := range evs {
				if err := s.news(ctx, e); err != nil {
					return err
				}
			}
			return nil
		}},
		{Name: "reading.members", Kinds: []string{"agent.", "team."}, Handle: func(ctx context.Context, evs []event.Event) error {
			for _, e := range evs {
				if e.Kind != "agent.changed" && e.Kind != "team.changed" && e.Kind != "agent.created" {
					continue
				}
				return s.reconcile(ctx) // once for all of them
			}
			return nil
		}},
	}
}

func (s *Service) news(ctx context.Context, e event.Event) error {
	if e.Kind == "product.launched" {
		return s.launched(ctx, e)
	}
	var p articlePublished
	if err := e.Decode(&p); err != nil {
		return err
	}
	if p.ArticleID == 0 {
		p.ArticleID = e.About.ID
	}
	if !p.MustRead && p.Kind != "campaign" {
		return nil // the answer to an old question is no news
	}
	if made, err := s.made(ctx, FromArticle, p.ArticleID, p.VersionID); err != nil || made {
		return err
	}
	titles, err := s.titles(ctx, p.ArticleID)
	if err != nil {
		return err
	}
	r := Reading{
		Must: p.MustRead, Source: FromArticle, SourceID: p.ArticleID, VersionID: p.VersionID, Titles: titles, Texts: Words{}, Topic: p.Topic,
		TeamIDs: p.readers(), Quiz: []Question{}, ByID: e.Actor.ID, ByName: e.Actor.Name,
	}
	if p.Change != "" {
		for locale := range titles {
			r.Texts[locale] = mailwire.TextToHTML(p.Change)
		}
	}
	if r.Must {
		r.DueAt = s.clock.Now().Add(dueAfter)
	}
	_, err = s.publish(ctx, r)
	return err
}

// launched tells everybody of a new product (R067).
func (s *Service) launched(ctx context.Context, e event.Event) error {
	var p productLaunched
	if err := e.Decode(&p); err != nil {
		return err
	}
	if p.ProductID == 0 {
		p.ProductID = e.About.ID
	}
	if made, err := s.made(ctx, FromProduct, p.ProductID, 0); err != nil || made {
		return err
	}
	r := Reading{Source: FromProduct, SourceID: p.ProductID, Titles: Words{}, Texts: Words{}, Quiz: []Question{}, ByID: e.Actor.ID, ByName: e.Actor.Name}
	maps.Copy(r.Titles, p.Names)
	for locale, text := range p.Summary {
		if text != "" {
			r.Texts[locale] = mailwire.TextToHTML(text)
		}
	}
	_, err := s.publish(ctx, r)
	return err
}

// reconcile gives the must-reads in force to whom they concern now and takes
// them, unread, from whom they do not concern any more.
func (s *Service) reconcile(ctx context.Context) error {
	readings, err := s.inForce(ctx, "", 0, s.clock.Now().Add(-inForceFor))
	if err != nil || len(readings) == 0 {
		return err
	}
	active, err := s.active(ctx)
	if err != nil {
		return err
	}
	for _, r := range readings {
		states, err := s.states(ctx, r.ID)
		if err != nil {
			return err
		}
		has := make(map[int64]bool, len(states))
		for _, st := range states {
			has[st.AgentID] = true
		}
		var more []int64
		concerned := map[int64]bool{}
		for _, a := range active {
			if concerned[a.ID] = r.concerns(a.TeamIDs); concerned[a.ID] && !has[a.ID] {
				more = append(more, a.ID)
			}
		}
		var less []int64
		for _, st := range states {
			if st.State == 0 && !concerned[st.AgentID] {
				less = append(less, st.AgentID)
			}
		}
		if err := s.give(ctx, r.ID, more); err != nil {
			return err
		}
		if err := s.take(ctx, r.ID, less); err != nil {
			return err
		}
		if len(more) > 0 {
			if err := s.journal.Record(ctx, r.event(EventPublished, more, nil)); err != nil {
				return err
			}
		}
	}
	return nil
}

// Jobs gives the job that reminds, every hour.
func (s *Service) Jobs() ([]jobs.Handler, []jobs.Periodic) {
	return []jobs.Handler{{Kind: jobRemind, Run: func(ctx context.Context, _ jobs.Job) error { return s.RemindDue(ctx) }}},
		[]jobs.Periodic{{Kind: jobRemind, Every: time.Hour}}
}

// RemindDue reminds everybody who has not read a must-read whose time has come,
// once a day.
func (s *Service) RemindDue(ctx context.Context) error {
	now := s.clock.Now()
	readings, err := s.due(ctx, now)
	if err != nil {
		return err
	}
	for _, r := range readings {
		if !r.Must {
			continue
		}
		if _, err := s.remind(ctx, r, now.Add(-again)); err != nil {
			return err
		}
	}
	return nil
}

// Remind reminds now everybody who has not read a must-read, and gives who that was.
func (s *Service) Remind(ctx context.Context, id int64) ([]int64, error) {
	if err := authority.Require(ctx, authority.KnowledgePublish); err != nil {
		return nil, err
	}
	r, err := s.load(ctx, id)
	if err != nil {
		return nil, err
	}
	return s.remind(ctx, r, s.clock.Now().Add(-time.Microsecond)) // twice in one moment is once
}

// remind reminds whoever has not been reminded since before.
func (s *Service) remind(ctx context.Context, r Reading, before time.Time) ([]int64, error) {
	names, err := s.names(ctx)
	if err != nil {
		return nil, err
	}
	var whom []int64
	err = s.db.Write(ctx, func(ctx context.Context) error {
		whom = []int64{}
		states, err := s.states(ctx, r.ID)
		if err != nil {
			return err
		}
		for _, st := range states {
			if _, active := names[st.AgentID]; !active || st.State != 0 || st.RemindedAt.time().After(before) {
				continue
			}
			st.RemindedAt = momentOf(s.clock.Now())
			if err := s.saveState(ctx, st); err != nil {
				return err
			}
			whom = append(whom, st.AgentID)
		}
		if len(whom) == 0 {
			return nil
		}
		slices.Sort(whom)
		return s.journal.Record(ctx, r.event(EventReminded, whom, nil))
	})
	return whom, err
}
