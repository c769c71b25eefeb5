package live

import (
	"bytes"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/fault"
	"heed/internal/platform/rest"
)

const (
	// A comment this often keeps proxies from closing a quiet stream and finds
	// pages that are gone.
	heartbeat = 15 * time.Second
	// A page that takes longer to accept what it is sent is gone.
	writeTime = 20 * time.Second
)

// Serve is the stream of one page: GET with ?since=POSITION, or the header
// Last-Event-ID, which a returning browser sends by itself.
func (h *Hub) Serve(w http.ResponseWriter, req *http.Request) {
	a := actor.From(req.Context())
	since := int64(-1)
	for _, text := range []string{req.URL.Query().Get("since"), req.Header.Get("Last-Event-ID")} {
		if n, err := strconv.ParseInt(text, 10, 64); err == nil {
			since = n
		}
	}
	select {
	case <-h.begun:
	case <-req.Context().Done():
		return
	}
	p, pos := h.join(a.ID, rest.SessionID(req.Context()))
	defer h.leave(p)
	// The session may have ended just before the page was known here.
	if err := rest.Recheck(req.Context()); err != nil {
		rest.WriteFault(w, req, err)
		return
	}
	header := w.Header()
	header.Set("Content-Type", "text/event-stream")
	header.Set("Cache-Control", "no-store, no-transform")
	header.Set("X-Accel-Buffering", "no")
	if since < 0 {
		since = pos
	}
	s := stream{w: w, rc: http.NewResponseController(w), last: max(since, pos)}
	first := []frame{{name: "hello", data: fmt.Appendf(nil, `{"position":%d}`, pos)}}
	missed, err := h.missed(req.Context(), a.ID, since, pos)
	if err != nil {
		first = append(first, frame{name: "reset", data: []byte("{}")})
	}
	if s.send(append(first, missed...)...) != nil {
		return
	}
	h.stream(&s, p, req)
}

func (h *Hub) stream(s *stream, p *page, req *http.Request) {
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	recheck := time.NewTicker(h.deps.Recheck)
	defer recheck.Stop()
	for {
		select {
		case <-req.Context().Done():
			return
		case <-p.some:
			if s.fresh(p.take()) != nil {
				return
			}
		case <-beat.C:
			if s.beat() != nil {
				return
			}
		case <-recheck.C:
			// A token that was removed, or either that ran out, tells nobody.
			if fault.Is(rest.Recheck(req.Context()), fault.KindUnauthenticated) {
				_ = s.send(sessionOver) // the page is gone in any case
				return
			}
		case <-p.gone:
			_ = s.fresh(p.take()) // what was sent before the end still goes out
			return
		}
	}
}

// stream writes frames in the form of server-sent events.
type stream struct {
	w    http.ResponseWriter
	rc   *http.ResponseController
	last int64 // the page has everything up to here
	buf  bytes.Buffer
}

// fresh sends the frames that the page does not have yet: it may have read a
// newer state of the database than the hub had when it came.
func (s *stream) fresh(fs []frame) error {
	kept := fs[:0]
	for _, f := range fs {
		if f.pos == 0 || f.pos > s.last {
			kept = append(kept, f)
		}
	}
	if len(kept) == 0 {
		return nil
	}
	return s.send(kept...)
}

func (s *stream) send(fs ...frame) error {
	s.buf.Reset()
	for _, f := range fs {
		fmt.Fprintf(&s.buf, "event: %s\n", f.name)
		if f.pos > 0 {
			fmt.Fprintf(&s.buf, "id: %d\n", f.pos)
		}
		s.buf.WriteString("data: ")
		s.buf.Write(f.data) // JSON on one line
		s.buf.WriteString("\n\n")
	}
	return s.flush()
}

func (s *stream) beat() error {
	s.buf.Reset()
	s.buf.WriteString(": \n\n")
	return s.flush()
}

func (s *stream) flush() error {
	// A writer without deadlines (a test recorder) is written to without one.
	_ = s.rc.SetWriteDeadline(time.Now().Add(writeTime)) //nolint:forbidigo // a network deadline
	if _, err := s.w.Write(s.buf.Bytes()); err != nil {
		return err
	}
	return s.rc.Flush()
}
