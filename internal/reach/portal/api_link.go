package portal

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"heed/internal/kernel/fault"
	"heed/internal/platform/i18n"
	"heed/internal/platform/rest"
	"heed/internal/work/need"
	"heed/internal/work/referral"
)

// linkBytes bounds what is written at a link.
const linkBytes = 256 << 10

// spoken sets the language of a page that somebody came to by a link: the one
// that he chose on it, else that in which we wrote to him.
func (v *visit) spoken(locale string) {
	for _, l := range []string{v.r.URL.Query().Get("lang"), locale, v.firm.Locale} {
		if slices.Contains(i18n.Locales(), l) {
			v.locale = l
			return
		}
	}
}

// linked begins the page of a link, which is there in every language at the same
// address.
func (s *Service) linked(v visit, title string) view {
	out := s.page(v, "", "", title)
	out.Private, out.Canonical = true, ""
	for i := range out.Alternates {
		l := &out.Alternates[i]
		l.Path, l.URL = v.r.URL.EscapedPath()+"?lang="+l.Locale, ""
	}
	return out
}

// posted reads what was written at a link.
func (s *Service) posted(v visit) error {
	if _, ok := s.voices.count(rest.ClientIP(v.ctx), s.Clock.Now()); !ok {
		return fault.TooMany("portal.too_many")
	}
	v.r.Body = http.MaxBytesReader(v.w, v.r.Body, linkBytes)
	if err := v.r.ParseForm(); err != nil {
		return fault.NotFound("not_found")
	}
	return nil
}

type confirmData struct {
	State       string
	Number      string
	Subject     string
	Restatement string
	UsedAt      string
	Text, Error string
	Open        bool // the way to say no is open
}

// confirm shows how we have understood somebody's matter, and takes his yes or
// what he means instead (R103).
func (s *Service) confirm(v visit, token string) error {
	asked, err := s.Needs.ByToken(v.ctx, token)
	if fault.Is(err, fault.KindNotFound) {
		s.message(v, http.StatusNotFound, "gone")
		return nil
	}
	if err != nil {
		return err
	}
	v.spoken(asked.Locale)
	d := confirmData{State: string(asked.State), Number: asked.Number, Subject: asked.Subject, Restatement: asked.Restatement}
	if !asked.UsedAt.IsZero() {
		d.UsedAt = moment(v.locale, v.local(asked.UsedAt))
	}
	status := http.StatusOK
	if v.post() {
		if err := s.posted(v); err != nil {
			return err
		}
		d.Text = strings.TrimSpace(strings.ReplaceAll(v.r.PostFormValue("text"), "\r\n", "\n"))
		if v.r.PostFormValue("answer") == "yes" {
			err = s.Needs.Confirm(v.ctx, token)
		} else {
			err = s.Needs.Correct(v.ctx, token, d.Text)
		}
		f, _ := errors.AsType[*fault.Error](err)
		switch {
		case err == nil || fault.Is(err, fault.KindGone):
			v.w.Header().Set("Cache-Control", "no-store")
			http.Redirect(v.w, v.r, v.r.URL.EscapedPath()+"?lang="+v.locale, http.StatusSeeOther)
			return nil
		case f != nil && len(f.Fields) > 0:
			d.Error, d.Open, status = i18n.T(v.locale, f.Fields[0].Key, f.Fields[0].Params), true, http.StatusUnprocessableEntity
		default:
			return err
		}
	}
	if asked.State == need.LinkExpired || asked.State == need.LinkReplaced {
		status = http.StatusGone
	}
	out := s.linked(v, say(v.locale, "confirm.title"))
	out.Data = d
	return s.show(v, status, pageConfirm, out)
}

type referralData struct {
	referral.View
	Steps       []stepLine
	Due, SentAt string
	Late        bool
	Next        []string
	State       string
	Text, Error string
	Choice      string
}

type stepLine struct {
	State, Text, At, By string
}

// referral shows a dealer the request that was handed to him, without anything
// that is the firm's or the customer's own, and takes what he reports (R305).
func (s *Service) referral(v visit, token string) error {
	if !v.on(moduleDealer) {
		return fault.NotFound("module.off")
	}
	seen, err := s.Referrals.ByToken(v.ctx, token)
	if fault.Is(err, fault.KindNotFound) {
		s.message(v, http.StatusNotFound, "gone")
		return nil
	}
	if err != nil {
		return err
	}
	v.spoken(seen.Locale)
	d := referralData{}
	status := http.StatusOK
	if v.post() {
		if err := s.posted(v); err != nil {
			return err
		}
		d.Text = strings.TrimSpace(strings.ReplaceAll(v.r.PostFormValue("text"), "\r\n", "\n"))
		d.Choice = v.r.PostFormValue("state")
		now, err := s.Referrals.Report(v.ctx, token, referral.State(d.Choice), d.Text)
		f, _ := errors.AsType[*fault.Error](err)
		switch {
		case err == nil && now.State.Open():
			v.w.Header().Set("Cache-Control", "no-store")
			http.Redirect(v.w, v.r, v.r.URL.EscapedPath()+"?lang="+v.locale, http.StatusSeeOther)
			return nil
		case err == nil: // the link has ended with it
			seen.Referral = now
			seen.Steps = append(seen.Steps, referral.Step{State: now.State, Text: d.Text, By: "dealer", At: now.UpdatedAt})
			d.Text, d.Choice = "", ""
		case f != nil && len(f.Fields) > 0:
			d.Error, status = i18n.T(v.locale, f.Fields[0].Key, f.Fields[0].Params), http.StatusUnprocessableEntity
		case fault.Is(err, fault.KindConflict):
			d.Error, status = i18n.T(v.locale, "fault."+fault.KeyOf(err), nil), http.StatusConflict
		default:
			return err
		}
	}
	return s.showReferral(v, seen, d, status)
}

func (s *Service) showReferral(v visit, seen referral.View, d referralData, status int) error {
	now := s.Clock.Now()
	d.View, d.State, d.Late = seen, string(seen.State), seen.Late(now)
	d.SentAt = moment(v.locale, v.local(seen.CreatedAt))
	if seen.Due != nil {
		d.Due = moment(v.locale, v.local(*seen.Due))
	}
	for _, n := range seen.State.Next() {
		d.Next = append(d.Next, string(n))
	}
	for _, x := range seen.Steps {
		d.Steps = append(d.Steps, stepLine{string(x.State), x.Text, moment(v.locale, v.local(x.At)), x.By})
	}
	out := s.linked(v, say(v.locale, "referral.title", "number", seen.Number))
	out.Data = d
	return s.show(v, status, pageReferral, out)
}
