package desk

import (
	"cmp"
	"context"
	"slices"
	"time"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/fault"
	"heed/internal/people/authority"
)

// reportMost bounds the period of a report.
const reportMost = 400 * 24 * time.Hour

// Period says which tickets a report is about: registered from From on and
// before To, narrowed by place (in any writing) and type (with those below it).
type Period struct {
	From, To time.Time
	Place    string
	Type     int64
	types    []int64
}

// Share is a group of tickets in a report.
type Share struct {
	TypeID       int64  `db:"type_id" json:"type_id" doc:"0: of no type"`
	Place        string `db:"place" json:"place"`
	Channel      string `db:"channel" json:"channel"`
	N            int64  `db:"n" json:"n"`
	Ended        int64  `db:"ended" json:"ended" doc:"Solved or closed"`
	FirstContact int64  `db:"first_n" json:"first_contact" doc:"Settled when they were registered"`
	SpentSeconds int64  `db:"spent" json:"spent_seconds"`
}

// Requests is what came in during a period (R296, R446).
type Requests struct {
	Total     Share   `json:"total"`
	ByType    []Share `json:"by_type"`
	ByPlace   []Share `json:"by_place"`
	ByChannel []Share `json:"by_channel"`
}

// Requests counts what came in, by type, place and channel.
func (s *Service) Requests(ctx context.Context, p Period) (Requests, error) {
	out := Requests{}
	shares, err := reported(ctx, s, p, s.shares)
	if err != nil {
		return out, err
	}
	out.ByType = gather(shares, func(r Share) Share { return Share{TypeID: r.TypeID} })
	out.ByPlace = gather(shares, func(r Share) Share { return Share{Place: r.Place} })
	out.ByChannel = gather(shares, func(r Share) Share { return Share{Channel: r.Channel} })
	if all := gather(shares, func(Share) Share { return Share{} }); len(all) > 0 {
		out.Total = all[0]
	}
	return out, nil
}

// gather adds up what is alike in what key leaves of it, the most first.
func gather(in []Share, key func(Share) Share) []Share {
	sums := map[Share]Share{}
	for _, r := range in {
		k := key(r)
		sum := sums[k]
		sum.TypeID, sum.Place, sum.Channel = k.TypeID, k.Place, k.Channel
		sum.N, sum.Ended, sum.FirstContact, sum.SpentSeconds = sum.N+r.N, sum.Ended+r.Ended, sum.FirstContact+r.FirstContact, sum.SpentSeconds+r.SpentSeconds
		sums[k] = sum
	}
	out := make([]Share, 0, len(sums))
	for _, sum := range sums {
		out = append(out, sum)
	}
	slices.SortFunc(out, func(a, b Share) int {
		return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(a.TypeID, b.TypeID), cmp.Compare(a.Place, b.Place), cmp.Compare(a.Channel, b.Channel))
	})
	return out
}

// FaultShare is how often a fault code came and how long it took to restore.
type FaultShare struct {
	Code     string `json:"code" doc:"As it is found: folded"`
	N        int64  `json:"n"`
	Restored int64  `json:"restored" doc:"Of how many the time is known"`
	// RestoreSeconds is the mean from the start of the fault, or where that is
	// not known from the registration, until it was solved.
	RestoreSeconds int64 `json:"restore_seconds"`
}

// Faults counts the fault codes of a period with the mean time to restore (R245).
func (s *Service) Faults(ctx context.Context, p Period) ([]FaultShare, error) {
	rows, err := reported(ctx, s, p, s.faults)
	if err != nil {
		return nil, err
	}
	byCode, out := map[string]*FaultShare{}, []FaultShare{}
	for _, r := range rows {
		f := byCode[r.Code]
		if f == nil {
			f = &FaultShare{Code: r.Code}
			byCode[r.Code] = f
		}
		f.N++
		if took, ok := r.restored(); ok {
			f.Restored++
			f.RestoreSeconds += took
		}
	}
	for _, f := range byCode {
		if f.Restored > 0 {
			f.RestoreSeconds /= f.Restored
		}
		out = append(out, *f)
	}
	slices.SortFunc(out, func(a, b FaultShare) int { return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(a.Code, b.Code)) })
	return out, nil
}

// restored is how many seconds it took until the fault was gone.
func (r faultRow) restored() (int64, bool) {
	if r.SolvedAt == 0 {
		return 0, false
	}
	start := r.CreatedAt
	if since, err := time.Parse(time.RFC3339, r.Fields.V["fault_since"]); err == nil {
		start = since
	}
	took := time.UnixMicro(r.SolvedAt).Sub(start)
	return int64(took / time.Second), took >= 0
}

// reported runs the query of a report for the actor.
func reported[T any](ctx context.Context, s *Service, p Period, query func(context.Context, Period, []int64) ([]T, error)) ([]T, error) {
	if err := authority.Require(ctx, authority.TicketView); err != nil {
		return nil, err
	}
	var f fault.Fields
	if !p.From.Before(p.To) || p.To.Sub(p.From) > reportMost {
		f.Add("to", "desk.period_invalid", "days", int(reportMost/(24*time.Hour)))
	}
	if err := f.Err(); err != nil {
		return nil, err
	}
	hidden, err := s.hidden(ctx, actor.From(ctx))
	if err != nil {
		return nil, err
	}
	if p.Type != 0 {
		if p.types, err = s.typesUnder(ctx, p.Type); err != nil {
			return nil, err
		}
	}
	return query(ctx, p, hidden)
}

// Places lists the places that tickets have, for who types one.
func (s *Service) Places(ctx context.Context) ([]string, error) {
	if err := authority.Require(ctx, authority.TicketCreate); err != nil {
		return nil, err
	}
	return s.places(ctx)
}
