package conversation

import (
	"context"

	"heed/internal/offer/wording"
	"heed/internal/platform/rest"
)

type checkIn struct {
	TicketID int64 `path:"id"`
	Body     struct {
		HTML     string   `json:"html"`
		To       []string `json:"to,omitempty" nullable:"true" doc:"Left out: who wrote last, else the customer"`
		Cc       []string `json:"cc,omitempty" nullable:"true"`
		FileIDs  []int64  `json:"attachment_ids,omitempty" nullable:"true"`
		CannedID int64    `json:"canned_id,omitempty" doc:"The canned answer that it was made of"`
	}
}

// CheckedReply is what is to be known of a reply before it goes.
type CheckedReply struct {
	Findings []wording.WordingFinding `json:"findings"`
	Blocked  bool                     `json:"blocked" doc:"Sending it would be refused"`
	Preview  LetterPreview            `json:"preview"`
}

// LetterPreview is a reply as it will lie before the customer.
type LetterPreview struct {
	From    string        `json:"from"`
	To      []string      `json:"to" doc:"Empty: it is a record of what was said"`
	Cc      []string      `json:"cc"`
	Subject string        `json:"subject"`
	HTML    string        `json:"html" doc:"With the signature"`
	Files   []MessageFile `json:"attachments"`
	Lang    string        `json:"lang"`
}

func (s *Service) checkRoutes(r *rest.Router) {
	rest.Post(r, "/tickets/{id}/check-reply", rest.Op{
		ID: "check-reply", Tag: "messages", Summary: "Check a reply before it goes, and see it as the customer will", MaxBody: bodyMost, Module: "need",
	}, s.apiCheck)
}

func (s *Service) apiCheck(ctx context.Context, in *checkIn) (*rest.Body[CheckedReply], error) {
	b := in.Body
	c, err := s.CheckReply(ctx, Post{TicketID: in.TicketID, HTML: b.HTML, To: b.To, Cc: b.Cc, FileIDs: b.FileIDs, CannedID: b.CannedID})
	if err != nil {
		return nil, err
	}
	m := c.Message
	return rest.Of(CheckedReply{
		Findings: wording.WireFindings(c.Findings, rest.Locale(ctx)), Blocked: c.Blocked,
		Preview: LetterPreview{c.Letter.From, list(m.To), list(m.Cc), c.Letter.Subject, c.Letter.HTML, wireFiles(m.Files), m.Lang},
	}), nil
}
