package customer_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"heed/internal/kernel/fault"
	"heed/internal/people/authority"
	"heed/internal/people/customer"
)

func TestWhatIsKnownAboutACustomerIsKept_R048(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h house) {
		firm := h.make(t, customer.Registration{
			Kind: customer.Organization, Name: "悦齿口腔",
			Profile: customer.Profile{Tier: new(customer.Gold), Region: new("华南"), City: new("广州"), PreferredAgentID: new(int64(7))},
		})
		c := h.make(t, customer.Registration{Name: "李安娜", Organizations: []customer.Member{{OrganizationID: firm.ID}}})
		if tier, err := h.TierOf(h.rep, c.ID); err != nil || tier != "gold" {
			t.Error("the tier of the firm is not that of its people:", tier, err)
		}
		if region, err := h.RegionOf(h.rep, c.ID); err != nil || region != "华南" {
			t.Error(region, err)
		}
		if agent, err := h.PreferredAgent(h.rep, c.ID); err != nil || agent != 7 {
			t.Error(agent, err)
		}
		if tier, err := h.TierOf(h.rep, 0); err != nil || tier != "" {
			t.Error(tier, err)
		}
		c, err := h.Change(h.rep, c.ID, 0, customer.Patch{Profile: customer.Profile{
			Tier: new(customer.Platinum), Since: new("2019-05-01"), Novice: new(customer.NoviceYes), NeedLevel: new("relationship"),
			Type: new("personal"), ChainRole: new("end_customer"), PreferredAgentID: new(int64(9)),
		}})
		if err != nil {
			t.Fatal(err)
		}
		got, err := h.Get(h.rep, c.ID)
		if err != nil || got.Tier != customer.Platinum || got.Joined("UTC") != "2019-05-01" || got.Novice != customer.NoviceYes ||
			got.NeedLevel != "relationship" || got.Type != "personal" || got.ChainRole != "end_customer" || got.PreferredAgentID != 9 {
			t.Errorf("%+v %v", got, err)
		}
		if tier, err := h.TierOf(h.rep, c.ID); err != nil || tier != "platinum" {
			t.Error(tier, err)
		}
		ev := h.events(t)
		if last := ev[len(ev)-1]; last != "customer.changed 2 tier,since,novice,preferred_agent_id,need_level,customer_type,chain_role" {
			t.Error(last)
		}
		_, err = h.Change(h.rep, c.ID, 0, customer.Patch{Profile: customer.Profile{
			Tier: new(customer.Tier("diamond")), Since: new("1.5.2019"), NeedLevel: new("x"), Type: new("x"), ChainRole: new("x"), Region: new(strings.Repeat("长", 81)),
		}})
		want := "tier field.unknown_value, need_level field.unknown_value, customer_type field.unknown_value, chain_role field.unknown_value, " +
			"region field.too_long, since field.date_invalid"
		if got := fields(err); got != want {
			t.Error(got)
		}
	})
}

func TestTheDayOfRegistrationIsThatOfTheFirm(t *testing.T) {
	t.Parallel()
	c := customer.Customer{CreatedAt: time.Date(2026, 11, 24, 23, 0, 0, 0, time.UTC)}
	for zone, want := range map[string]string{"UTC": "2026-11-24", "Asia/Shanghai": "2026-11-25", "nowhere": "2026-11-24"} {
		if got := c.Joined(zone); got != want {
			t.Errorf("%s: %s", zone, got)
		}
	}
}

func TestAPersonHasOtherRolesInEachOrganization_R052(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h house) {
		clinic := h.make(t, customer.Registration{Kind: customer.Organization, Name: "Clinic"})
		payer := h.make(t, customer.Registration{Kind: customer.Organization, Name: "Leasing"})
		c := h.make(t, customer.Registration{Name: "Anna", Organizations: []customer.Member{
			{OrganizationID: clinic.ID, Title: "Dentist", Roles: []string{"user", "decision_maker", "user"}}, {OrganizationID: payer.ID, Roles: []string{"payer"}},
		}})
		got, err := h.Get(h.rep, c.ID)
		if err != nil || !slices.Equal(got.Organizations[0].Roles, []string{"user", "decision_maker"}) || !slices.Equal(got.Organizations[1].Roles, []string{"payer"}) {
			t.Fatalf("%+v %v", got.Organizations, err)
		}
		now, err := h.Change(h.rep, c.ID, 0, customer.Patch{Organizations: &[]customer.Member{
			{OrganizationID: clinic.ID, Title: "Dentist", Roles: []string{"buyer"}}, {OrganizationID: payer.ID, Roles: []string{"payer"}},
		}})
		if err != nil || now.Version != 2 {
			t.Error("another role is a change:", now.Version, err)
		}
		if got, err := h.Get(h.rep, c.ID); err != nil || !slices.Equal(got.Organizations[0].Roles, []string{"buyer"}) {
			t.Errorf("%+v %v", got.Organizations, err)
		}
		_, err = h.Change(h.rep, c.ID, 0, customer.Patch{Organizations: &[]customer.Member{{OrganizationID: clinic.ID, Roles: []string{"king"}}}})
		if got := fields(err); got != "organization_ids[0].roles field.unknown_value" {
			t.Error(got)
		}
	})
}

// nineInTokyo is nine in the morning in Tokyo, and eight in Shanghai.
var nineInTokyo = time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)

func TestNoCallsBeforeTenWarnsAtNineOfHisClock_R405(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h house) {
		c := h.make(t, customer.Registration{Name: "Sato", Zone: "Asia/Tokyo", Profile: customer.Profile{Preferences: &[]customer.Preference{
			{Kind: customer.PreferTime, Channel: "phone", NotBefore: "10", NotAfter: "18:30", Text: "sleeps long", Warn: true},
		}}})
		code := func(channel string, at time.Time) string {
			t.Helper()
			ws, err := h.WarningsFor(h.rep, c.ID, channel, at)
			if err != nil {
				t.Fatal(err)
			}
			if len(ws) == 0 {
				return ""
			}
			if ws[0].Zone != "Asia/Tokyo" || ws[0].NotBefore != "10:00" || ws[0].Text != "sleeps long" {
				t.Errorf("%+v", ws[0])
			}
			return ws[0].Code + " " + ws[0].LocalTime
		}
		for at, want := range map[time.Time]string{
			nineInTokyo:                                                "too_early 09:00",
			nineInTokyo.Add(59 * time.Minute):                          "too_early 09:59",
			nineInTokyo.Add(time.Hour):                                 "",
			nineInTokyo.Add(9*time.Hour + 29*time.Minute):              "",
			nineInTokyo.Add(9*time.Hour + 30*time.Minute):              "too_late 18:30",
			nineInTokyo.Add(-10 * time.Hour).Add(24 * time.Hour):       "too_late 23:00",
			time.Date(2026, 11, 25, 1, 0, 0, 0, time.UTC):              "",
			time.Date(2026, 11, 24, 23, 59, 59, 999_999_000, time.UTC): "too_early 08:59",
		} {
			if got := code("phone", at); got != want {
				t.Errorf("%s: %q, want %q", at, got, want)
			}
		}
		if got := code("email", nineInTokyo); got != "" {
			t.Error("a mail disturbs nobody:", got)
		}
		if got := code("", nineInTokyo); got != "too_early 09:00" {
			t.Error("in general:", got)
		}
		// His zone counts, else the firm's.
		if _, err := h.Change(h.rep, c.ID, 0, customer.Patch{Zone: new("")}); err != nil {
			t.Fatal(err)
		}
		ws, err := h.WarningsFor(h.rep, c.ID, "phone", nineInTokyo)
		if err != nil || len(ws) != 1 || ws[0].Zone == "Asia/Tokyo" {
			t.Errorf("%+v %v", ws, err)
		}
	})
}

func TestPreferencesAreHeardAndChecked_R405(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h house) {
		firm := h.make(t, customer.Registration{Kind: customer.Organization, Name: "Clinic", Profile: customer.Profile{Preferences: &[]customer.Preference{
			{Kind: customer.PreferTaboo, Text: "the accident of 2019", Warn: true},
		}}})
		c := h.make(t, customer.Registration{
			Name: "Li", Organizations: []customer.Member{{OrganizationID: firm.ID}},
			Profile: customer.Profile{Preferences: &[]customer.Preference{
				{Kind: customer.PreferChannel, Channel: "email", Warn: true},
				{Kind: customer.PreferTone, Text: "formal"},
				{Kind: customer.PreferTime, NotBefore: "20:00", NotAfter: "02:00", Warn: true},
			}},
		})
		codes := func(channel string, at time.Time) string {
			ws, err := h.WarningsFor(h.rep, c.ID, channel, at)
			if err != nil {
				t.Fatal(err)
			}
			var out []string
			for _, w := range ws {
				out = append(out, string(w.Kind)+":"+w.Code)
			}
			return strings.Join(out, " ")
		}
		if _, err := h.Change(h.rep, c.ID, 0, customer.Patch{Zone: new("UTC")}); err != nil {
			t.Fatal(err)
		}
		noon, night := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC), time.Date(2026, 1, 1, 23, 0, 0, 0, time.UTC)
		if got := codes("phone", noon); got != "channel:other_channel time:too_early taboo:note" {
			t.Error(got)
		}
		if got := codes("email", night); got != "taboo:note" {
			t.Error(got)
		}
		_, err := h.Change(h.rep, c.ID, 0, customer.Patch{Profile: customer.Profile{Preferences: &[]customer.Preference{
			{Kind: "mood", Text: "x"},
			{Kind: customer.PreferTime},
			{Kind: customer.PreferTime, NotBefore: "25:00"},
			{Kind: customer.PreferTone},
			{Kind: customer.PreferChannel, Channel: "pigeon"},
			{Kind: customer.PreferChannel},
			{Kind: customer.PreferOther, Text: strings.Repeat("长", 301)},
		}}})
		want := "preferences[0].kind field.unknown_value, preferences[1].not_before field.required, preferences[2].not_before field.time_invalid, " +
			"preferences[2].not_before field.required, preferences[3].text field.required, preferences[4].channel field.unknown_value, " +
			"preferences[5].channel field.required, preferences[6].text field.too_long"
		if got := fields(err); got != want {
			t.Error(got)
		}
	})
}

func TestAProfileThroughTheAPI(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h house) {
		do := h.api(t)
		made := do(http.StatusCreated, "POST", "/customers", `{"name":"王芳","tier":"gold","preferred_agent_id":3,"preferences":[{"kind":"time","not_before":"10:00","channel":"phone","warn":true}]}`)
		if made["tier"] != "gold" || made["preferred_agent_id"] != 3.0 || made["merged_into"] != nil || made["since"] != "" {
			t.Errorf("%v", made)
		}
		changed := do(http.StatusOK, "PATCH", "/customers/1", `{"preferred_agent_id":null,"region":"华东","preferences":[]}`, "If-Match", `"1"`)
		if changed["preferred_agent_id"] != nil || changed["tier"] != "gold" || changed["region"] != "华东" || len(changed["preferences"].([]any)) != 0 {
			t.Errorf("%v", changed)
		}
		do(http.StatusUnprocessableEntity, "PATCH", "/customers/1", `{"tier":"x"}`, "If-Match", `"2"`)
	})
}

func TestASupervisorsFieldsAreNotForEmployees_R064(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h house) {
		c := h.make(t, customer.Registration{Name: "Li"})
		if _, err := h.Change(as(t, authority.Employee), c.ID, 0, customer.Patch{Profile: customer.Profile{Tier: new(customer.Gold)}}); !fault.Is(err, fault.KindForbidden) {
			t.Error(err)
		}
		if _, err := h.WarningsFor(as(t, authority.Employee), c.ID, "phone", time.Time{}); err != nil {
			t.Error("who may look somebody up may know how he likes it:", err)
		}
	})
}
