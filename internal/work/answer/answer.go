package answer

import (
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"heed/internal/kernel/fault"
	"heed/internal/people/setting"
	"heed/internal/platform/mailwire"
	"heed/internal/platform/text"
)

// The bounds of what people type, in characters.
const (
	WhatMost       = 2000
	CorrectionMost = 50_000
	SearchMost     = 80
)

// The ways in which an answer is given.
const (
	Inserted = "inserted" // put into a reply
	Linked   = "link"     // sent as a link to the help centre
	Told     = "told"     // said aloud
)

// Article is one text of the version of an article that is in force.
type Article struct {
	ID        int64
	VersionID int64 // of the text in one language
	N         int64 // of the version in all its languages
	Locale    string
	Kind      string
	Topic     string // articles of one topic must not contradict each other; may be empty
	Title     string
	Code      string
	Answer    string // HTML
	OwnerID   int64
}

// Given is an answer that was given.
type Given struct {
	ID         int64     `db:"id"`
	TicketID   int64     `db:"ticket_id"`
	CustomerID int64     `db:"customer_id"` // 0 while nobody knows
	Recipient  int64     `db:"recipient"`   // see recipientOf
	ArticleID  int64     `db:"article_id"`
	VersionID  int64     `db:"version_id"`
	N          int64     `db:"n"`
	Locale     string    `db:"locale"`
	Topic      string    `db:"topic"`
	Title      string    `db:"title"` // as it was then
	How        string    `db:"how"`
	Warned     bool      `db:"warned"` // something else had been said before
	ByID       int64     `db:"by_id"`
	ByName     string    `db:"by_name"`
	At         time.Time `db:"at"`
}

// recipientOf is who got an answer: the customer, or while nobody knows who it
// is the ticket, below zero.
func recipientOf(customer, ticket int64) int64 {
	if customer != 0 {
		return customer
	}
	return -ticket
}

// The kinds of warnings.
const (
	OtherArticle = "other_article" // another article of the same topic
	OlderVersion = "older_version" // an older version of the same article
)

// Earlier is an answer given before that may contradict what is being said now.
type Earlier struct {
	Given
	Kind string
}

// contradictions lists, of the answers that a recipient was given before, the
// newest one of each article that says something else than the article does
// now, the newest first.
func contradictions(now Article, before []Given) []Earlier {
	out, seen := []Earlier{}, map[int64]bool{}
	for _, g := range before {
		if seen[g.ArticleID] {
			continue
		}
		seen[g.ArticleID] = true
		switch {
		case g.ArticleID == now.ID && g.N < now.N:
			out = append(out, Earlier{g, OlderVersion})
		case g.ArticleID != now.ID && now.Topic != "" && g.Topic == now.Topic:
			out = append(out, Earlier{g, OtherArticle})
		}
	}
	return out
}

// Flag says that an answer which concerns an open ticket has changed.
type Flag struct {
	TicketID  int64     `db:"ticket_id"`
	ArticleID int64     `db:"article_id"`
	N         int64     `db:"n"` // the new version
	Title     string    `db:"title"`
	Change    string    `db:"change"` // what has changed
	Given     bool      `db:"given"`  // an older version, or another article of the topic, was given on this ticket
	At        time.Time `db:"at"`
}

// The states of a report that an answer is wrong.
const (
	WrongOpen      = "open"
	WrongCorrected = "corrected" // a new version says it right
	WrongUnfounded = "unfounded"
)

// Wrong is a report that an article says something wrong.
type Wrong struct {
	ID        int64     `db:"id"`
	ArticleID int64     `db:"article_id"`
	N         int64     `db:"n"`
	What      string    `db:"what"`
	TicketID  int64     `db:"ticket_id"` // where it was noticed; 0 for none
	TaskID    int64     `db:"task_id"`   // the ticket of the owner's task
	State     string    `db:"state"`
	ByID      int64     `db:"by_id"`
	ByName    string    `db:"by_name"`
	At        time.Time `db:"at"`
	SettledAt time.Time `db:"settled_at"` // the time of the report while it is open
}

// Correction is a message to everybody who got a version that was wrong.
type Correction struct {
	ID          int64
	ArticleID   int64
	N           int64
	Texts       map[string]string // clean HTML with merge fields, by locale
	Total       int64
	Sent        int64
	Unreachable int64 // no way to write to them: somebody has to call
	Done        bool
	ByID        int64
	ByName      string
	At          time.Time
	last        int64 // the recipient up to whom it has come
}

// checkTexts cleans the texts of a correction.
func checkTexts(in map[string]string) (map[string]string, error) {
	var f fault.Fields
	out := map[string]string{}
	for locale, html := range in {
		html = mailwire.Clean(html, mailwire.CleanOptions{Remote: func(url string) string { return url }}).HTML
		if strings.TrimSpace(mailwire.HTMLToText(html)) == "" {
			continue
		}
		if !setting.IsLocale(locale) {
			f.Add("texts", "field.unknown_value")
		}
		if utf8.RuneCountInString(html) > CorrectionMost {
			f.Add("texts", "field.too_long", "max", CorrectionMost)
		}
		out[locale] = html
	}
	if len(out) == 0 {
		f.Add("texts", "field.required")
	}
	return out, f.Err()
}

// inLanguage gives the text in a locale, else in the nearest one.
func inLanguage(texts map[string]string, locale string) string {
	order := []string{locale, "en", "zh-CN", "zh-TW"}
	if strings.HasPrefix(locale, "zh") {
		order = []string{locale, "zh-CN", "zh-TW", "en"}
	}
	for _, l := range order {
		if texts[l] != "" {
			return texts[l]
		}
	}
	return ""
}

var (
	mailLike = regexp.MustCompile(`\S+@\S+`)
	// Five digits and more in a row, however they are grouped: numbers of
	// telephones, orders, identity cards. Codes of errors and models are shorter
	// or begin with a letter; very long ones are orders all the same.
	numberLike = regexp.MustCompile(`(^|[^A-Za-z0-9-])[+(（]?\d(?:[\s\-.()（）]{0,2}\d){4,}`)
	longNumber = regexp.MustCompile(`[A-Za-z-]*\d{8,}`)
	// A name with a form of address.
	nameCJK   = regexp.MustCompile(`\p{Han}{1,3}(?:先生|小姐|女士|太太|夫人|老师|老師|经理|經理|总经理|總經理)`)
	nameLatin = regexp.MustCompile(`\b(?i:mr|mrs|ms|miss|dr|prof)\b\.?\s+[\p{L}'’-]+(?:\s+\p{Lu}[\p{L}'’-]+)*`)
)

// Anonymous takes out of what somebody searched for everything that could point
// at a person. It is false when nothing is left that says what was meant.
func Anonymous(q string) (string, bool) {
	for _, personal := range []*regexp.Regexp{mailLike, longNumber, numberLike, nameCJK, nameLatin} {
		q = personal.ReplaceAllString(q, " ")
	}
	q = strings.Join(strings.FieldsFunc(q, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " ")
	if utf8.RuneCountInString(q) > SearchMost {
		return "", false // nobody searches for that long a text; it is a letter that was pasted
	}
	letters := 0
	for _, r := range q {
		if unicode.IsLetter(r) {
			letters++
		}
	}
	return q, letters >= 2
}

// searchKey is the same for two writings of one question.
func searchKey(q string) string { return strings.Join(strings.Fields(text.Fold(q)), " ") }

// SearchGap is what people searched for and did not find.
type SearchGap struct {
	Text     string
	Searches int64 // how often in the period
	Empty    int64 // of them without a result
	LastDay  time.Time
}

// ArticleUse is how often an article served.
type ArticleUse struct {
	ArticleID      int64
	Title          string
	Uses           int64
	Solved         int64
	Contradictions int64 // given after something else had been said on the topic
	Wrong          int64 // reports that it says something wrong
	LastAt         time.Time
}

func hows() []string { return []string{Inserted, Linked, Told} }

func knownHow(how string) bool { return slices.Contains(hows(), how) }
