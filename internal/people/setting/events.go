package setting

import "heed/internal/kernel/event"

// KindChanged says that settings of the firm were changed.
const KindChanged = "setting.changed"

// Changed is the data of KindChanged.
type Changed struct {
	Fields []string `json:"fields"` // names of the changed fields, as in the API
}

func changed(fields []string) event.New {
	return event.New{Kind: KindChanged, About: event.Ref{Kind: "setting", ID: 1}, Data: Changed{fields}}
}
