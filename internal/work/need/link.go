package need

import (
	"crypto/sha256"
	"encoding/hex"
	"time"

	"heed/internal/kernel/fault"
)

// LinkState is what was done with a link.
type LinkState string

// The states of a link. expired is told by the time and stored nowhere.
const (
	LinkOpen      LinkState = "open"
	LinkConfirmed LinkState = "confirmed"
	LinkCorrected LinkState = "corrected"
	LinkReplaced  LinkState = "replaced"
	LinkExpired   LinkState = "expired"
)

// linkLife is how long a customer may answer.
const linkLife = 30 * 24 * time.Hour

// Link is the question to the customer whether we have understood him.
type Link struct {
	ID          int64
	TicketID    int64
	Hash        string
	Restatement string // as he was asked; a later one replaces the link
	Locale      string
	CreatedAt   time.Time
	ExpiresAt   time.Time
	State       LinkState
	UsedAt      time.Time
}

// hashOf is what is stored of a token. A token has 128 random bits, so that a
// plain hash cannot be guessed backwards.
func hashOf(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// at is the link's state at a time.
func (l Link) at(now time.Time) LinkState {
	if l.State == LinkOpen && !now.Before(l.ExpiresAt) {
		return LinkExpired
	}
	return l.State
}

// usable is nil while the link may be answered by.
func (l Link) usable(now time.Time) error {
	switch l.at(now) {
	case LinkOpen:
		return nil
	case LinkExpired:
		return fault.Gone("need.link_expired")
	case LinkReplaced:
		return fault.Gone("need.link_replaced")
	default:
		return fault.Gone("need.link_used")
	}
}
