package conversation

import (
	"slices"
	"testing"
	"time"

	"heed/internal/kernel/fault"
)

// allowedMoves is written out once more by hand, so that a slip in the rule's
// own table does not go unseen.
var allowedMoves = []string{
	"queued>sending", "queued>failed",
	"sending>queued", "sending>sent", "sending>delivered", "sending>failed", "sending>bounced", "sending>maybe_sent",
	"sent>delivered", "sent>bounced",
	"delivered>bounced",
	"maybe_sent>sent", "maybe_sent>delivered", "maybe_sent>bounced", "maybe_sent>queued",
	"failed>queued",
	"bounced>queued",
}

func TestEveryMoveBetweenStatesIsAllowedOrRefused(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
	states := []State{Received, Queued, Sending, Sent, Delivered, Failed, Bounced, MaybeSent}
	for _, from := range states {
		for _, to := range states {
			m := Message{Kind: Reply, To: []string{"a@example.com"}, State: from}
			changed, err := m.move(to, "", "", at)
			switch allowed := slices.Contains(allowedMoves, string(from+">"+to)); {
			case from == to && (changed || err != nil):
				t.Errorf("%s to itself: changed %v, %v", from, changed, err)
			case from != to && allowed && (err != nil || m.State != to):
				t.Errorf("%s to %s was refused: %v", from, to, err)
			case from != to && !allowed && (!fault.Is(err, fault.KindConflict) || m.State != from):
				t.Errorf("%s to %s was not refused: %v", from, to, err)
			}
		}
	}
}

func TestWhatDoesNotTravelHasNoOtherState(t *testing.T) {
	t.Parallel()
	for name, m := range map[string]Message{
		"a note":                     {Kind: Note, State: Sent, To: []string{"a@example.com"}},
		"what was said on the phone": {Kind: Reply, State: Sent},
		"what came in":               {Kind: Incoming, State: Received, To: []string{"a@example.com"}},
	} {
		if _, err := m.move(Bounced, "", "", time.Time{}); !fault.Is(err, fault.KindConflict) {
			t.Errorf("%s bounced: %v", name, err)
		}
	}
}

func TestSentAtIsWhenItWasSentFirst(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
	m := Message{Kind: Reply, To: []string{"a@example.com"}, State: Sending}
	if _, err := m.move(Sent, "", "", at); err != nil || !m.SentAt.Equal(at) {
		t.Fatal(err, m.SentAt)
	}
	if _, err := m.move(Delivered, "", "", at.Add(time.Hour)); err != nil || !m.SentAt.Equal(at) {
		t.Fatal(err, m.SentAt)
	}
}

func TestPreviewIsOneLineOfBearableLength(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"  Hello\n\n there ": "Hello there",
		"":                   "",
	} {
		if got := previewOf(in); got != want {
			t.Errorf("%q", got)
		}
	}
	if got := []rune(previewOf(string(make([]rune, 10)) + "长" + string(slices.Repeat([]rune{'长'}, 500)))); len(got) != maxPreview {
		t.Errorf("%d characters", len(got))
	}
}
