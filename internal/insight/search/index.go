package search

import (
	"context"
	"slices"
	"time"

	"heed/internal/kernel/event"
	"heed/internal/people/authority"
	"heed/internal/platform/jobs"
	"heed/internal/platform/journal"
	"heed/internal/platform/text"
)

// documents is raised when what is written into the indexes changes in another
// way than by its tokens.
const documents = 3

// version is the form of the entries that this program makes.
const version = text.Version*1000 + documents

const (
	followerName = "search"
	jobReindex   = "search.reindex"
	reindexMost  = 500              // things in one transaction
	reindexTime  = 10 * time.Minute // of one try
	reindexPart  = reindexTime / 2  // after which the rest goes to the next one
)

// Follower keeps the indexes.
func (s *Service) Follower() journal.Follower {
	return journal.Follower{
		Name:   followerName,
		Kinds:  []string{"ticket.created", "ticket.changed", "ticket.tagged", "message.", "customer."},
		Handle: s.follow,
	}
}

// follow writes anew whatever the events are about, each thing once.
func (s *Service) follow(ctx context.Context, evs []event.Event) error {
	var touched [parts][]int64
	for _, e := range evs {
		switch e.About.Kind {
		case "customer":
			touched[customerPart] = append(touched[customerPart], e.About.ID)
		case "ticket":
			p, id, err := subject(e)
			if err != nil {
				return err
			}
			if id != 0 {
				touched[p] = append(touched[p], id)
			}
		}
	}
	for p := range parts {
		ids := touched[p]
		slices.Sort(ids)
		if err := s.write(ctx, p, slices.Compact(ids), ""); err != nil {
			return err
		}
	}
	return nil
}

// subject finds what an event about a ticket says has words that are new: the
// ticket or a message; 0 when nothing.
func subject(e event.Event) (part, int64, error) {
	if len(e.Kind) < 8 || e.Kind[:8] != "message." {
		return ticketPart, e.About.ID, nil
	}
	if e.Kind == "message.state_changed" {
		return messagePart, 0, nil
	}
	var said struct {
		MessageID int64 `json:"message_id"`
	}
	err := e.Decode(&said)
	return messagePart, said.MessageID, err
}

// write makes the entries of things. Entries of what has gone are removed.
func (s *Service) write(ctx context.Context, p part, ids []int64, lock string) error {
	if len(ids) == 0 {
		return nil
	}
	docs, err := s.documents(ctx, p, ids, lock)
	if err != nil {
		return err
	}
	slices.SortFunc(docs, func(a, b document) int { return int(a.id - b.id) })
	var gone []int64
	for _, id := range ids {
		if _, found := slices.BinarySearchFunc(docs, id, func(d document, id int64) int { return int(d.id - id) }); !found {
			gone = append(gone, id)
		}
	}
	if err := s.engine.drop(ctx, p, gone); err != nil {
		return err
	}
	return s.engine.put(ctx, p, docs)
}

// Purge removes the entries of tickets with their messages, and of customers.
// It comes before the messages themselves are removed.
func (s *Service) Purge(ctx context.Context, tickets, customers []int64) error {
	if err := authority.Require(ctx, authority.TicketDelete); err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context) error {
		for some := range slices.Chunk(tickets, reindexMost) {
			messages, err := s.messagesOf(ctx, some)
			if err != nil {
				return err
			}
			if err := s.engine.drop(ctx, messagePart, messages); err != nil {
				return err
			}
		}
		if err := s.engine.drop(ctx, ticketPart, tickets); err != nil {
			return err
		}
		return s.engine.drop(ctx, customerPart, customers)
	})
}

// Start is called when the program starts, after the migrations: when the
// entries were made by a program that made other ones, a job makes them anew.
func (s *Service) Start(ctx context.Context) error {
	return s.db.Write(ctx, func(ctx context.Context) error {
		st, ok, err := s.state(ctx, "")
		switch {
		case err != nil:
			return err
		case !ok: // nothing is indexed yet; the follower begins at the beginning
			return s.saveState(ctx, state{Built: s.version, BuiltAt: s.clock.Now()})
		case st.Making == 0 && st.Built == s.version:
			return nil
		case st.Making != s.version:
			return s.begin(ctx, st)
		}
		return s.jobs.Enqueue(ctx, jobs.New{Kind: jobReindex, Unique: jobReindex, Priority: 10})
	})
}

// Reindex has all entries made anew, after a restore, an import past the
// journal, or when something is not found that should be.
func (s *Service) Reindex(ctx context.Context) error {
	if err := authority.Require(ctx, authority.JobManage); err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context) error {
		st, _, err := s.state(ctx, s.engine.take())
		if err != nil {
			return err
		}
		return s.begin(ctx, st)
	})
}

func (s *Service) begin(ctx context.Context, was state) error {
	if err := s.saveState(ctx, state{Built: was.Built, BuiltAt: was.BuiltAt, Making: s.version}); err != nil {
		return err
	}
	return s.jobs.Enqueue(ctx, jobs.New{Kind: jobReindex, Unique: jobReindex, Priority: 10})
}

// Progress is how far the indexes have been made anew, in things.
type Progress struct {
	Running bool      `json:"running"`
	Done    int64     `json:"done"`
	Total   int64     `json:"total"`
	BuiltAt time.Time `json:"built_at" doc:"When it was last complete"`
}

// Progress tells how far the indexes have been made anew.
func (s *Service) Progress(ctx context.Context) (Progress, error) {
	var out Progress
	if err := authority.Require(ctx, authority.JobManage); err != nil {
		return out, err
	}
	err := s.db.Read(ctx, func(ctx context.Context) error {
		st, _, err := s.state(ctx, "")
		if err != nil {
			return err
		}
		out.Running, out.BuiltAt = st.Making != 0, st.BuiltAt
		for p := range parts {
			n, err := s.newest(ctx, p)
			if err != nil {
				return err
			}
			out.Total += n
			switch {
			case !out.Running || int64(p) < st.Part:
				out.Done += n
			case int64(p) == st.Part:
				out.Done += min(n, st.Last)
			}
		}
		return nil
	})
	return out, err
}

// Handlers gives the jobs of this slice.
func (s *Service) Handlers() []jobs.Handler {
	return []jobs.Handler{{Kind: jobReindex, Timeout: reindexTime, Run: s.reindex}}
}

// reindex makes entries until all are made, or the time of one try is nearly
// over: each step saves how far it has come.
func (s *Service) reindex(ctx context.Context, _ jobs.Job) error {
	ctx, cancel := context.WithTimeout(ctx, reindexPart)
	defer cancel()
	for {
		more, err := s.step(ctx)
		switch {
		case ctx.Err() != nil:
			return jobs.Later(0)
		case err != nil || !more:
			return err
		}
	}
}

// step makes the next entries and tells whether there is more to do.
func (s *Service) step(ctx context.Context) (more bool, err error) {
	err = s.db.Write(ctx, func(ctx context.Context) error {
		st, ok, err := s.state(ctx, s.engine.take())
		if err != nil {
			return err
		}
		if more = ok && st.Making == s.version; !more {
			return nil
		}
		p := part(st.Part)
		ids, err := s.after(ctx, p, st.Last, reindexMost)
		if err != nil {
			return err
		}
		if err := s.write(ctx, p, ids, s.engine.keep()); err != nil {
			return err
		}
		if len(ids) > 0 {
			st.Last = ids[len(ids)-1]
		}
		if len(ids) < reindexMost {
			st.Part, st.Last = st.Part+1, 0
		}
		if st.Part >= int64(parts) {
			st, more = state{Built: s.version, BuiltAt: s.clock.Now()}, false
			s.log.Info("the search index has been made anew", "version", s.version)
		}
		return s.saveState(ctx, st)
	})
	return more, err
}
