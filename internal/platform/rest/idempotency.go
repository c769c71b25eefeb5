package rest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"strings"
	"time"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/clock"
	"heed/internal/kernel/fault"
	"heed/internal/platform/db"
)

// Keys are kept this long, and requests and answers up to this size.
const (
	keyLife    = 48 * time.Hour
	keyMostIn  = 4 << 20 // the largest body of any operation: with a key no less may be said
	keyMostOut = 1 << 20
	keyLength  = 200
)

type idempotency struct {
	db    *db.DB
	clock clock.Clock
	log   *slog.Logger
}

type keyRow struct {
	Actor   string               `db:"actor"`
	Key     string               `db:"ikey"`
	Request string               `db:"request"`
	Status  int64                `db:"status"` // 0: done, but the answer was not stored
	Header  db.JSON[http.Header] `db:"header"`
	Body    []byte               `db:"body"`
	At      time.Time            `db:"at"`
}

// serve answers req, once for each key of an actor.
func (k idempotency) serve(w http.ResponseWriter, req *http.Request, next http.Handler) {
	key := req.Header.Get("Idempotency-Key")
	a := actor.From(req.Context())
	upload := strings.HasPrefix(req.Header.Get("Content-Type"), "multipart/")
	if key == "" || req.Method != http.MethodPost || a.Kind == actor.Anonymous || upload {
		next.ServeHTTP(w, req)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, req.Body, keyMostIn))
	switch {
	case err != nil:
		WriteFault(w, req, fault.TooLarge("too_large", "limit", keyMostIn))
		return
	case len(key) > keyLength:
		WriteFault(w, req, fault.Invalid("idempotency.key_invalid"))
		return
	}
	row := keyRow{Actor: fmt.Sprintf("%s:%d", a.Kind, a.ID), Key: key, Request: fingerprint(req, body)}
	if done, err := k.find(req.Context(), row); err == nil {
		answerAgain(w, req, row, done)
		return
	} else if !errors.Is(err, db.ErrNotFound) {
		WriteFault(w, req, err)
		return
	}
	k.first(w, req, next, row, body)
}

// first carries the request out; the key is stored in the same transaction.
func (k idempotency) first(w http.ResponseWriter, req *http.Request, next http.Handler, row keyRow, body []byte) {
	stored, taken := false, false
	ctx := db.BeforeCommit(req.Context(), func(ctx context.Context) error {
		if stored {
			return nil
		}
		row.At = k.clock.Now()
		err := k.insert(ctx, row)
		taken = errors.Is(err, db.ErrExists)
		db.After(ctx, func() { stored = true })
		return err
	})
	req = req.WithContext(ctx)
	req.Body = io.NopCloser(bytes.NewReader(body))
	kept := &keptAnswer{header: http.Header{}}
	next.ServeHTTP(kept, req)
	if taken {
		// The same request came twice at once and the other one was first.
		done, err := k.find(ctx, row)
		if err != nil {
			WriteFault(w, req, err)
			return
		}
		answerAgain(w, req, row, done)
		return
	}
	if stored && !about(ctx).secret && kept.status < http.StatusInternalServerError && kept.body.Len() <= keyMostOut {
		row.Status, row.Header.V, row.Body = int64(kept.status), kept.header, kept.body.Bytes()
		if err := k.complete(ctx, row); err != nil {
			k.log.Error("could not keep the answer to a request with a key", "err", err)
		}
	}
	kept.write(w)
}

func fingerprint(req *http.Request, body []byte) string {
	h := sha256.New()
	fmt.Fprintf(h, "%s %s\n", req.Method, req.URL.RequestURI())
	h.Write(body)
	return hex.EncodeToString(h.Sum(nil))
}

func answerAgain(w http.ResponseWriter, req *http.Request, asked, done keyRow) {
	switch {
	case done.Request != asked.Request:
		WriteFault(w, req, fault.Invalid("idempotency.mismatch"))
	case done.Status == 0:
		WriteFault(w, req, fault.Conflict("idempotency.done"))
	default:
		a := &keptAnswer{header: done.Header.V, status: int(done.Status)}
		a.body.Write(done.Body)
		w.Header().Set("Idempotency-Replayed", "true")
		a.write(w)
	}
}

// keptAnswer holds an answer until it is stored.
type keptAnswer struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (a *keptAnswer) Header() http.Header { return a.header }

func (a *keptAnswer) WriteHeader(status int) {
	if a.status == 0 {
		a.status = status
	}
}

func (a *keptAnswer) Write(b []byte) (int, error) {
	a.WriteHeader(http.StatusOK)
	return a.body.Write(b)
}

func (a *keptAnswer) write(w http.ResponseWriter) {
	maps.Copy(w.Header(), a.header)
	if a.status == 0 {
		a.status = http.StatusOK
	}
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body.Bytes()) // the caller may be gone; the key remembers
}
