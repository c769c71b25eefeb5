package app

import (
	"context"
	"strconv"

	"heed/internal/kernel/fault"
	"heed/internal/offer/canned"
	"heed/internal/offer/knowledge"
	"heed/internal/platform/i18n"
	"heed/internal/work/answer"
)

// remindOwner gives the owner of an article whose review-by date has passed the
// task of looking at it, in his language (R252).
func (a *App) remindOwner(ctx context.Context, r knowledge.Reminder) error {
	if a.past {
		return nil
	}
	set, err := a.Settings.Get(ctx)
	if err != nil {
		return err
	}
	locale := set.Locale
	switch owner, err := a.Agents.Get(ctx, r.OwnerID); {
	case err == nil:
		locale = owner.Locale
	case !fault.Is(err, fault.KindNotFound):
		return err
	}
	params := map[string]any{
		"title": r.Title, "date": canned.Date(locale, r.ReviewBy), "link": *a.baseURL.Load() + "/knowledge/" + strconv.FormatInt(r.ArticleID, 10),
	}
	_, err = a.openTask(ctx, answer.Task{
		OwnerID: r.OwnerID, Subject: i18n.T(locale, "knowledge.review_task", params), Text: i18n.T(locale, "knowledge.review_task_text", params),
	})
	return err
}
