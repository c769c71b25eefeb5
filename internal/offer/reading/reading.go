package reading

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"heed/internal/kernel/fault"
	"heed/internal/people/setting"
	"heed/internal/platform/mailwire"
)

// The bounds of what people type, in characters, and of lists.
const (
	TitleMost    = 200
	TextMost     = 20_000
	QuestionMost = 500
	QuizMost     = 20 // questions
	ChoicesMost  = 8
)

// The sources of readings.
const (
	FromArticle = "article"
	FromProduct = "product"
	FromPerson  = "person" // made by hand
)

// Words are one text in several languages, by locale.
type Words map[string]string

// In gives the text in a locale, else in the nearest one that there is: one
// Chinese for the other, then English, then any.
func (w Words) In(locale string) string {
	order := []string{locale, "en", "zh-CN", "zh-TW"}
	if strings.HasPrefix(locale, "zh") {
		order = []string{locale, "zh-CN", "zh-TW", "en"}
	}
	for _, l := range order {
		if w[l] != "" {
			return w[l]
		}
	}
	return ""
}

// tidy trims the texts and drops empty ones.
func (w Words) tidy(field string, most int, f *fault.Fields) Words {
	out := Words{}
	for locale, s := range w {
		if s = strings.TrimSpace(s); s == "" {
			continue
		}
		if !setting.IsLocale(locale) {
			f.Add(field, "field.unknown_value")
		}
		if utf8.RuneCountInString(s) > most {
			f.Add(field, "field.too_long", "max", most)
		}
		out[locale] = s
	}
	return out
}

// Question is one question of a quiz.
type Question struct {
	Text    Words   `json:"text"`
	Choices []Words `json:"choices"`
	Right   int     `json:"right"` // which choice, from 0
}

// Reading is something to be read.
type Reading struct {
	ID        int64
	Must      bool
	Source    string
	SourceID  int64 // the article or the product; 0 of one made by hand
	VersionID int64 // of the article
	Titles    Words
	Texts     Words // clean HTML: what has changed, or the whole announcement
	Topic     string
	TeamIDs   []int64 // ascending; none: everybody
	Quiz      []Question
	DueAt     time.Time // from then on who has not read it is reminded; zero: never
	ByID      int64
	ByName    string
	CreatedAt time.Time
	ClosedAt  time.Time // withdrawn, or a newer one took its place
	Version   int64
}

// Input is a reading made by hand.
type Input struct {
	Must    bool
	Titles  Words
	Texts   Words
	TeamIDs []int64
	Quiz    []Question
	DueAt   time.Time
	// ArticleID points at an article to be read; 0 is none.
	ArticleID int64
}

// Patch is a change: what is nil stays.
type Patch struct {
	Titles *Words
	Texts  *Words
	Quiz   *[]Question
	DueAt  *time.Time // the zero time: never remind
	Closed *bool      // true withdraws it; it cannot be undone
}

// with gives the reading as the patch makes it.
func (r Reading) with(p Patch, now time.Time) (Reading, error) {
	var f fault.Fields
	if p.Titles != nil {
		r.Titles = *p.Titles
	}
	if p.Texts != nil {
		r.Texts = *p.Texts
	}
	if p.Quiz != nil {
		r.Quiz = *p.Quiz
	}
	if p.DueAt != nil {
		r.DueAt = *p.DueAt
	}
	if p.Closed != nil && *p.Closed && r.ClosedAt.IsZero() {
		r.ClosedAt = now
	}
	r.Titles = r.Titles.tidy("titles", TitleMost, &f)
	r.Texts = r.Texts.tidy("texts", TextMost, &f)
	for locale, html := range r.Texts {
		r.Texts[locale] = mailwire.Clean(html, mailwire.CleanOptions{Remote: func(url string) string { return url }}).HTML
	}
	if len(r.Titles) == 0 && r.Source == FromPerson {
		f.Add("titles", "field.required")
	}
	if r.Quiz = tidyQuiz(r.Quiz, &f); len(r.Quiz) > 0 && !r.Must {
		f.Add("quiz", "reading.quiz_needs_must")
	}
	return r, f.Err()
}

// tidyQuiz checks that each question can be answered.
func tidyQuiz(quiz []Question, f *fault.Fields) []Question {
	if len(quiz) > QuizMost {
		f.Add("quiz", "field.too_many", "max", QuizMost)
	}
	out := make([]Question, 0, len(quiz))
	for _, q := range quiz {
		q.Text = q.Text.tidy("quiz", QuestionMost, f)
		choices := make([]Words, 0, len(q.Choices))
		for _, c := range q.Choices {
			choices = append(choices, c.tidy("quiz", QuestionMost, f))
		}
		q.Choices = choices
		empty := slices.ContainsFunc(choices, func(w Words) bool { return len(w) == 0 })
		switch {
		case len(q.Text) == 0 || len(choices) < 2 || empty:
			f.Add("quiz", "reading.question_incomplete")
		case len(choices) > ChoicesMost:
			f.Add("quiz", "field.too_many", "max", ChoicesMost)
		case q.Right < 0 || q.Right >= len(choices):
			f.Add("quiz", "reading.no_right_choice")
		}
		out = append(out, q)
	}
	return out
}

// wrong lists the questions, from 0, that were answered wrongly or not at all.
func (r Reading) wrong(answers []int) []int {
	out := []int{}
	for i, q := range r.Quiz {
		if i >= len(answers) || answers[i] != q.Right {
			out = append(out, i)
		}
	}
	return out
}

// concerns tells whether somebody in the teams has to read it.
func (r Reading) concerns(teams []int64) bool {
	return len(r.TeamIDs) == 0 || slices.ContainsFunc(r.TeamIDs, func(id int64) bool { return slices.Contains(teams, id) })
}

// Mine is a reading with how far one agent has come with it.
type Mine struct {
	Reading
	Open       bool
	ReadAt     time.Time
	DoneAt     time.Time
	Tries      int64 // how often he has answered the quiz
	RemindedAt time.Time
}

// Progress is how far everybody has come with a reading.
type Progress struct {
	Total int
	Done  []Reader
	// Outstanding are those who have not read it yet.
	Outstanding []Reader
}

// Reader is an agent with how far he has come.
type Reader struct {
	AgentID    int64
	Name       string
	ReadAt     time.Time
	DoneAt     time.Time
	Tries      int64
	RemindedAt time.Time
}

// Share is the part that has acknowledged, in whole percent, rounded down, so
// that 100 means everybody. Of nobody it is 100.
func (p Progress) Share() int {
	if p.Total == 0 {
		return 100
	}
	return len(p.Done) * 100 / p.Total
}
