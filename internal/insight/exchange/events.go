package exchange

import "heed/internal/kernel/event"

// The kinds of events. Those of imports are about the import; an export is
// about nothing but has the number 0.
const (
	KindUploaded   = "import.uploaded"
	KindBegun      = "import.begun"
	KindProgressed = "import.progressed"
	KindEnded      = "import.ended"
	KindRemoved    = "import.removed"
	KindExported   = "export.begun"
	KindExportDone = "export.done"
)

// Told is the data of the events of an import.
type Told struct {
	Kind   string `json:"kind"`
	File   string `json:"file"`
	State  State  `json:"state"`
	Counts Counts `json:"counts"`
}

// Exported is the data of the events of an export: what was taken, by which
// filter. Who took it is the event's actor.
type Exported struct {
	Kind   string            `json:"kind"`
	Format string            `json:"format"`
	Filter map[string]string `json:"filter,omitempty"`
	Rows   int64             `json:"rows"`
}

func (im Import) event(kind string) event.New {
	return event.New{Kind: kind, About: event.Ref{Kind: "import", ID: im.ID}, Data: Told{im.Kind, im.File, im.State, im.Counts}}
}

func (e Exported) event(kind string) event.New {
	return event.New{Kind: kind, About: event.Ref{Kind: "export"}, Data: e}
}
