package app

import "heed/internal/reach/portal"

// buildPortal builds the help centre, which shows what the slices give to
// anybody.
func (a *App) buildPortal() {
	a.Portal = portal.New(portal.Deps{
		DB: a.DB, Journal: a.Journal, Clock: a.clock, Log: a.log, Setting: a.Settings, Seal: a.Box, Blobs: a.Blobs,
		BaseURL: func() string { return *a.baseURL.Load() }, FileLimit: a.o.Config.AttachmentLimit,
		Knowledge: a.Knowledge, Catalog: a.Catalog, Dealers: a.Dealers, Types: a.Types, Customers: a.Customers, Intake: a.Intake,
		Needs: a.Need, Referrals: a.Referrals, Prepare: a.Conversation.Prepare, Acknowledge: a.Email.Acknowledge,
	})
}
