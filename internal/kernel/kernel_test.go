// Package kernel_test shows the small promises of the words everybody shares.
package kernel_test

import (
	"errors"
	"testing"
	"time"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/clock"
	"heed/internal/kernel/fault"
	"heed/internal/kernel/id"
	"heed/internal/kernel/page"
)

func TestFaultKeepsKindKeyAndCause(t *testing.T) {
	t.Parallel()
	cause := errors.New("disk on fire")
	err := error(fault.Wrap(cause, fault.KindUnavailable, "blob.full", "limit", 3))
	if !fault.Is(err, fault.KindUnavailable) || fault.KeyOf(err) != "blob.full" || !errors.Is(err, cause) {
		t.Fatalf("lost something: %v", err)
	}
	if fault.KindOf(cause) != fault.KindInternal || fault.KeyOf(cause) != "internal" {
		t.Fatal("an error nobody named is internal")
	}
	if fault.Is(nil, fault.KindInternal) {
		t.Fatal("nil is no fault")
	}
}

func TestFieldsTellAllFaultsAtOnce(t *testing.T) {
	t.Parallel()
	var f fault.Fields
	if f.Err() != nil {
		t.Fatal("nothing added is no error")
	}
	f.Add("name", "field.required")
	f.Add("email", "field.email_invalid", "value", "x")
	var e *fault.Error
	if !errors.As(f.Err(), &e) || len(e.Fields) != 2 || e.Fields[1].Params["value"] != "x" {
		t.Fatalf("got %v", f.Err())
	}
}

func TestCursorGivesBackItsKeyAndRefusesOthers(t *testing.T) {
	t.Parallel()
	c := page.Encode(int64(1<<53+1), "号")
	var n int64
	var s string
	if err := page.Decode(c, &n, &s); err != nil || n != 1<<53+1 || s != "号" {
		t.Fatalf("%v %d %s", err, n, s)
	}
	for _, bad := range []string{"%%%", "e30", page.Encode(1), page.Encode("a", "b")} {
		if !fault.Is(page.Decode(bad, &n, &s), fault.KindInvalid) {
			t.Errorf("%q was taken", bad)
		}
	}
	p := page.Cut([]int{1, 2, 3}, 2, func(i int) []any { return []any{i} })
	if len(p.Items) != 2 || p.Next != page.Encode(2) {
		t.Fatalf("%+v", p)
	}
}

func TestTokensAreLongAndDiffer(t *testing.T) {
	t.Parallel()
	if a, b := id.Token(), id.Token(); a == b || len(a) != 26 || len(id.Secret()) != 52 {
		t.Fatal(a, b)
	}
}

func TestManualClockMovesOnlyWhenTold(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 1, 9, 0, 0, 123456789, time.FixedZone("x", 3600))
	c := clock.NewManual(at)
	if got := c.Now(); got.Location() != time.UTC || got.Nanosecond() != 123456000 {
		t.Fatal(got)
	}
	before := c.Now()
	c.Advance(time.Hour)
	if c.Now().Sub(before) != time.Hour {
		t.Fatal("did not advance")
	}
}

func TestNobodyActsUntilSomebodyDoes(t *testing.T) {
	t.Parallel()
	if actor.From(t.Context()).Kind != actor.Anonymous {
		t.Fatal("an empty context must be anonymous")
	}
	ctx := actor.With(t.Context(), actor.Actor{Kind: actor.Agent, ID: 7, Teams: []int64{2}})
	if a := actor.From(ctx); a.ID != 7 || !a.InTeam(2) || a.InTeam(3) {
		t.Fatal("lost the actor")
	}
	if actor.From(actor.AsSystem(ctx)).Kind != actor.System {
		t.Fatal("the system acts")
	}
}
