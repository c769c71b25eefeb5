package portal

import (
	"bufio"
	"context"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/day"
	"heed/internal/kernel/fault"
	"heed/internal/kernel/page"
	"heed/internal/offer/knowledge"
	"heed/internal/people/authority"
	"heed/internal/people/customer"
	"heed/internal/platform/blob"
	"heed/internal/platform/db"
	"heed/internal/platform/text"
	"heed/internal/reach/intake"
	"heed/internal/work/conversation"
	"heed/internal/work/need"
	"heed/internal/work/ticket"
)

// send takes a request in and gives the number of its ticket. The form with the
// name is taken once: sent again, it gives the same number.
func (s *Service) send(ctx context.Context, form string, r request) (string, error) {
	number, err := s.sendOnce(ctx, form, r)
	if errors.Is(err, db.ErrExists) || fault.Is(err, fault.KindExists) || fault.Is(err, fault.KindConflict) {
		// The same form, or the same new customer, came in at this moment.
		return s.sendOnce(ctx, form, r)
	}
	return number, err
}

func (s *Service) sendOnce(ctx context.Context, form string, r request) (string, error) {
	ctx = actor.AsSystem(ctx)
	now := s.Clock.Now()
	mail := s.Prepare(conversation.Mail{
		Channel: "web", AuthorName: r.name, From: r.email, Text: r.text(), Files: r.attached(), SentAt: now,
	})
	withNeed, err := s.Deps.Setting.On(ctx, moduleNeed)
	if err != nil {
		return "", err
	}
	var number string
	err = s.DB.Write(ctx, func(ctx context.Context) error {
		if number, err = s.sent(ctx, form); err != nil || number != "" {
			return err
		}
		in := intake.Request{Mail: &mail, Ticket: ticket.Input{
			Subject: sentence(r.words, subjectMost), Channel: "web", TypeID: r.kind.ID, Fields: r.fields, ProductID: r.productID, Symptom: r.symptom(),
		}}
		if in.Ticket.CustomerID, in.Customer, err = s.whoSends(ctx, r); err != nil {
			return err
		}
		out, err := s.Intake.Open(ctx, in)
		if err != nil {
			return err
		}
		number = out.Ticket.Number()
		if withNeed { // his own words stand apart from whatever we make of them (R038)
			if _, err := s.Needs.Save(ctx, out.Ticket.ID, 0, need.Patch{OwnWords: &r.words, Answers: r.answers}, r.locale); err != nil {
				return err
			}
		}
		if s.Acknowledge != nil && r.email != "" {
			if err := s.Acknowledge(ctx, out.Ticket.ID, r.email, r.name); err != nil {
				return err
			}
		}
		return s.noteSent(ctx, form, out.Ticket.ID, number, now)
	})
	return number, err
}

// whoSends gives the customer that an address or a number belongs to, else how
// he is to be registered. An address is taken for its owner, as in a mail; a
// number, which whole offices share, only together with the name.
func (s *Service) whoSends(ctx context.Context, r request) (int64, *customer.Registration, error) {
	n := &customer.Registration{Name: r.name, Locale: r.locale}
	if r.email != "" {
		n.Emails = []customer.Entry{{Value: r.email}}
		found, err := s.Customers.FindByEmail(ctx, r.email)
		if err != nil {
			return 0, nil, err
		}
		if id := among(found, r.name, true); id != 0 {
			return id, nil, nil
		}
	}
	if r.phone != "" {
		n.Phones = []customer.Entry{{Value: r.phone}}
		found, err := s.Customers.FindByPhone(ctx, r.phone)
		if err != nil {
			return 0, nil, err
		}
		if id := among(found, r.name, false); id != 0 {
			return id, nil, nil
		}
		n.AllowDuplicate = len(found) > 0 // another has the number too
	}
	return 0, n, nil
}

// among chooses who has the name; where anybody does, else the first person.
func among(found []customer.Customer, name string, anybody bool) int64 {
	first := int64(0)
	for _, c := range found {
		if text.Fold(oneLine(c.Name)) == text.Fold(name) {
			return c.ID
		}
		if first == 0 && c.Kind == customer.Person {
			first = c.ID
		}
	}
	if anybody && first == 0 && len(found) > 0 {
		first = found[0].ID
	}
	if !anybody {
		return 0
	}
	return first
}

// keep stores a file of a form until the form is taken. Fault: "too_large".
func (s *Service) keep(ctx context.Context, name string, content io.Reader) (keptFile, error) {
	r := bufio.NewReaderSize(content, blob.Sniffed)
	head, err := r.Peek(blob.Sniffed)
	if err != nil && !errors.Is(err, io.EOF) {
		return keptFile{}, err
	}
	name = blob.TidyName(name)
	ref, err := s.Blobs.Put(ctx, r, s.FileLimit)
	if err != nil {
		return keptFile{}, err
	}
	return keptFile{BlobKey: ref.Key, Name: name, Type: blob.TypeOf(name, head), Size: ref.Size, At: s.Clock.Now()}, nil
}

// judge notes what a visitor says of an article; false when he has said it today.
func (s *Service) judge(ctx context.Context, articleID int64, locale, visitor string, helpful bool, word string) (bool, error) {
	v, err := s.Knowledge.Published(ctx, articleID, locale)
	if err != nil {
		return false, err
	}
	f, err := s.firm(ctx)
	if err != nil {
		return false, err
	}
	if r := []rune(strings.TrimSpace(word)); utf8.RuneCountInString(word) > wordMost {
		word = string(r[:min(len(r), wordMost)])
	}
	now := s.Clock.Now()
	said := vote{
		ArticleID: articleID, VersionID: v.ID, Locale: v.Locale, Visitor: visitor, OnDay: day.Of(now, f.zone), Helpful: helpful, Word: strings.TrimSpace(word), At: now,
	}
	var fresh bool
	err = s.DB.Write(ctx, func(ctx context.Context) error {
		if fresh, err = s.addVote(ctx, said); err != nil || !fresh {
			return err
		}
		if err := s.Knowledge.NoteHelpful(ctx, articleID, helpful); err != nil {
			return err
		}
		return s.Journal.Record(ctx, said.event())
	})
	return fresh, err
}

// Words gives what visitors said of an article, to who may read it at the desk.
func (s *Service) Words(ctx context.Context, articleID int64, r page.Request) (page.Of[vote], error) {
	if err := authority.Require(ctx, authority.KnowledgeRead); err != nil {
		return page.Of[vote]{}, err
	}
	if _, err := s.Knowledge.Get(ctx, articleID); err != nil {
		return page.Of[vote]{}, err
	}
	return s.words(ctx, articleID, r)
}

// variants gives the languages in which an article can be read, with its title
// in each.
func (s *Service) variants(ctx context.Context, id int64, locales []string) (map[string]knowledge.PublicArticle, error) {
	out := map[string]knowledge.PublicArticle{}
	for _, l := range locales {
		o, err := s.overview(ctx, l)
		if err != nil {
			return nil, err
		}
		if a, ok := o.article(id); ok && a.Locale == l {
			out[l] = a
		}
	}
	return out, nil
}
