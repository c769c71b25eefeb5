package portal

import (
	"context"
	"log/slog"
	"time"

	"heed/internal/kernel/clock"
	"heed/internal/kernel/day"
	"heed/internal/kernel/page"
	"heed/internal/offer/catalog"
	"heed/internal/offer/dealer"
	"heed/internal/offer/knowledge"
	"heed/internal/people/customer"
	"heed/internal/people/setting"
	"heed/internal/platform/blob"
	"heed/internal/platform/db"
	"heed/internal/platform/journal"
	"heed/internal/reach/intake"
	"heed/internal/work/conversation"
	"heed/internal/work/need"
	"heed/internal/work/referral"
	"heed/internal/work/tickettype"
)

// Module is the part of the program that the help centre is; the others are
// those of which it shows something.
const (
	Module          = "portal"
	moduleKnowledge = "knowledge"
	moduleCatalog   = "catalog"
	moduleDealer    = "dealer"
	moduleNeed      = "need"
)

// Knowledge are the articles that anybody may read.
type Knowledge interface {
	Get(ctx context.Context, id int64) (knowledge.Article, error)
	Published(ctx context.Context, articleID int64, locale string) (knowledge.Version, error)
	Search(ctx context.Context, q knowledge.Query) ([]knowledge.Hit, error)
	Related(ctx context.Context, a knowledge.Article, title, locale string, limit int) ([]knowledge.Hit, error)
	PublicList(ctx context.Context, q knowledge.Query, r page.Request) (page.Of[knowledge.PublicArticle], error)
	NoteHelpful(ctx context.Context, articleID int64, helpful bool) error
}

// Catalog are the products that the firm offers.
type Catalog interface {
	PublicList(ctx context.Context, q string, categoryID int64, req page.Request) (page.Of[catalog.Product], error)
	PublicProduct(ctx context.Context, id int64) (catalog.Product, []catalog.Document, error)
	PublicCategories(ctx context.Context) ([]catalog.Category, error)
	Offer(ctx context.Context, productID int64, b catalog.Buyer, on day.Day) (catalog.Offer, error)
}

// Dealers are who sells and repairs.
type Dealers interface {
	Nearest(ctx context.Context, f dealer.Filter, req page.Request) (page.Of[dealer.Found], error)
}

// Types are the kinds of requests.
type Types interface {
	List(ctx context.Context) ([]tickettype.Type, error)
}

// Customers finds who sends a request.
type Customers interface {
	FindByEmail(ctx context.Context, address string) ([]customer.Customer, error)
	FindByPhone(ctx context.Context, number string) ([]customer.Customer, error)
}

// Intake takes the request of a form in.
type Intake interface {
	Open(ctx context.Context, r intake.Request) (intake.Opened, error)
}

// Needs keeps what we have understood of a ticket.
type Needs interface {
	Save(ctx context.Context, ticketID, version int64, p need.Patch, locale string) (need.Seen, error)
	ByToken(ctx context.Context, token string) (need.Asked, error)
	Confirm(ctx context.Context, token string) error
	Correct(ctx context.Context, token, text string) error
}

// Referrals are requests that were handed to dealers.
type Referrals interface {
	ByToken(ctx context.Context, token string) (referral.View, error)
	Report(ctx context.Context, token string, state referral.State, text string) (referral.Referral, error)
}

// Sealer keeps what a form carries from being changed on the way; secret.Box
// is one.
type Sealer interface {
	Seal(plaintext, context string) string
	Open(sealed, context string) (string, error)
}

// Deps are what the service is made of.
type Deps struct {
	DB      *db.DB
	Journal *journal.Journal
	Clock   clock.Clock
	Log     *slog.Logger
	Setting *setting.Service
	Seal    Sealer
	Blobs   blob.Store
	// BaseURL is the address of the program from outside.
	BaseURL func() string
	// FileLimit bounds a file of the form, in bytes.
	FileLimit int64

	Knowledge Knowledge
	Catalog   Catalog
	Dealers   Dealers
	Types     Types
	Customers Customers
	Intake    Intake
	Needs     Needs
	Referrals Referrals
	// Prepare makes a message of what came from outside.
	Prepare func(conversation.Mail) conversation.Prepared
	// Acknowledge has an address told that its request has arrived, in the
	// transaction of ctx. May be nil.
	Acknowledge func(ctx context.Context, ticketID int64, address, name string) error
}

// Service makes the pages.
type Service struct {
	Deps
	pages  *pages
	shelf  shelf
	forms  *meter // forms that were sent
	voices *meter // judgements of articles, and answers at links
}

// New makes the service.
func New(d Deps) *Service {
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	return &Service{Deps: d, pages: parsePages(), forms: newMeter(formsMost, time.Hour), voices: newMeter(voicesMost, time.Hour)}
}

// firm is what a page must know of the firm.
type firm struct {
	setting.Settings
	Setting // of the portal
	zone    *time.Location
}

func (s *Service) firm(ctx context.Context) (firm, error) {
	set, err := s.Deps.Setting.Get(ctx)
	if err != nil {
		return firm{}, err
	}
	own, err := s.Settings(ctx)
	if err != nil {
		return firm{}, err
	}
	zone, err := time.LoadLocation(set.Zone)
	if err != nil {
		zone = time.UTC
	}
	return firm{set, own, zone}, nil
}
