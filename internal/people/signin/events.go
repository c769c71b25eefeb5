package signin

import "heed/internal/kernel/event"

// The kinds of events about how agents come in. All are about the agent.
const (
	KindStarted         = "signin.started"          // a session began
	KindEnded           = "signin.ended"            // sessions ended before their time
	KindPasswordChanged = "signin.password_changed" // by himself, or by a link
	KindTokenAdded      = "signin.token_added"
	KindTokenRemoved    = "signin.token_removed"
	KindLinkMade        = "signin.link_made" // an invitation or a reset link
)

// Started is the data of KindStarted.
type Started struct {
	SessionID int64 `json:"session_id"`
}

// Ended is the data of KindEnded.
type Ended struct {
	Sessions int64 `json:"sessions"` // how many
}

// Token is the data of KindTokenAdded and KindTokenRemoved.
type Token struct {
	TokenID int64  `json:"token_id"`
	Name    string `json:"name"`
}

// LinkMade is the data of KindLinkMade.
type LinkMade struct {
	Kind LinkKind `json:"kind"`
}

func about(kind string, agentID int64, data any) event.New {
	return event.New{Kind: kind, About: event.Ref{Kind: "agent", ID: agentID}, Data: data}
}
