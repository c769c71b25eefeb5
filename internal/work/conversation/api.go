package conversation

import (
	"context"
	"strconv"
	"time"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/fault"
	"heed/internal/kernel/page"
	"heed/internal/platform/i18n"
	"heed/internal/platform/live"
	"heed/internal/platform/rest"
	"heed/internal/work/ticket"
)

// TicketMessage is how a message is written in the API.
type TicketMessage struct {
	ID          int64         `json:"id"`
	TicketID    int64         `json:"ticket_id"`
	Kind        Kind          `json:"kind" enum:"incoming,reply,note"`
	Channel     string        `json:"channel"`
	Author      MessageAuthor `json:"author"`
	From        string        `json:"from"`
	To          []string      `json:"to"`
	Cc          []string      `json:"cc"`
	Subject     string        `json:"subject"`
	Text        string        `json:"text" doc:"What is new in it, as plain text"`
	HTML        string        `json:"html" doc:"What is new in it, sanitised, with pictures of other servers left out"`
	HasQuoted   bool          `json:"has_quoted" doc:"It repeats earlier messages: see /messages/{id}/body?part=quoted"`
	HasOriginal bool          `json:"has_original" doc:"The mail is kept as it came: see /messages/{id}/original"`
	HTMLMail    bool          `json:"is_html_mail"`
	Blocked     int           `json:"blocked_images" doc:"Pictures of other servers in what is new: see /messages/{id}/body?images=1"`
	Files       []MessageFile `json:"attachments"`
	State       State         `json:"state" enum:"received,queued,sending,sent,delivered,failed,bounced,maybe_sent"`
	Error       string        `json:"error" doc:"Why it did not arrive, in the reader's language"`
	Automatic   bool          `json:"automatic"`
	CreatedAt   time.Time     `json:"created_at"`
	SentAt      *time.Time    `json:"sent_at"`
	Lang        string        `json:"lang"`
}

// MessageAuthor is who wrote a message.
type MessageAuthor struct {
	Kind string `json:"kind" enum:"customer,agent,system"`
	ID   int64  `json:"id"`
	Name string `json:"name"`
}

// MessageFile is how a file is written in the API.
type MessageFile struct {
	ID     int64  `json:"id"`
	Name   string `json:"name"`
	Type   string `json:"type" doc:"Of its content, whatever its name"`
	Size   int64  `json:"size" doc:"In bytes"`
	URL    string `json:"url"`
	Inline bool   `json:"inline" doc:"Shown within the text"`
}

func wireFiles(files []File) []MessageFile {
	out := make([]MessageFile, len(files))
	for i, f := range files {
		out[i] = MessageFile{f.ID, f.Name, f.Type, f.Size, f.URL(), f.Inline}
	}
	return out
}

// TicketMessageOf writes a message for a reader of the language. Whoever calls it has
// made sure that the reader may read it.
func TicketMessageOf(m Message, locale string) TicketMessage {
	w := TicketMessage{
		ID: m.ID, TicketID: m.TicketID, Kind: m.Kind, Channel: m.Channel, Author: MessageAuthor(m.Author), From: m.From, To: list(m.To), Cc: list(m.Cc),
		Subject: m.Subject, Text: m.Text, HTML: withoutRemote(m.HTML), HasQuoted: m.Quoted, HasOriginal: m.OriginalKey != "", HTMLMail: m.HTMLMail,
		Blocked: m.Blocked, Files: wireFiles(m.Files), State: m.State, Automatic: m.Automatic, CreatedAt: m.CreatedAt, Lang: m.Lang,
	}
	if m.ErrorKey != "" {
		w.Error = i18n.T(locale, m.ErrorKey, map[string]any{"detail": m.ErrorDetail})
	}
	if !m.SentAt.IsZero() {
		w.SentAt = &m.SentAt
	}
	return w
}

func list(v []string) []string {
	if v == nil {
		return []string{}
	}
	return v
}

// The library does not look into embedded structs that are not exported, so the
// path's parameters stand in each input.
type ticketIn struct {
	TicketID int64 `path:"id"`
}

type listIn struct {
	TicketID int64 `path:"id"`
	rest.PageIn
}

type idIn struct {
	ID int64 `path:"id"`
}

type postIn struct {
	TicketID int64  `path:"id"`
	Key      string `header:"Idempotency-Key" doc:"The message's id at the client: posted twice it is one message"`
	Body     struct {
		Kind       Kind     `json:"kind" enum:"incoming,reply,note"`
		Channel    string   `json:"channel,omitempty" doc:"By which way the customer said it; by default the ticket's"`
		HTML       string   `json:"html,omitempty"`
		Text       string   `json:"text,omitempty" doc:"If there is no HTML"`
		To         []string `json:"to,omitempty" nullable:"true" doc:"Left out: who wrote last, else the customer"`
		Cc         []string `json:"cc,omitempty" nullable:"true"`
		FileIDs    []int64  `json:"attachment_ids,omitempty" nullable:"true"`
		Status     string   `json:"status,omitempty" doc:"The ticket's next status, set together with the message"`
		ResultCode *string  `json:"result_code,omitempty"`
		ResultText *string  `json:"result_text,omitempty"`
		ResultNote *string  `json:"result_note,omitempty" doc:"Stays among ourselves"`
		Version    int64    `json:"version,omitempty" doc:"The version of the ticket that the author saw"`
		CannedID   int64    `json:"canned_id,omitempty" doc:"The canned answer that a reply was made of"`
	}
}

// PostedMessage is a new message with its ticket as it is then.
type PostedMessage struct {
	Message TicketMessage     `json:"message"`
	Ticket  ticket.TicketCore `json:"ticket"`
}

type draftIn struct {
	TicketID int64 `path:"id"`
	Kind     Kind  `path:"kind" enum:"reply,note"`
}

type putDraftIn struct {
	TicketID int64 `path:"id"`
	Kind     Kind  `path:"kind" enum:"reply,note"`
	Body     struct {
		HTML    string   `json:"html"`
		To      []string `json:"to,omitempty" nullable:"true"`
		Cc      []string `json:"cc,omitempty" nullable:"true"`
		FileIDs []int64  `json:"attachment_ids,omitempty" nullable:"true"`
		Base    *int64   `json:"base_version,omitempty" doc:"The version that was edited, 0 for a new draft; another one is refused"`
	}
}

// MessageDraft is how a draft is written in the API.
type MessageDraft struct {
	HTML      string        `json:"html"`
	To        []string      `json:"to"`
	Cc        []string      `json:"cc"`
	FileIDs   []int64       `json:"attachment_ids"`
	Files     []MessageFile `json:"attachments"`
	UpdatedAt time.Time     `json:"updated_at"`
	Version   int64         `json:"version"`
}

func wireDraft(d Draft) *rest.One[MessageDraft] {
	w := MessageDraft{HTML: d.HTML, To: list(d.To), Cc: list(d.Cc), FileIDs: []int64{}, Files: wireFiles(d.Files), UpdatedAt: d.UpdatedAt, Version: d.Version}
	for _, f := range d.Files {
		w.FileIDs = append(w.FileIDs, f.ID)
	}
	return rest.OneOf(w, d.Version)
}

type presenceIn struct {
	TicketID int64 `path:"id"`
	Body     struct {
		Doing string `json:"doing" enum:"viewing,replying"`
	}
}

// PresentAgents is who is at a ticket now.
type PresentAgents struct {
	Items []live.Presence `json:"items"`
}

// bodyMost bounds the JSON of a message: its HTML may have a million characters.
const bodyMost = 4 << 20

// Routes adds the operations to the API.
func (s *Service) Routes(r *rest.Router) {
	const tag = "messages"
	rest.Get(r, "/tickets/{id}/messages", rest.Op{ID: "list-messages", Tag: tag, Summary: "What was said on a ticket, the newest first"}, s.apiList)
	rest.Post(r, "/tickets/{id}/messages", rest.Op{ID: "post-message", Tag: tag, Summary: "Reply, note, or write down what the customer said", Status: 201, MaxBody: bodyMost}, s.apiPost)
	rest.Get(r, "/messages/{id}", rest.Op{ID: "get-message", Tag: tag, Summary: "One message"}, s.apiGet)
	rest.Post(r, "/messages/{id}/retry", rest.Op{ID: "retry-message", Tag: tag, Summary: "Send a reply again that did not arrive"}, s.apiRetry)
	rest.Get(r, "/tickets/{id}/drafts/{kind}", rest.Op{ID: "get-draft", Tag: tag, Summary: "My draft"}, s.apiDraft)
	rest.Put(r, "/tickets/{id}/drafts/{kind}", rest.Op{ID: "save-draft", Tag: tag, Summary: "Save my draft", MaxBody: bodyMost}, s.apiSaveDraft)
	rest.Delete(r, "/tickets/{id}/drafts/{kind}", rest.Op{ID: "drop-draft", Tag: tag, Summary: "Throw my draft away"}, s.apiDropDraft)
	rest.Get(r, "/tickets/{id}/presence", rest.Op{ID: "get-presence", Tag: tag, Summary: "Who is at a ticket now"}, s.apiPresent)
	rest.Put(r, "/tickets/{id}/presence", rest.Op{ID: "set-presence", Tag: tag, Summary: "Say every 20 seconds that I am at a ticket"}, s.apiEnter)
	rest.Delete(r, "/tickets/{id}/presence", rest.Op{ID: "end-presence", Tag: tag, Summary: "Say that I have left a ticket"}, s.apiLeave)
	s.checkRoutes(r)
	s.fileRoutes(r)
}

func (s *Service) apiList(ctx context.Context, in *listIn) (*rest.List[TicketMessage], error) {
	ms, err := s.List(ctx, in.TicketID, in.Request())
	if err != nil {
		return nil, err
	}
	out := page.Of[TicketMessage]{Items: make([]TicketMessage, len(ms.Items)), Next: ms.Next, Position: ms.Position}
	for i, m := range ms.Items {
		out.Items[i] = TicketMessageOf(m, rest.Locale(ctx))
	}
	return &rest.List[TicketMessage]{Body: out}, nil
}

func (s *Service) apiPost(ctx context.Context, in *postIn) (*rest.Body[PostedMessage], error) {
	if len(in.Key) > maxName {
		return nil, fault.Invalid("idempotency.key_invalid")
	}
	b := in.Body
	m, t, err := s.Post(ctx, Post{
		TicketID: in.TicketID, Kind: b.Kind, Channel: b.Channel, HTML: b.HTML, Text: b.Text, To: b.To, Cc: b.Cc, FileIDs: b.FileIDs,
		Status: ticket.Status(b.Status), ResultCode: b.ResultCode, ResultText: b.ResultText, ResultNote: b.ResultNote, Version: b.Version, ClientKey: in.Key, CannedID: b.CannedID,
	})
	if err != nil {
		return nil, err
	}
	return rest.Of(PostedMessage{TicketMessageOf(m, rest.Locale(ctx)), ticket.Core(t, actor.From(ctx))}), nil
}

func (s *Service) apiGet(ctx context.Context, in *idIn) (*rest.Body[TicketMessage], error) {
	m, err := s.Get(ctx, in.ID)
	return rest.Of(TicketMessageOf(m, rest.Locale(ctx))), err
}

func (s *Service) apiRetry(ctx context.Context, in *idIn) (*rest.Body[TicketMessage], error) {
	m, err := s.Retry(ctx, in.ID)
	return rest.Of(TicketMessageOf(m, rest.Locale(ctx))), err
}

func (s *Service) apiDraft(ctx context.Context, in *draftIn) (*rest.One[MessageDraft], error) {
	d, err := s.Draft(ctx, in.TicketID, in.Kind)
	return wireDraft(d), err
}

func (s *Service) apiSaveDraft(ctx context.Context, in *putDraftIn) (*rest.One[MessageDraft], error) {
	d, err := s.SaveDraft(ctx, Draft{TicketID: in.TicketID, Kind: in.Kind, HTML: in.Body.HTML, To: in.Body.To, Cc: in.Body.Cc}, in.Body.FileIDs, in.Body.Base)
	return wireDraft(d), err
}

func (s *Service) apiDropDraft(ctx context.Context, in *draftIn) (*rest.Empty, error) {
	return &rest.Empty{}, s.DropDraft(ctx, in.TicketID, in.Kind)
}

func (s *Service) apiPresent(ctx context.Context, in *ticketIn) (*rest.Body[PresentAgents], error) {
	at, err := s.Present(ctx, in.TicketID)
	return rest.Of(PresentAgents{Items: at}), err
}

func (s *Service) apiEnter(ctx context.Context, in *presenceIn) (*rest.Empty, error) {
	return &rest.Empty{}, s.Enter(ctx, in.TicketID, in.Body.Doing)
}

func (s *Service) apiLeave(ctx context.Context, in *ticketIn) (*rest.Empty, error) {
	return &rest.Empty{}, s.Leave(ctx, in.TicketID)
}

// picturePath is where the pictures of a message on other servers are loaded
// through us.
func picturePath(messageID int64) string {
	return rest.Base + "/messages/" + strconv.FormatInt(messageID, 10) + "/image"
}
