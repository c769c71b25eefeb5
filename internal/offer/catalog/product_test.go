package catalog

import (
	"errors"
	"testing"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/fault"
)

// fieldOf gives the first field that is wrong.
func fieldOf(err error) string {
	if f, ok := errors.AsType[*fault.Error](err); ok && len(f.Fields) > 0 {
		return f.Fields[0].Name
	}
	return ""
}

func TestAProductIsLaunchedOnceAndStaysKnownWhenItEnds_R304(t *testing.T) {
	t.Parallel()
	status := func(s Status) *Status { return &s }
	code := "HG-15A"
	p, err := Product{}.with(Patch{Code: &code, Names: &Names{"en": " Screw compressor ", "zh-TW": ""}, Status: status(Draft)}, "2026-05-01")
	if err != nil || p.Since != "" || len(p.Names) != 1 || p.Names["en"] != "Screw compressor" {
		t.Fatal(p, err)
	}
	if p, err = p.with(Patch{Status: status(Active)}, "2026-06-01"); err != nil || p.Since != "2026-06-01" || !p.New("2026-06-20") || p.New("2026-09-01") {
		t.Fatal(p, err)
	}
	if p, err = p.with(Patch{Status: status(Discontinued)}, "2026-08-01"); err != nil || p.Ended != "2026-08-01" || p.New("2026-08-01") {
		t.Fatal(p, err)
	}
	if _, err = p.with(Patch{Status: status(Draft)}, "2026-08-02"); fieldOf(err) != "status" {
		t.Error("back to a draft:", err)
	}
	if p, err = p.with(Patch{Status: status(Active)}, "2026-08-02"); err != nil || p.Ended != "" || p.Since != "2026-06-01" {
		t.Error(p, err)
	}
}

func TestWhatIsWrongWithAProductIsSaidBesideTheField(t *testing.T) {
	t.Parallel()
	code, blank, much := "X", " ", int64(4)
	good := Patch{Code: &code, Names: &Names{"en": "X"}}
	for name, tt := range map[string]struct {
		change func(*Patch)
		field  string
	}{
		"no code":          {func(p *Patch) { p.Code = &blank }, "code"},
		"no name":          {func(p *Patch) { p.Names = &Names{"en": " "} }, "names"},
		"unknown language": {func(p *Patch) { p.Names = &Names{"fr": "X"} }, "names"},
		"too critical":     {func(p *Patch) { p.Criticality = &much }, "criticality"},
		"a group that is none": {func(p *Patch) {
			p.Attributes = &[]Attribute{{Group: "beauty", Names: Names{"en": "Colour"}, Value: "red"}}
		}, "attributes[0].group"},
		"two lines of one key": {func(p *Patch) {
			p.Attributes = &[]Attribute{
				{Group: "function", Names: Names{"en": "Flow"}, Value: "1"},
				{Group: "function", Key: "flow", Names: Names{"en": "Flow rate"}, Value: "2"},
			}
		}, "attributes[1].key"},
		"a line without a value": {func(p *Patch) { p.Attributes = &[]Attribute{{Group: "function", Names: Names{"en": "Flow"}}} }, "attributes[0].value"},
	} {
		p := good
		tt.change(&p)
		if _, err := (Product{}).with(p, "2026-05-01"); fieldOf(err) != tt.field {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestSheetsSideBySideShowWhatDiffers_R259(t *testing.T) {
	t.Parallel()
	line := func(key, group, value, unit string) Attribute {
		return Attribute{Key: key, Group: group, Names: Names{"en": key}, Value: value, Unit: unit}
	}
	cooled := func(en string) Attribute {
		return Attribute{Key: "cooling", Group: "function", Names: Names{"en": "cooling"}, Values: Names{"en": en}}
	}
	rows := Compare([]Product{
		{Attributes: []Attribute{line("noise", "performance", "68", "dB"), cooled("Air"), line("power", "performance", "15", "kW"), line("warranty", "quality", "24", "months")}},
		{Attributes: []Attribute{cooled("air"), line("power", "performance", "22", "kW"), line("noise", "performance", "68", "dB"), line("drive", "function", "belt", "")}},
	})
	want := []struct {
		key     string
		differs bool
	}{{"cooling", false}, {"drive", true}, {"noise", false}, {"power", true}, {"warranty", true}}
	if len(rows) != len(want) {
		t.Fatalf("%d lines", len(rows))
	}
	for i, w := range want {
		if rows[i].Key != w.key || rows[i].Differs != w.differs {
			t.Errorf("line %d is %s, differs %v", i, rows[i].Key, rows[i].Differs)
		}
	}
	if rows[1].Cells[0] != nil || rows[1].Cells[1].Value != "belt" {
		t.Error(rows[1])
	}
}

func TestAnAudienceAdmitsWhoBelongsToIt_R240(t *testing.T) {
	t.Parallel()
	nobody, contact := actor.Actor{Kind: actor.Anonymous}, actor.Actor{Kind: actor.Contact, ID: 1}
	rep, system := actor.Actor{Kind: actor.Agent, ID: 1, Role: "rep"}, actor.Actor{Kind: actor.System}
	for a, want := range map[Audience][4]bool{
		Public: {true, true, true, true}, Customers: {false, true, true, true}, Partners: {false, false, true, true}, Internal: {false, false, true, true},
	} {
		for i, by := range []actor.Actor{nobody, contact, rep, system} {
			if a.admits(by) != want[i] {
				t.Errorf("%s and %s: %v", a, by.Kind, a.admits(by))
			}
		}
	}
}

func TestTheNearestLanguageStandsIn(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		names        Names
		locale, want string
	}{
		{Names{"en": "Chair", "zh-CN": "牙科椅"}, "zh-TW", "牙科椅"},
		{Names{"en": "Chair"}, "zh-CN", "Chair"},
		{Names{"zh-TW": "治療椅"}, "en", "治療椅"},
		{Names{}, "en", ""},
	} {
		if got := NameIn(tt.names, tt.locale); got != tt.want {
			t.Errorf("%v in %s is %q", tt.names, tt.locale, got)
		}
	}
}
