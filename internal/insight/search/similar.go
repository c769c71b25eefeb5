package search

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"heed/internal/platform/text"
	"heed/internal/work/ticket"
)

// Like is a ticket that was like another one and is solved.
type Like struct {
	TicketID   int64
	Number     string
	Subject    string
	Status     ticket.Status
	ResultCode string
	ResultText string
	Same       []string // SameProduct, SameType, SameWords
	ArticleIDs []int64  // articles that solved it
	SolvedAt   time.Time
}

// What two tickets may have in common.
const (
	SameProduct = "product"
	SameType    = "type"
	SameWords   = "words"
)

const (
	likeTerms = 16  // words of a ticket that are looked for
	likeEach  = 200 // tickets that one walk gives at most
	likeWords = 600 // characters of what the customer said that are read

	// How much the product, the type and a written solution are worth, where all
	// words of the ticket are worth 1.
	worthProduct, worthType, worthText = 0.5, 0.25, 0.1
	// The part of the words, by their weight, that must be shared: with the
	// product or the type in common, and without.
	leastShared, leastWords = 0.1, 0.4
)

// marksOf are the tokens of a ticket's type and product. No text holds "@" at
// the second place, and nobody looks for it.
func marksOf(typeID, productID int64) []string {
	var out []string
	if typeID != 0 {
		out = append(out, fmt.Sprintf("t@%d", typeID))
	}
	if productID != 0 {
		out = append(out, fmt.Sprintf("p@%d", productID))
	}
	return out
}

// commonWords say nothing about a matter.
var commonWords = strings.Fields(`the and for you your our with this that have has not are was were can could would please hello hi dear thanks thank what when how why
	from but all any get got its about there here they them she her him his been will just
	你好 您好 请问 谢谢 我们 你们 他们 这个 那个 一个 什么 怎么 可以 没有 现在 今天 问题 一下 因为 所以 但是 已经 还是 就是 不是 是不 如果 麻烦 帮忙`)

// termsOf are the words of a ticket that are looked for: those of the subject
// first. Single characters and long numbers are left out.
func termsOf(subject, said string) []string {
	out := []string{}
	for _, source := range []string{subject, said} {
		for _, t := range text.Tokens(source) {
			if len(out) == likeTerms {
				return out
			}
			n := utf8.RuneCountInString(t)
			number := !strings.ContainsFunc(t, func(r rune) bool { return !unicode.IsDigit(r) })
			if n < 2 || n < 3 && t[0] < utf8.RuneSelf || number && n > 6 || strings.Contains(t, "@") || slices.Contains(commonWords, t) || slices.Contains(out, t) {
				continue
			}
			out = append(out, t)
		}
	}
	return out
}

// likeRow is a ticket that may be like another one.
type likeRow struct {
	ID         int64         `db:"id"`
	Subject    string        `db:"subject"`
	Status     ticket.Status `db:"status"`
	ResultCode string        `db:"result_code"`
	ResultText string        `db:"result_text"`
	TypeID     int64         `db:"type_id"`
	ProductID  int64         `db:"product_id"`
	SolvedAt   int64         `db:"solved_at"`
	ClosedAt   int64         `db:"closed_at"`
	UpdatedAt  time.Time     `db:"updated_at"`
}

// Similar gives tickets that were about the same product or of the same type,
// with words in common, and are solved, the most like first, each solution once (R246). It reads a
// bounded part of the index, however many tickets there are: the newest ones of
// each walk.
func (s *Service) Similar(ctx context.Context, ticketID int64, limit int) ([]Like, error) {
	v, err := s.sightOf(ctx)
	if err != nil {
		return nil, err
	}
	var out []Like
	err = s.db.Read(ctx, func(ctx context.Context) error {
		me, said, err := s.likeOf(ctx, ticketID, v)
		if err != nil {
			return err
		}
		terms := termsOf(me.Subject, firstOf(said, likeWords))
		ids, err := s.likeIDs(ctx, me, terms, v)
		if err != nil || len(ids) == 0 {
			return err
		}
		rows, err := s.likeRows(ctx, ids)
		if err != nil {
			return err
		}
		out = rank(me, terms, rows, limit)
		return s.withArticles(ctx, out)
	})
	return out, err
}

func firstOf(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:n])
}

// likeIDs walks the index: once by the product, once by the type, and where
// there is neither once by each word.
func (s *Service) likeIDs(ctx context.Context, me likeRow, terms []string, v sight) ([]int64, error) {
	if len(terms) == 0 {
		return nil, nil
	}
	type walk struct{ all, some []string }
	var walks []walk
	for _, mark := range marksOf(me.TypeID, me.ProductID) {
		walks = append(walks, walk{[]string{mark}, terms})
	}
	if len(walks) == 0 {
		for _, t := range terms[:min(len(terms), likeTerms/2)] {
			walks = append(walks, walk{all: []string{t}})
		}
	}
	seen := map[int64]bool{}
	for _, w := range walks {
		ids, err := s.walkLike(ctx, w.all, w.some, v, me.ID, likeEach)
		if err != nil {
			return nil, err
		}
		for _, id := range ids {
			seen[id] = true
		}
	}
	out := make([]int64, 0, len(seen))
	for id := range seen {
		out = append(out, id)
	}
	slices.Sort(out)
	return out, nil
}

// scale weighs the words of a ticket among those that may be like it: a word
// weighs the more the fewer of them have it.
type scale struct {
	weight map[string]float64
	total  float64
	has    []map[string]bool // the words of each row
}

func weigh(terms []string, rows []likeRow) scale {
	s := scale{weight: map[string]float64{}, has: make([]map[string]bool, len(rows))}
	df := map[string]int{}
	for i, r := range rows {
		s.has[i] = map[string]bool{}
		for _, t := range text.Tokens(r.Subject + apart + r.ResultText) {
			s.has[i][t] = true
		}
		for _, t := range terms {
			if s.has[i][t] {
				df[t]++
			}
		}
	}
	for t, n := range df {
		s.weight[t] = math.Log(1 + float64(len(rows))/float64(n))
		s.total += s.weight[t]
	}
	return s
}

// shared gives how many words a row has in common, and their part by weight.
func (s scale) shared(row int, terms []string) (n int, part float64) {
	for _, t := range terms {
		if s.has[row][t] {
			n++
			part += s.weight[t]
		}
	}
	if n == 0 {
		return 0, 0
	}
	return n, part / s.total
}

// scored is a ticket with how much it is like another one.
type scored struct {
	Like
	score float64
}

// score compares a row that shares n words, a part of all by weight. It is
// false when that is too little.
func (r likeRow) score(me likeRow, n int, part float64, terms int) (scored, bool) {
	l := scored{score: part, Like: Like{
		TicketID: r.ID, Number: ticket.Ticket{ID: r.ID}.Number(), Subject: r.Subject, Status: r.Status, ResultCode: r.ResultCode, ResultText: r.ResultText,
		ArticleIDs: []int64{}, SolvedAt: time.UnixMicro(cmp.Or(r.SolvedAt, r.ClosedAt, r.UpdatedAt.UnixMicro())).UTC(),
	}}
	if me.ProductID != 0 && r.ProductID == me.ProductID {
		l.Same, l.score = append(l.Same, SameProduct), l.score+worthProduct
	}
	if me.TypeID != 0 && r.TypeID == me.TypeID {
		l.Same, l.score = append(l.Same, SameType), l.score+worthType
	}
	if r.ResultText != "" {
		l.score += worthText
	}
	enough := n > 0 && part >= leastShared
	if len(l.Same) == 0 {
		enough = part >= leastWords && (n > 1 || terms == 1)
	}
	l.Same = append(l.Same, SameWords)
	return l, enough
}

// rank orders tickets by how much they are like one, each solution once.
func rank(me likeRow, terms []string, rows []likeRow, limit int) []Like {
	s := weigh(terms, rows)
	var found []scored
	for i, r := range rows {
		n, part := s.shared(i, terms)
		if l, ok := r.score(me, n, part, len(terms)); ok {
			found = append(found, l)
		}
	}
	slices.SortFunc(found, func(a, b scored) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(b.TicketID, a.TicketID))
	})
	out, told := []Like{}, map[string]bool{}
	for _, l := range found {
		if len(out) == limit {
			break
		}
		if how := text.Fold(l.ResultText); how == "" || !told[how] {
			told[how] = true
			out = append(out, l.Like)
		}
	}
	return out
}
