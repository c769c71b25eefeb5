package need

import (
	"slices"
	"strings"
	"testing"
	"time"

	"heed/internal/kernel/fault"
	"heed/internal/work/tickettype"
)

var (
	noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	ann  = By{ByAgent, 2, "Ann"}
)

func en(s string) tickettype.Names { return tickettype.Names{"en": s} }

// music is a type whose attributes may contradict each other.
func music() tickettype.Type {
	return tickettype.Type{
		ID: 1, Key: "music", Need: true,
		Questions: []tickettype.Question{
			{Key: "since", Names: en("Since when?"), Kind: tickettype.Open},
			{Key: "mood", Names: en("Which mood?"), Kind: tickettype.Closed, Choices: []tickettype.Choice{{Key: "calm", Names: en("calm")}, {Key: "grand", Names: en("grand")}}},
			{Key: "rhythm", Names: en("Which rhythm?"), Kind: tickettype.Closed, Choices: []tickettype.Choice{{Key: "cadenced", Names: en("cadenced")}, {Key: "free", Names: en("free")}}},
			{Key: "live", Names: en("Is it played live?"), Kind: tickettype.Closed},
		},
		Fields: []tickettype.Field{{Key: "model", Names: en("Model"), Kind: tickettype.Text, Need: true}, {Key: "colour", Names: en("Colour"), Kind: tickettype.Text}},
		Conflicts: []tickettype.Conflict{{
			A: tickettype.Answer{Field: "mood", Value: "calm"}, B: tickettype.Answer{Field: "rhythm", Value: "cadenced"}, Ask: en("Which matters more?"),
		}},
	}
}

func TestAnswersAreTakenToQuestionsOfTheTypeAlone_R037(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, key, value string
		ok               bool
	}{
		{"an open question takes any words", "since", "since Monday", true},
		{"a closed one its choices", "mood", "calm", true},
		{"or several of them", "mood", "calm, grand", true},
		{"and nothing else", "mood", "loud", false},
		{"one without choices takes yes", "live", "yes", true},
		{"and not perhaps", "live", "perhaps", false},
		{"no question of the type", "weight", "5", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			n, err := Need{}.with(Patch{Answers: map[string]string{c.key: c.value}}, music(), ann, noon)
			if (err == nil) != c.ok || c.ok && n.Answers[c.key] != c.value {
				t.Errorf("%v, %v", n.Answers, err)
			}
		})
	}
}

func TestAnswersThatContradictWarnAndStayWithTheirResolution_R085(t *testing.T) {
	t.Parallel()
	n, err := Need{}.with(Patch{Answers: map[string]string{"mood": "calm", "rhythm": "cadenced"}}, music(), ann, noon)
	if err != nil {
		t.Fatal(err)
	}
	found := n.Conflicts(music(), nil)
	if len(found) != 1 || found[0].Ask["en"] != "Which matters more?" || found[0].Resolution.Text != "" {
		t.Fatalf("%+v", found)
	}
	before, missing := n.Completeness(music(), nil)
	if !slices.Contains(missing, Missing{PartConflict, "mood=calm&rhythm=cadenced"}) {
		t.Errorf("an open conflict is not among what is missing: %v", missing)
	}
	n, err = n.with(Patch{Resolved: map[string]string{"mood=calm&rhythm=cadenced": "calm in the verses, cadenced in the chorus"}}, music(), ann, noon)
	if err != nil {
		t.Fatal(err)
	}
	found = n.Conflicts(music(), nil)
	if len(found) != 1 || found[0].Resolution.By != ann || !found[0].Resolution.At.Equal(noon) || !strings.HasPrefix(found[0].Resolution.Text, "calm in") {
		t.Errorf("%+v", found)
	}
	if n.Answers["mood"] != "calm" || n.Answers["rhythm"] != "cadenced" {
		t.Error("the answers did not stay", n.Answers)
	}
	if after, _ := n.Completeness(music(), nil); after <= before {
		t.Errorf("%d %% before the resolution and %d %% after", before, after)
	}
	if _, err := n.with(Patch{Resolved: map[string]string{"no=such&rule=x": "y"}}, music(), ann, noon); !fault.Is(err, fault.KindInvalid) {
		t.Error("a rule that is not there was resolved")
	}
	if found := (Need{}).Conflicts(music(), map[string]string{"mood": "calm, grand", "rhythm": "Cadenced"}); len(found) != 1 {
		t.Error("fields of the ticket contradict each other unseen")
	}
}

func TestWhatIsMissingIsListedAndVanishesWhenItIsFilled_R091_R286(t *testing.T) {
	t.Parallel()
	n, typ := Need{}, music()
	fields := map[string]string{}
	percent, missing := n.Completeness(typ, fields)
	var parts []string
	for _, m := range missing {
		parts = append(parts, m.Part+m.Key)
	}
	want := "own_words questionsince questionmood questionrhythm questionlive fieldmodel purpose problem restatement confirmed"
	if got := strings.Join(parts, " "); percent != 0 || got != want {
		t.Fatalf("%d %%: %s", percent, got)
	}
	fields["model"] = "X-1"
	n, err := n.with(Patch{OwnWords: new("too loud"), Restatement: new("The fan is too loud at night"), Ladder: &Ladder{Purpose: "sleep", Problem: "noise"}}, typ, ann, noon)
	if err != nil {
		t.Fatal(err)
	}
	if percent, missing = n.Completeness(typ, fields); percent != 50 || len(missing) != 5 {
		t.Errorf("%d %%: %v", percent, missing)
	}
	n, _ = n.with(Patch{Answers: map[string]string{"since": "May", "mood": "grand", "rhythm": "free", "live": "no"}}, typ, ann, noon)
	n.ConfirmedAt = noon
	if percent, missing = n.Completeness(typ, fields); percent != 100 || len(missing) != 0 {
		t.Errorf("%d %%: %v", percent, missing)
	}
}

func TestAnotherWordingTakesTheConfirmationAway_R103(t *testing.T) {
	t.Parallel()
	n, err := Need{}.with(Patch{Restatement: new("The pump leaks oil")}, music(), ann, noon)
	if err != nil || n.RestatedBy != ann {
		t.Fatal(n, err)
	}
	if n, err = n.confirm(true, "", "phone", ann, noon); err != nil || !n.Confirmed() || n.ConfirmedBy != ann || n.ConfirmedVia != "phone" {
		t.Fatal(n, err)
	}
	if same, _ := n.with(Patch{Restatement: new(" The pump leaks oil ")}, music(), ann, noon); !same.Confirmed() {
		t.Error("the same wording takes it away")
	}
	if n, _ = n.with(Patch{Restatement: new("The pump leaks water")}, music(), ann, noon); n.Confirmed() || n.ConfirmedVia != "" {
		t.Error("the confirmation of another wording stands")
	}
}

func TestACorrectionIsCounted_R431(t *testing.T) {
	t.Parallel()
	n := Need{Restatement: "The pump leaks oil"}
	if _, err := n.confirm(false, " ", "phone", ann, noon); !fault.Is(err, fault.KindInvalid) {
		t.Error("a no without what is meant")
	}
	n, err := n.confirm(false, "It is water", "phone", ann, noon)
	if err != nil || n.Corrections != 1 || n.Correction != "It is water" || n.Confirmed() {
		t.Fatal(n, err)
	}
	n, _ = n.with(Patch{Restatement: new("The pump leaks water")}, music(), ann, noon)
	if n.Correction != "" || n.Corrections != 1 {
		t.Errorf("%+v", n)
	}
	if _, err := (Need{}).confirm(true, "", "phone", ann, noon); !fault.Is(err, fault.KindInvalid) {
		t.Error("nothing was confirmed")
	}
}

func TestRates(t *testing.T) {
	t.Parallel()
	c := Counts{Solved: 10, Skipped: 4, ByCustomer: 3, ByAgent: 5, Corrected: 2}
	if c.SkipRate() != 0.4 || c.CorrectionRate() != 0.25 || (Counts{}).SkipRate() != 0 || (Counts{}).CorrectionRate() != 0 {
		t.Error(c.SkipRate(), c.CorrectionRate())
	}
}
