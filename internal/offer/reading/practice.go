package reading

import (
	"cmp"
	"context"
	"slices"
	"time"
)

// Card is an answer that is used so often that it is worth knowing by heart
// (R302).
type Card struct {
	ArticleID int64
	Title     string // the question side
	Code      string // what is typed to insert it
	Answer    string // HTML
	Uses      int64
}

// Practiced is a card with how far an agent has come with it.
type Practiced struct {
	Card
	Box   int       // 0: new; the higher, the better known
	DueAt time.Time // when it should be asked again; zero: at once
}

// Practice is what an agent practises.
type Practice struct {
	Due   []Practiced // to be asked now
	Known int         // cards in the last two boxes
	Total int
}

const (
	cardsMost = 60 // the answers that are used most
	askMost   = 20 // cards of one sitting
)

// pauses are how long a card rests in each box: Leitner's boxes, in which a
// card that was known goes one further and one that was not goes back to the
// first.
var pauses = []time.Duration{0, 24 * time.Hour, 3 * 24 * time.Hour, 7 * 24 * time.Hour, 21 * 24 * time.Hour}

// next is the box of a card after it was asked.
func next(box int, known bool) int {
	if !known {
		return 1
	}
	return min(box+1, len(pauses)-1)
}

// Practice gives the cards that the actor should be asked now, those that are
// used most first.
func (s *Service) Practice(ctx context.Context, locale string) (Practice, error) {
	me, err := s.reader(ctx)
	if err != nil {
		return Practice{}, err
	}
	cards, err := s.cards(ctx, locale, cardsMost)
	if err != nil {
		return Practice{}, err
	}
	boxes, err := s.boxes(ctx, me.ID)
	if err != nil {
		return Practice{}, err
	}
	out := Practice{Due: []Practiced{}, Total: len(cards)}
	now := s.clock.Now()
	for _, c := range cards {
		b := boxes[c.ArticleID]
		if b.Box >= int64(len(pauses)-2) {
			out.Known++
		}
		if due := b.DueAt.time(); !due.After(now) {
			out.Due = append(out.Due, Practiced{c, int(b.Box), due})
		}
	}
	slices.SortStableFunc(out.Due, func(a, b Practiced) int { return cmp.Compare(b.Uses, a.Uses) })
	out.Due = out.Due[:min(len(out.Due), askMost)]
	return out, nil
}

// Practiced notes whether the actor knew a card.
func (s *Service) Practiced(ctx context.Context, articleID int64, known bool) error {
	me, err := s.reader(ctx)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context) error {
		boxes, err := s.boxes(ctx, me.ID)
		if err != nil {
			return err
		}
		box := next(int(boxes[articleID].Box), known)
		due := s.clock.Now()
		if known {
			due = due.Add(pauses[box])
		}
		return s.putBox(ctx, me.ID, articleID, box, due)
	})
}
