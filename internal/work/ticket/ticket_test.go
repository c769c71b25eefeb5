package ticket

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/fault"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// at gives a ticket standing in a state, as the invariants want it.
func at(s Status) Ticket {
	t := Ticket{ID: 1, Subject: "Pump", Status: s, Priority: Normal, Channel: "email", Tags: []string{}, Version: 1}
	switch s {
	case StatusNew:
	case StatusAssigned:
		t.OwnerID = 5
	case StatusSolved:
		t.OwnerID, t.Begun, t.ResultCode, t.SolvedAt = 5, true, "solved_fixed", noon
	case StatusClosed, StatusCancelled:
		t.OwnerID, t.Begun, t.ResultCode, t.ClosedAt = 5, true, "withdrawn", noon
	default:
		t.OwnerID, t.Begun = 5, true
	}
	return t
}

// TestEveryJumpIsEitherOnTheMapOrRefused_R312 walks the whole square of states.
func TestEveryJumpIsEitherOnTheMapOrRefused_R312(t *testing.T) {
	t.Parallel()
	may := map[Status]string{
		StatusNew:             "assigned in_progress waiting_customer waiting_internal solved cancelled",
		StatusAssigned:        "in_progress waiting_customer waiting_internal solved cancelled",
		StatusInProgress:      "waiting_customer waiting_internal solved closed cancelled",
		StatusWaitingCustomer: "in_progress waiting_internal solved closed cancelled",
		StatusWaitingInternal: "in_progress waiting_customer solved closed cancelled",
		StatusSolved:          "closed reopened",
		StatusClosed:          "reopened",
		StatusReopened:        "in_progress waiting_customer waiting_internal solved closed cancelled",
		StatusCancelled:       "reopened",
	}
	for _, from := range Statuses() {
		for _, to := range Statuses() {
			old := at(from)
			patch := Patch{Status: &to}
			if !to.Open() {
				patch.ResultCode = new("solved_answered")
			}
			got, err := old.change(patch, 7, noon)
			switch {
			case from == to:
				if err != nil && from.Open() {
					t.Errorf("%s to itself: %v", from, err)
				}
			case slices.Contains(strings.Fields(may[from]), string(to)):
				if err != nil || got.Status != to {
					t.Errorf("%s → %s: %v, %v", from, to, got.Status, err)
				}
			default:
				var f *fault.Error
				if !errors.As(err, &f) || f.Key != "ticket.illegal_transition" || f.Params["from"] != from || f.Params["to"] != to {
					t.Errorf("%s → %s: %v, want it refused", from, to, err)
				}
			}
		}
		if got := strings.Join(strs(at(from).Allowed(actor.Actor{Kind: actor.Agent, Role: "rep"})), " "); got != may[from] {
			t.Errorf("allowed from %s: %s", from, got)
		}
		if got := at(from).Allowed(actor.Actor{Kind: actor.Agent, Role: "employee"}); len(got) != 0 {
			t.Errorf("an employee may set %v", got)
		}
	}
}

func strs(in []Status) []string {
	out := make([]string, len(in))
	for i, s := range in {
		out[i] = string(s)
	}
	return out
}

func TestAStateThatDoesNotExistIsAFaultOfTheField(t *testing.T) {
	t.Parallel()
	_, err := at(StatusNew).change(Patch{Status: new(Status("parked"))}, 7, noon)
	wantField(t, err, "status", "field.unknown_value")
}

func wantField(t *testing.T, err error, name, key string) {
	t.Helper()
	var f *fault.Error
	if !errors.As(err, &f) || !slices.ContainsFunc(f.Fields, func(x fault.Field) bool { return x.Name == name && x.Key == key }) {
		t.Errorf("%v, want %s: %s", err, name, key)
	}
}

func TestEndingWithoutAResultIsRefused_R313(t *testing.T) {
	t.Parallel()
	for _, end := range []Status{StatusSolved, StatusClosed, StatusCancelled} {
		_, err := at(StatusInProgress).change(Patch{Status: &end}, 7, noon)
		wantField(t, err, "result_code", "ticket.result_required")
		_, err = at(StatusInProgress).change(Patch{Status: &end, ResultCode: new("because")}, 7, noon)
		wantField(t, err, "result_code", "field.unknown_value")
		got, err := at(StatusInProgress).change(Patch{Status: &end, ResultCode: new("solved_fixed"), ResultText: new("New seal")}, 7, noon)
		if err != nil || got.ResultCode != "solved_fixed" || got.ResultText != "New seal" {
			t.Errorf("%s with a result: %+v, %v", end, got, err)
		}
		_, err = got.change(Patch{ResultCode: new("")}, 7, noon)
		wantField(t, err, "result_code", "ticket.result_required")
		again, err := got.change(Patch{Status: new(StatusReopened)}, 7, noon)
		if err != nil || again.ResultCode != "" || again.ResultText != "" || !again.SolvedAt.IsZero() || !again.ClosedAt.IsZero() {
			t.Errorf("reopened from %s: %+v, %v", end, again, err)
		}
	}
	_, err := at(StatusInProgress).change(Patch{ResultCode: new("solved_fixed")}, 7, noon)
	wantField(t, err, "result_code", "ticket.result_too_early")
	closed, err := at(StatusSolved).change(Patch{Status: new(StatusClosed)}, 7, noon.Add(time.Hour))
	if err != nil || closed.ResultCode != "solved_fixed" || !closed.SolvedAt.Equal(noon) || !closed.ClosedAt.Equal(noon.Add(time.Hour)) {
		t.Errorf("closing what was solved keeps its result and times (R314): %+v, %v", closed, err)
	}
}

func TestExactlyOneOwnerOrAQueue_R315(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		from   Ticket
		patch  Patch
		by     int64
		status Status
		owner  int64
	}{
		{"an owner makes a new ticket assigned", at(StatusNew), Patch{OwnerID: new(int64(9))}, 7, StatusAssigned, 9},
		{"owner and state together are one step", at(StatusNew), Patch{OwnerID: new(int64(9)), Status: new(StatusAssigned)}, 7, StatusAssigned, 9},
		{"without an owner an assigned one is new again", at(StatusAssigned), Patch{OwnerID: new(int64(0))}, 7, StatusNew, 0},
		{"the same said with the state", at(StatusAssigned), Patch{OwnerID: new(int64(0)), Status: new(StatusNew)}, 7, StatusNew, 0},
		{"another owner leaves work in progress", at(StatusInProgress), Patch{OwnerID: new(int64(9))}, 7, StatusInProgress, 9},
		{"work in progress can go back to the queue", at(StatusInProgress), Patch{OwnerID: new(int64(0))}, 7, StatusInProgress, 0},
		{"whoever takes up what nobody has becomes the owner", at(StatusNew), Patch{Status: new(StatusInProgress)}, 7, StatusInProgress, 7},
		{"who assigns without a name assigns to himself", at(StatusNew), Patch{Status: new(StatusAssigned)}, 7, StatusAssigned, 7},
		{"who solves at once was the owner", at(StatusNew), Patch{Status: new(StatusSolved), ResultCode: new("solved_answered")}, 7, StatusSolved, 7},
		{"who drops spam does not become its owner", at(StatusNew), Patch{Status: new(StatusCancelled), ResultCode: new("spam")}, 7, StatusCancelled, 0},
		{"an owner given beats the one who does it", at(StatusNew), Patch{Status: new(StatusInProgress), OwnerID: new(int64(9))}, 7, StatusInProgress, 9},
		{"who works on another's ticket does not take it", at(StatusAssigned), Patch{Status: new(StatusInProgress)}, 7, StatusInProgress, 5},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := tt.from.change(tt.patch, tt.by, noon)
			if err != nil || got.Status != tt.status || got.OwnerID != tt.owner {
				t.Errorf("%s of %d, %v; want %s of %d", got.Status, got.OwnerID, err, tt.status, tt.owner)
			}
		})
	}
	_, err := at(StatusNew).change(Patch{Status: new(StatusAssigned)}, 0, noon)
	wantField(t, err, "owner_id", "field.required")
}

func TestWhatAMessageDoes(t *testing.T) {
	t.Parallel()
	untouched := at(StatusAssigned)
	untouched.Status = StatusWaitingCustomer
	unowned := untouched
	unowned.OwnerID = 0
	spamTicket := at(StatusCancelled)
	spamTicket.ResultCode = spam
	incoming, reply := Said{By: "customer", Kind: SaidIncoming}, Said{By: "agent", Kind: SaidReply}
	automatic := incoming
	automatic.Automatic = true
	tests := []struct {
		name   string
		from   Ticket
		said   Said
		status Status
		owner  int64
	}{
		{"a customer's answer ends waiting", at(StatusWaitingCustomer), incoming, StatusInProgress, 5},
		{"before work began it is assigned again", untouched, incoming, StatusAssigned, 5},
		{"without an owner it is new again", unowned, incoming, StatusNew, 0},
		{"waiting for us goes on", at(StatusWaitingInternal), incoming, StatusWaitingInternal, 5},
		{"a solved ticket is reopened", at(StatusSolved), incoming, StatusReopened, 5},
		{"a closed ticket is reopened", at(StatusClosed), incoming, StatusReopened, 5},
		{"a withdrawn ticket is reopened", at(StatusCancelled), incoming, StatusReopened, 5},
		{"spam stays where it is", spamTicket, incoming, StatusCancelled, 5},
		{"a vacation answer reopens nothing", at(StatusSolved), automatic, StatusSolved, 5},
		{"a vacation answer does not end waiting", at(StatusWaitingCustomer), automatic, StatusWaitingCustomer, 5},
		{"a reply begins the work", at(StatusAssigned), reply, StatusInProgress, 5},
		{"a reply to what nobody has makes an owner", at(StatusNew), reply, StatusInProgress, 7},
		{"a reply takes up what was reopened", at(StatusReopened), reply, StatusInProgress, 5},
		{"a reply leaves waiting as it is", at(StatusWaitingCustomer), reply, StatusWaitingCustomer, 5},
		{"a word of thanks leaves it solved", at(StatusSolved), reply, StatusSolved, 5},
		{"our acknowledgement is no work", at(StatusNew), Said{By: "system", Kind: SaidReply, Automatic: true}, StatusNew, 0},
		{"a note changes no state", at(StatusNew), Said{By: "agent", Kind: SaidNote}, StatusNew, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := tt.from.heard(tt.said, 7, noon)
			if got.Status != tt.status || got.OwnerID != tt.owner {
				t.Errorf("%s of %d; want %s of %d", got.Status, got.OwnerID, tt.status, tt.owner)
			}
			if got.MessageCount != 1 || (got.IncomingCount == 1) != (tt.said.Kind == SaidIncoming) {
				t.Errorf("counts %d, %d", got.MessageCount, got.IncomingCount)
			}
		})
	}
}

func TestANoteShowsNowhereAndAMessageWakes(t *testing.T) {
	t.Parallel()
	old := at(StatusInProgress)
	old.Preview, old.LastBy, old.SnoozedUntil = "It leaks", "customer", noon.Add(time.Hour)
	noted := old.heard(Said{By: "agent", Kind: SaidNote, Preview: "He is a liar", At: noon}, 7, noon)
	if noted.Preview != "It leaks" || noted.LastBy != "customer" || noted.SnoozedUntil.IsZero() {
		t.Errorf("after a note: %+v", noted)
	}
	heard := old.heard(Said{By: "customer", Kind: SaidIncoming, Preview: "Still\n leaks", At: noon}, 7, noon)
	if heard.Preview != "Still leaks" || !heard.SnoozedUntil.IsZero() {
		t.Errorf("after a message: %+v", heard)
	}
	replied := old.heard(Said{By: "agent", Kind: SaidReply, Preview: strings.Repeat("很", 500), At: noon}, 7, noon)
	if replied.SnoozedUntil.IsZero() || len([]rune(replied.Preview)) != PreviewMost {
		t.Errorf("after a reply: %+v", replied)
	}
}

func TestSnoozingIsForOpenTicketsAndTheFuture(t *testing.T) {
	t.Parallel()
	_, err := at(StatusInProgress).change(Patch{SnoozedUntil: new(noon)}, 7, noon)
	wantField(t, err, "snoozed_until", "field.time_past")
	_, err = at(StatusSolved).change(Patch{SnoozedUntil: new(noon.Add(time.Hour))}, 7, noon)
	wantField(t, err, "snoozed_until", "ticket.snooze_ended")
	got, err := at(StatusInProgress).change(Patch{SnoozedUntil: new(noon.Add(time.Hour))}, 7, noon)
	if err != nil || got.Shelf() != Snoozed {
		t.Errorf("%+v, %v", got, err)
	}
	solved, err := got.change(Patch{Status: new(StatusSolved), ResultCode: new("solved_fixed")}, 7, noon)
	if err != nil || !solved.SnoozedUntil.IsZero() || solved.Shelf() != Done {
		t.Errorf("solved while snoozed: %+v, %v", solved, err)
	}
	woken, err := got.change(Patch{SnoozedUntil: &time.Time{}}, 7, noon)
	if err != nil || woken.Shelf() != Active {
		t.Errorf("woken: %+v, %v", woken, err)
	}
}

func TestTagsAreOneInAnyWritingAndShownAsTyped(t *testing.T) {
	t.Parallel()
	var f fault.Fields
	got := tidyTags([]string{" VIP ", "vip", "ＶＩＰ", "质量", "質量", "", "two  words"}, &f)
	if !slices.Equal(got, []string{"VIP", "质量", "two words"}) || f.Err() != nil {
		t.Errorf("%q, %v", got, f.Err())
	}
	tidyTags([]string{strings.Repeat("x", TagMost+1)}, &f)
	wantField(t, f.Err(), "tags", "field.too_long")
	var many []string
	for r := 'a'; len(many) <= TagsMost; r++ {
		many = append(many, string(r)+"tag")
	}
	f = fault.Fields{}
	tidyTags(many, &f)
	wantField(t, f.Err(), "tags", "field.too_many")
}

func TestWhatIsTypedIsRefusedAndWhatComesFromOutsideIsCut_R308(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("长", SubjectMost+1)
	agent, system := actor.Actor{Kind: actor.Agent, ID: 7, Name: "Ann", Role: "rep"}, actor.Actor{Kind: actor.System}
	_, err := Input{Channel: "smoke"}.open(agent, noon)
	wantField(t, err, "subject", "field.required")
	wantField(t, err, "channel", "field.unknown_value")
	_, err = Input{Subject: long, Channel: "phone", Priority: "soon"}.open(agent, noon)
	wantField(t, err, "subject", "field.too_long")
	wantField(t, err, "priority", "field.unknown_value")
	got, err := Input{Subject: long, Channel: "email"}.open(system, noon)
	if err != nil || len([]rune(got.Subject)) != SubjectMost || got.Priority != Normal || got.Status != StatusNew || got.LastBy != "system" {
		t.Errorf("%+v, %v", got, err)
	}
	if got, err = (Input{Channel: "email"}).open(system, noon); err != nil {
		t.Errorf("a mail without a subject: %+v, %v", got, err)
	}
	if got, err = (Input{Subject: "a\tb\r\nc", Channel: "visit", OwnerID: 3}).open(agent, noon); err != nil || got.Subject != "a b c" || got.Status != StatusAssigned {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestANumberLeadsBackToItsTicket(t *testing.T) {
	t.Parallel()
	if got := (Ticket{ID: 23}).Number(); got != "10023" {
		t.Errorf("number %s", got)
	}
	for number, id := range map[string]int64{"10023": 23, " #10001": 1, "10000": 0, "-5": 0, "99999999999999999999": 0, "abc": 0} {
		if got := IDOf(number); got != id {
			t.Errorf("%q is %d, want %d", number, got, id)
		}
	}
}

func TestWhoMaySeeATicket_R064(t *testing.T) {
	t.Parallel()
	agent := func(role string) actor.Actor { return actor.Actor{Kind: actor.Agent, ID: 7, Role: role} }
	tests := []struct {
		name          string
		who           actor.Actor
		team, creator int64
		want          bool
	}{
		{"a rep sees the firm's queue", agent("rep"), 0, 0, true},
		{"a rep sees an ordinary team", agent("rep"), 1, 0, true},
		{"a rep does not see a private team of others", agent("rep"), 2, 0, false},
		{"not even what he registered there", agent("rep"), 2, 7, false},
		{"a supervisor sees private teams", agent("supervisor"), 2, 0, true},
		{"an employee does not see the queue", agent("employee"), 0, 0, false},
		{"an employee sees what he registered", agent("employee"), 0, 7, true},
		{"wherever it has gone", agent("employee"), 2, 7, true},
		{"the system sees all", actor.Actor{Kind: actor.System}, 2, 0, true},
		{"a customer sees none here", actor.Actor{Kind: actor.Contact, ID: 7}, 0, 7, false},
		{"nobody sees nothing", actor.Actor{}, 0, 0, false},
	}
	for _, tt := range tests {
		if got := Visible(tt.who, tt.team, tt.creator, []int64{2}); got != tt.want {
			t.Errorf("%s: %v", tt.name, got)
		}
	}
}
