package email

import (
	"context"
	"strings"
	"time"

	"heed/internal/kernel/fault"
	"heed/internal/kernel/page"
	"heed/internal/people/authority"
	"heed/internal/platform/i18n"
	"heed/internal/platform/jobs"
	"heed/internal/platform/mailwire"
	"heed/internal/platform/rest"
)

type accountWire struct {
	Host            string `json:"host"`
	Port            int    `json:"port"`
	Security        string `json:"security" enum:"tls,starttls,none"`
	User            string `json:"user"`
	HasPassword     bool   `json:"has_password"`
	Folder          string `json:"folder,omitempty"`
	AllowSelfSigned bool   `json:"allow_self_signed"`
}

// Wire is how a mailbox is written in the API.
type Wire struct {
	ID            int64        `json:"id"`
	Name          string       `json:"name"`
	Address       string       `json:"address"`
	Aliases       []string     `json:"aliases"`
	TeamID        *int64       `json:"team_id"`
	Active        bool         `json:"active"`
	IMAP          *accountWire `json:"imap"`
	SMTP          *accountWire `json:"smtp"`
	AckEnabled    bool         `json:"ack_enabled"`
	AckSubject    string       `json:"ack_subject"`
	AckHTML       string       `json:"ack_html"`
	SignatureHTML string       `json:"signature_html"`
	State         stateWire    `json:"state"`
	Version       int64        `json:"version"`
}

type stateWire struct {
	IMAP           string     `json:"imap" enum:"off,connecting,idle,failing"`
	IMAPError      string     `json:"imap_error"`
	LastFetchAt    *time.Time `json:"last_fetch_at"`
	SMTPError      string     `json:"smtp_error"`
	LastSentAt     *time.Time `json:"last_sent_at"`
	InboundPending int64      `json:"inbound_pending"`
}

func wireAccount(a *Account, secret string) *accountWire {
	if a == nil {
		return nil
	}
	return &accountWire{a.Host, a.Port, a.Security, a.User, secret != "", a.Folder, a.AllowSelfSigned}
}

func (s *Service) wire(ctx context.Context, m Mailbox) (Wire, error) {
	st, err := s.state(ctx, m.ID)
	if err != nil {
		return Wire{}, err
	}
	waiting, err := s.waiting(ctx, m.ID)
	w := Wire{
		ID: m.ID, Name: m.Name, Address: m.Address, Aliases: m.Aliases, Active: m.Active, IMAP: wireAccount(m.IMAP, m.IMAPSecret),
		SMTP: wireAccount(m.SMTP, m.SMTPSecret), AckEnabled: m.AckEnabled, AckSubject: m.AckSubject, AckHTML: m.AckHTML,
		SignatureHTML: m.SignatureHTML, Version: m.Version,
		State: stateWire{st.IMAP, said(ctx, st.IMAPError, st.IMAPDetail), st.LastFetchAt, said(ctx, st.SMTPError, st.SMTPDetail), st.LastSentAt, waiting},
	}
	if m.TeamID != 0 {
		w.TeamID = &m.TeamID
	}
	if w.Aliases == nil {
		w.Aliases = []string{}
	}
	return w, err
}

// said tells a trouble in the reader's language, with the other side's own words.
func said(ctx context.Context, key, detail string) string {
	if key == "" {
		return ""
	}
	text := i18n.T(rest.Locale(ctx), textKey(key), map[string]any{"detail": detail})
	if detail != "" && !strings.Contains(text, detail) {
		text += " (" + detail + ")"
	}
	return text
}

// textKey gives the key of the text: those of faults stand apart.
func textKey(key string) string {
	if strings.HasPrefix(key, "email.") || strings.HasPrefix(key, "fault.") {
		return key
	}
	return "fault." + key
}

type accountBody struct {
	Host            string  `json:"host"`
	Port            int     `json:"port"`
	Security        string  `json:"security"`
	User            string  `json:"user,omitempty"`
	Password        *string `json:"password,omitempty" doc:"Write-only; left out, the kept one stays"`
	HasPassword     bool    `json:"has_password,omitempty" doc:"Ignored: for sending back what was read"`
	Folder          string  `json:"folder,omitempty"`
	AllowSelfSigned bool    `json:"allow_self_signed,omitempty"`
}

func (b *accountBody) account() (*Account, *string) {
	if b == nil {
		return nil, nil
	}
	return &Account{b.Host, b.Port, b.Security, b.User, b.Folder, b.AllowSelfSigned}, b.Password
}

// mailboxBody leaves imap and smtp open to null, which takes the account away.
type mailboxBody struct {
	Name          *string              `json:"name,omitempty"`
	Address       *string              `json:"address,omitempty"`
	Aliases       *[]string            `json:"aliases,omitempty"`
	TeamID        rest.Nullable[int64] `json:"team_id,omitzero"`
	Active        *bool                `json:"active,omitempty"`
	IMAP          nullableAccount      `json:"imap,omitzero"`
	SMTP          nullableAccount      `json:"smtp,omitzero"`
	AckEnabled    *bool                `json:"ack_enabled,omitempty"`
	AckSubject    *string              `json:"ack_subject,omitempty"`
	AckHTML       *string              `json:"ack_html,omitempty"`
	SignatureHTML *string              `json:"signature_html,omitempty"`
}

type nullableAccount = rest.Nullable[accountBody]

func (b mailboxBody) input() Input {
	in := Input{
		Name: b.Name, Address: b.Address, Aliases: b.Aliases, Active: b.Active, AckEnabled: b.AckEnabled, AckSubject: b.AckSubject,
		AckHTML: b.AckHTML, SignatureHTML: b.SignatureHTML, NoIMAP: b.IMAP.Set && b.IMAP.Null, NoSMTP: b.SMTP.Set && b.SMTP.Null,
	}
	in.IMAP, in.IMAPPassword = b.IMAP.Ptr().account()
	in.SMTP, in.SMTPPassword = b.SMTP.Ptr().account()
	if b.TeamID.Set {
		in.TeamID = &b.TeamID.V // null is 0: the firm's own queue
	}
	return in
}

type idIn struct {
	ID int64 `path:"id"`
}

type addIn struct{ Body mailboxBody }

type changeIn struct {
	rest.VersionIn
	ID   int64 `path:"id"`
	Body mailboxBody
}

type testIn struct {
	Body struct {
		ID   int64        `json:"id,omitempty"`
		IMAP *accountBody `json:"imap,omitempty"`
		SMTP *accountBody `json:"smtp,omitempty"`
	}
}

type problemWire struct {
	Step    string `json:"step"`
	Key     string `json:"key"`
	Message string `json:"message"`
	Detail  string `json:"detail"`
}

type testOut struct {
	IMAP []problemWire `json:"imap"`
	SMTP []problemWire `json:"smtp"`
}

type refusedWire struct {
	ID         int64     `json:"id"`
	MailboxID  int64     `json:"mailbox_id"`
	From       string    `json:"from"`
	Subject    string    `json:"subject"`
	ReceivedAt time.Time `json:"received_at"`
	Reason     string    `json:"reason"`
}

// Routes adds the operations to the API.
func (s *Service) Routes(r *rest.Router) {
	rest.Get(r, "/mailboxes", rest.Op{ID: "list-mailboxes", Tag: "mailboxes", Summary: "The mailboxes and how they fare"},
		func(ctx context.Context, _ *struct{}) (*rest.List[Wire], error) {
			all, err := s.List(ctx)
			if err != nil {
				return nil, err
			}
			out := &rest.List[Wire]{Body: page.Of[Wire]{Items: []Wire{}}}
			if out.Body.Position, err = s.Journal.Position(ctx); err != nil {
				return nil, err
			}
			for _, m := range all {
				w, err := s.wire(ctx, m)
				if err != nil {
					return nil, err
				}
				out.Body.Items = append(out.Body.Items, w)
			}
			return out, nil
		})
	rest.Get(r, "/mailboxes/{id}", rest.Op{ID: "get-mailbox", Tag: "mailboxes", Summary: "One mailbox"},
		func(ctx context.Context, in *idIn) (*rest.One[Wire], error) { return s.one(ctx)(s.Get(ctx, in.ID)) })
	rest.Post(r, "/mailboxes", rest.Op{ID: "add-mailbox", Tag: "mailboxes", Summary: "Add a mailbox", Status: 201},
		func(ctx context.Context, in *addIn) (*rest.One[Wire], error) {
			return s.one(ctx)(s.Add(ctx, in.Body.input()))
		})
	rest.Patch(r, "/mailboxes/{id}", rest.Op{ID: "change-mailbox", Tag: "mailboxes", Summary: "Change a mailbox"},
		func(ctx context.Context, in *changeIn) (*rest.One[Wire], error) {
			version, err := in.Version()
			if err != nil {
				return nil, err
			}
			return s.one(ctx)(s.Change(ctx, in.ID, version, in.Body.input()))
		})
	rest.Delete(r, "/mailboxes/{id}", rest.Op{ID: "remove-mailbox", Tag: "mailboxes", Summary: "Remove a mailbox; its tickets stay"},
		func(ctx context.Context, in *idIn) (*rest.Empty, error) { return nil, s.Remove(ctx, in.ID) })
	rest.Post(r, "/mailboxes/test", rest.Op{ID: "test-mailbox", Tag: "mailboxes", Summary: "Try accounts and tell what is wrong"}, s.testAPI)
	rest.Get(r, "/mail/refused", rest.Op{ID: "list-refused-mail", Tag: "mailboxes", Summary: "Incoming mail that no ticket was made of"}, s.refusedAPI)
	rest.Post(r, "/mail/refused/{id}/retry", rest.Op{ID: "retry-refused-mail", Tag: "mailboxes", Summary: "Handle a refused mail again"},
		func(ctx context.Context, in *idIn) (*rest.Empty, error) { return nil, s.Retry(ctx, in.ID) })
}

func (s *Service) one(ctx context.Context) func(Mailbox, error) (*rest.One[Wire], error) {
	return func(m Mailbox, err error) (*rest.One[Wire], error) {
		if err != nil {
			return nil, err
		}
		w, err := s.wire(ctx, m)
		return rest.OneOf(w, m.Version), err
	}
}

func (s *Service) testAPI(ctx context.Context, in *testIn) (*rest.Body[testOut], error) {
	var input Input
	input.IMAP, input.IMAPPassword = in.Body.IMAP.account()
	input.SMTP, input.SMTPPassword = in.Body.SMTP.account()
	imap, smtp, err := s.Test(ctx, in.Body.ID, input)
	if err != nil {
		return nil, err
	}
	return rest.Of(testOut{IMAP: problems(ctx, imap), SMTP: problems(ctx, smtp)}), nil
}

func problems(ctx context.Context, list []mailwire.Problem) []problemWire {
	out := []problemWire{}
	for _, p := range list {
		out = append(out, problemWire{string(p.Step), p.Key, i18n.T(rest.Locale(ctx), "fault."+p.Key, nil), p.Detail})
	}
	return out
}

func (s *Service) refusedAPI(ctx context.Context, in *struct{ rest.PageIn }) (*rest.List[refusedWire], error) {
	if err := authority.Require(ctx, authority.MailboxManage); err != nil {
		return nil, err
	}
	p, err := s.refused(ctx, in.Request())
	if err != nil {
		return nil, err
	}
	out := page.Of[refusedWire]{Items: []refusedWire{}, Next: p.Next}
	for _, m := range p.Items {
		out.Items = append(out.Items, refusedWire{m.ID, m.MailboxID, m.Sender, m.Subject, m.ReceivedAt, i18n.T(rest.Locale(ctx), m.Reason, nil)})
	}
	out.Position, err = s.Journal.Position(ctx)
	return &rest.List[refusedWire]{Body: out}, err
}

// Retry has a refused mail handled again.
func (s *Service) Retry(ctx context.Context, id int64) error {
	if err := authority.Require(ctx, authority.MailboxManage); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(ctx context.Context) error {
		m, err := s.mailByID(ctx, id)
		if err != nil {
			return err
		}
		if m.State != mailRefused {
			return fault.Conflict("email.not_refused")
		}
		if err := s.setStored(ctx, id); err != nil {
			return err
		}
		// A job that still tries may be hours from its next try.
		if err := s.Jobs.Cancel(ctx, jobHandle, jobKey(id)); err != nil {
			return err
		}
		return s.Jobs.Enqueue(ctx, jobs.New{Kind: jobHandle, Args: handleArgs{id}, Unique: jobKey(id)})
	})
}
