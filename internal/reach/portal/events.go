package portal

import "heed/internal/kernel/event"

// The events. EventJudged is about an article: a visitor has said whether it
// helped. EventSettingChanged is about what the help centre shows.
const (
	EventJudged         = "portal.judged"
	EventSettingChanged = "portal.setting_changed"
)

// JudgedData is the data of EventJudged.
type JudgedData struct {
	VersionID int64  `json:"version_id"`
	Locale    string `json:"locale"`
	Helpful   bool   `json:"helpful"`
	Word      string `json:"word,omitempty"` // in the visitor's words
}

func (v vote) event() event.New {
	return event.New{
		Kind: EventJudged, About: event.Ref{Kind: "article", ID: v.ArticleID},
		Data: JudgedData{v.VersionID, v.Locale, v.Helpful, v.Word},
	}
}
