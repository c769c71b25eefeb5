package customer_test

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"testing"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/clock"
	"heed/internal/people/authority"
	"heed/internal/people/customer"
	"heed/internal/people/setting"
	"heed/internal/platform/db"
	"heed/internal/platform/db/dbtest"
	"heed/internal/platform/journal"
)

// benchCustomers is how many customers the box must find somebody among.
const benchCustomers = 100_000

// crowd registers many customers whose names are as alike as those of real
// people, and one who is looked for; it gives his id.
func (h house) crowd(b *testing.B, n int) int64 {
	b.Helper()
	family, given := []rune("王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗"), []rune("芳伟娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰建国文辉志红梅春燕")
	first := []string{"Anna", "Ben", "Clara", "David", "Emma", "Frank", "Grace", "Henry", "Iris", "Jack"}
	r := rand.New(rand.NewPCG(3, 4))
	pick := func(from []rune) string { return string(from[r.IntN(len(from))]) }
	system := actor.AsSystem(b.Context())
	var wanted int64
	const each = 500
	for done := 0; done < n; done += each {
		err := h.db.Write(system, func(ctx context.Context) error {
			for i := done; i < done+each; i++ {
				reg := customer.Registration{
					Name: pick(family) + pick(given) + pick(given), AllowDuplicate: true,
					Emails: []customer.Entry{{Value: fmt.Sprintf("user%d@mail%d.example", i, i%50)}},
					Phones: []customer.Entry{{Value: fmt.Sprintf("+86138%08d", i)}},
				}
				switch {
				case i == n/2:
					reg.Name, reg.Emails[0].Value, reg.Phones[0].Value = "欧阳雪莹", "xueying.ouyang@dental.example", "+8613912345678"
				case i%4 == 0:
					reg.Name = fmt.Sprintf("%s %c%d", first[r.IntN(len(first))], 'A'+rune(r.IntN(26)), r.IntN(3000))
				case i%10 == 1:
					reg.Kind, reg.Name = customer.Organization, pick(family)+pick(given)+"机械有限公司"
				}
				c, err := h.Create(ctx, reg)
				if err != nil {
					return err
				}
				if i == n/2 {
					wanted = c.ID
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	return wanted
}

// BenchmarkLookup_R306 asks the one box for the same customer among 100,000 by
// each key, and for words that very many share.
func BenchmarkLookup_R306(b *testing.B) {
	for _, engine := range dbtest.Engines() {
		b.Run(string(engine), func(b *testing.B) {
			d := dbtest.New(b, engine, schema)
			j := journal.New(journal.Deps{DB: d, Clock: clock.System{}, Log: slog.New(slog.DiscardHandler)})
			set := setting.New(setting.Deps{DB: d, Journal: j, Clock: clock.System{}})
			if _, err := set.Change(actor.AsSystem(b.Context()), 0, setting.Patch{Country: new("CN")}); err != nil {
				b.Fatal(err)
			}
			rep := actor.With(b.Context(), actor.Actor{Kind: actor.Agent, ID: 1, Role: authority.Rep})
			h := house{customer.New(customer.Deps{DB: d, Journal: j, Clock: clock.System{}, Settings: set}), d, j, rep}
			wanted := h.crowd(b, benchCustomers)
			if d.Postgres() {
				if err := d.Write(rep, func(ctx context.Context) error {
					_, err := db.Exec(ctx, d, "ANALYZE")
					return err
				}); err != nil {
					b.Fatal(err)
				}
			}
			for _, q := range []string{
				"欧阳雪莹", "雪莹", "ouyangxueying", "oyxy", "xueying.ouyang@dental.example", "xueying", "13912345678", "+86 139 1234", "5678901", "345678",
				customer.NumberOf(wanted),
			} {
				b.Run(q, func(b *testing.B) {
					for b.Loop() {
						found, _, err := h.LookupBest(rep, customer.Lookup{Q: q}, 20)
						if err != nil {
							b.Fatal(err)
						}
						if q == "5678901" {
							continue // nobody's
						}
						if len(found) == 0 || found[0].ID != wanted {
							b.Fatalf("%q finds %d others", q, len(found))
						}
					}
				})
			}
			for _, q := range []string{"王", "w", "anna", "example", "138", "1380"} {
				b.Run("many "+q, func(b *testing.B) {
					for b.Loop() {
						if _, _, err := h.LookupBest(rep, customer.Lookup{Q: q}, 20); err != nil {
							b.Fatal(err)
						}
					}
				})
			}
		})
	}
}
