package ticket

import (
	"context"

	"heed/internal/platform/db"
	"heed/internal/platform/text"
)

// PlaceField is the field by which a ticket's place is found.
const PlaceField = "place"

// answerPrefix keeps answers to questions apart from the fields of the type.
const answerPrefix = "answer."

// AnswerField is the field by which the answer to a question is found.
func AnswerField(question string) string { return answerPrefix + question }

// indexedMost bounds the part of a value by which a ticket is found, in runes:
// an index entry must stay far below what the engines allow.
const indexedMost = 100

// Findable is a value as tickets are found by it.
func Findable(value string) string {
	v := []rune(text.Fold(oneLine(value)))
	return string(v[:min(len(v), indexedMost)])
}

// fieldOf is a row of ticket_field without its ticket.
type fieldOf struct{ field, value string }

// findable lists by what a ticket is found.
func (t Ticket) findable() map[fieldOf]bool {
	out := map[fieldOf]bool{}
	for k, v := range t.Fields {
		if v = Findable(v); v != "" {
			out[fieldOf{k, v}] = true
		}
	}
	if v := Findable(t.Place); v != "" {
		out[fieldOf{PlaceField, v}] = true
	}
	return out
}

// find keeps the side table by which tickets are found in step with a ticket.
func (s *Service) find(ctx context.Context, id int64, old, now map[fieldOf]bool) error {
	for f := range old {
		if now[f] {
			continue
		}
		if _, err := db.Exec(ctx, s.db, "DELETE FROM ticket_field WHERE field = ? AND value = ? AND ticket_id = ?", f.field, f.value, id); err != nil {
			return err
		}
	}
	for f := range now {
		if old[f] {
			continue
		}
		_, err := db.Exec(ctx, s.db, "INSERT INTO ticket_field (field, value, ticket_id) VALUES (?, ?, ?) ON CONFLICT (field, value, ticket_id) DO NOTHING",
			f.field, f.value, id)
		if err != nil {
			return err
		}
	}
	return nil
}

// replaceAnswers keeps of a ticket's answers just these.
func (s *Service) replaceAnswers(ctx context.Context, id int64, answers map[string]string) error {
	kept, err := db.All[fieldRow](ctx, s.db, "SELECT field, value FROM ticket_field WHERE ticket_id = ?", id)
	if err != nil {
		return err
	}
	old, now := map[fieldOf]bool{}, map[fieldOf]bool{}
	for _, r := range kept {
		if len(r.Field) > len(answerPrefix) && r.Field[:len(answerPrefix)] == answerPrefix {
			old[fieldOf{r.Field, r.Value}] = true
		}
	}
	for k, v := range answers {
		if v = Findable(v); v != "" {
			now[fieldOf{AnswerField(k), v}] = true
		}
	}
	return s.find(ctx, id, old, now)
}

type fieldRow struct {
	Field string `db:"field"`
	Value string `db:"value"`
}
