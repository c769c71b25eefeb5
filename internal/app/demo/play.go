package demo

import (
	"bytes"
	"context"
	"slices"

	"heed/internal/kernel/actor"
	"heed/internal/work/conversation"
	"heed/internal/work/ticket"
)

// batch is how many things are made in one transaction.
const batch = 200

// play carries out the steps in the order given.
func (l *loader) play(ctx context.Context, steps []*step) error {
	files, err := l.upload(ctx)
	if err != nil {
		return err
	}
	for some := range slices.Chunk(steps, batch) {
		own, err := l.attach(ctx, some)
		if err != nil {
			return err
		}
		err = l.DB.Write(ctx, func(ctx context.Context) error {
			for _, s := range some {
				l.Clock.Set(s.at)
				if err := l.do(ctx, s, files, own[s]); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		l.step(len(some))
	}
	return l.drop(ctx, files)
}

// as gives the context in which the step's person acts.
func (l *loader) as(ctx context.Context, who int) context.Context {
	if who == nobody {
		return actor.AsSystem(ctx)
	}
	return actor.With(ctx, l.staff[who].actor)
}

// do carries out one step. own are the files that the writer has uploaded.
func (l *loader) do(ctx context.Context, s *step, files map[string]conversation.File, own []int64) error {
	ctx = l.as(ctx, s.who)
	var err error
	switch s.act {
	case actOpen:
		err = l.open(ctx, s)
	case actHear:
		err = l.hear(ctx, s, files)
	case actReply:
		err = l.reply(ctx, s, own)
	case actNote:
		_, _, err = l.Conversation.Post(ctx, conversation.Post{TicketID: s.id, Kind: conversation.Note, Text: s.text})
	case actAssign:
		owner := l.staff[s.to].actor.ID
		err = l.change(ctx, s, ticket.Patch{OwnerID: &owner, Reason: s.reason})
	case actMove:
		err = l.change(ctx, s, ticket.Patch{TeamID: &l.teams[s.team], Reason: s.reason})
	case actSnooze:
		err = l.change(ctx, s, ticket.Patch{SnoozedUntil: &s.until, Reason: s.reason})
	case actStatus:
		p := ticket.Patch{Status: &s.status, Reason: s.reason}
		if s.result != "" {
			p.ResultCode, p.ResultText = &s.result, &s.text
		}
		err = l.change(ctx, s, p)
	case actClose:
		err = l.change(ctx, s, ticket.Patch{Status: &s.status})
	}
	if err == nil && s.lastLook {
		err = l.Tickets.MarkRead(ctx, s.id, l.staff[s.who].actor.ID)
	}
	return err
}

func (l *loader) change(ctx context.Context, s *step, p ticket.Patch) error {
	_, err := l.Tickets.Change(ctx, s.id, 0, p)
	return err
}

func (l *loader) open(ctx context.Context, s *step) error {
	in := ticket.Input{
		Subject: s.subject, Channel: s.channel, Priority: s.priority, CustomerID: s.person.id, TeamID: l.teams[s.request.team], Tags: s.tags,
	}
	if s.channel == "email" {
		in.MailboxID = l.mailboxes[s.box].id
	}
	t, err := l.Tickets.Create(ctx, in)
	if err != nil {
		return err
	}
	s.id = t.ID
	if err := l.mark(ctx, markTicket, t.ID); err != nil {
		return err
	}
	if s.who != nobody {
		_, _, err = l.Conversation.First(ctx, t, conversation.Post{Kind: conversation.Incoming, Text: s.text})
		return err
	}
	return l.hear(ctx, s, nil)
}

// hear adds what the customer says, by the way by which he came: what he says
// on the phone is written down by one of ours.
func (l *loader) hear(ctx context.Context, s *step, files map[string]conversation.File) error {
	if s.who != nobody {
		_, _, err := l.Conversation.Post(ctx, conversation.Post{TicketID: s.id, Kind: conversation.Incoming, Text: s.text})
		return err
	}
	m := conversation.Mail{
		TicketID: s.id, CustomerID: s.person.id, Channel: s.channel, AuthorName: s.person.name, From: s.person.email,
		To: []string{l.mailboxes[s.box].address}, Subject: s.subject, Text: s.text, Lang: s.person.org.locale, SentAt: s.at,
	}
	if s.channel != "email" {
		m.From, m.To = "", nil
	}
	if f, ok := files[s.file]; ok {
		m.Files = []conversation.File{{Name: f.Name, Type: f.Type, Size: f.Size, BlobKey: f.BlobKey}}
	}
	_, err := l.Conversation.Receive(ctx, m)
	return err
}

// reply adds what we say. A mail is noted as sent at once: nobody carries it.
func (l *loader) reply(ctx context.Context, s *step, own []int64) error {
	p := conversation.Post{TicketID: s.id, Kind: conversation.Reply, Text: s.text, To: []string{s.person.email}, FileIDs: own, Status: s.status}
	if conversation.Speaks(s.channel) {
		p.To = []string{}
	}
	m, _, err := l.Conversation.Post(ctx, p)
	if err != nil || !m.Travels() {
		return err
	}
	ctx = actor.AsSystem(ctx)
	if _, err := l.Conversation.SetState(ctx, m.ID, conversation.Sending, "", ""); err != nil {
		return err
	}
	_, err = l.Conversation.SetState(ctx, m.ID, conversation.Sent, "", "")
	return err
}

// upload stores what customers attach, once each.
func (l *loader) upload(ctx context.Context) (map[string]conversation.File, error) {
	out := map[string]conversation.File{}
	for _, kind := range fileKinds {
		name, content, err := file(kind)
		if err != nil {
			return nil, err
		}
		if out[kind], err = l.Conversation.Upload(l.as(ctx, dispatcher), name, bytes.NewReader(content)); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// drop removes the uploads that upload made; what was attached stays.
func (l *loader) drop(ctx context.Context, files map[string]conversation.File) error {
	for _, kind := range fileKinds {
		if err := l.Conversation.DropUpload(l.as(ctx, dispatcher), files[kind].ID); err != nil {
			return err
		}
	}
	return nil
}

// attach uploads what we attach to the replies among the steps.
func (l *loader) attach(ctx context.Context, steps []*step) (map[*step][]int64, error) {
	own := map[*step][]int64{}
	for _, s := range steps {
		if s.act != actReply || s.file == "" {
			continue
		}
		name, content, err := file(s.file)
		if err != nil {
			return nil, err
		}
		l.Clock.Set(s.at)
		f, err := l.Conversation.Upload(l.as(ctx, s.who), name, bytes.NewReader(content))
		if err != nil {
			return nil, err
		}
		own[s] = []int64{f.ID}
	}
	return own, nil
}
