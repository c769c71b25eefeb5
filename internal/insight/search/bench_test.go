package search_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"heed/internal/insight/search"
	"heed/internal/kernel/event"
	"heed/internal/platform/db"
	"heed/internal/platform/db/dbtest"
)

const (
	benchTickets  = 4_000
	benchMessages = 30_000
)

// benchWords is a vocabulary in which a few words are very common and most are
// rare, as in what people write.
func benchWords(r *rand.Rand) []string {
	han := []rune("空压机报警漏水温度过高保养滤芯合同客户更换油封传感器压力开关启动停机噪音振动冷却风扇皮带电磁阀牙科椅照明灯吸唾管手机涡轮诊所发票报价零件库存上门时间工程师")
	out := make([]string, 3000)
	for i := range out {
		if i%4 == 0 {
			out[i] = fmt.Sprintf("part%d-%c", i, 'a'+rune(r.IntN(26)))
			continue
		}
		n := 2 + r.IntN(3)
		for range n {
			out[i] += string(han[r.IntN(len(han))])
		}
	}
	return out
}

// fill writes tickets and messages as their slices store them, all in few
// transactions, and their events.
func fill(b *testing.B, h *house) {
	b.Helper()
	r := rand.New(rand.NewPCG(1, 2))
	words := benchWords(r)
	zipf := rand.NewZipf(r, 1.1, 4, uint64(len(words)-1))
	const each = 1_000
	for done := 0; done < benchMessages; done += each {
		err := h.db.Write(as(b, boss), func(ctx context.Context) error {
			for i := range each {
				id := done + i
				if id < benchTickets {
					if _, err := db.Exec(ctx, h.db, `INSERT INTO ticket (subject, status, rank, channel, shelf, customer_id, organization_id, team_id, owner_id,
						mailbox_id, tags, result_code, result_text, snoozed_until, preview, last_by, last_message_at, message_count, incoming_count, begun,
						created_by_kind, created_by_id, created_by_name, creator_id, created_at, updated_at, solved_at, closed_at, version)
						VALUES (?, 'new', 2, 'email', 0, 0, 0, ?, 0, 0, '[]', '', '', 0, '', 'customer', 1, 1, 1, ?, 'system', 0, '', 0, ?, 1, 0, 0, 1)`,
						words[zipf.Uint64()]+" "+words[zipf.Uint64()], id%3, false, id); err != nil {
						return err
					}
				}
				var text strings.Builder
				for range 12 + r.IntN(30) {
					text.WriteString(words[zipf.Uint64()])
					text.WriteByte(' ')
				}
				ticketID := int64(1 + r.IntN(min(benchTickets, id+1)))
				m, err := db.One[int64](ctx, h.db, `INSERT INTO message (ticket_id, kind, channel, author_kind, author_id, author_name, sender, answer_to, recipients,
					copies, subject, body_text, body_html, quoted_text, quoted_html, quoted, html_mail, blocked, original_key, lang, automatic, state, error_key,
					error_detail, client_key, created_at, sent_at) VALUES (?, ?, 'email', 'customer', 0, '', '', '[]', '[]', '[]', '', ?, '', '', '', ?, ?, 0, '',
					'', ?, 'received', '', '', '', ?, 0) RETURNING id`, ticketID, []string{"incoming", "reply", "note"}[id%3], text.String(), false, false, false, id)
				if err != nil {
					return err
				}
				ev := event.New{Kind: "message.received", About: event.Ref{Kind: "ticket", ID: ticketID}, Data: map[string]int64{"message_id": m}}
				if err := h.journal.Record(ctx, ev); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkSearch measures indexing and the questions of every day over 30,000
// messages, for a rep from whom a private team is hidden.
func BenchmarkSearch(b *testing.B) {
	for _, engine := range dbtest.Engines() {
		b.Run(string(engine), func(b *testing.B) {
			h := build(b, dbtest.New(b, engine, migrations()))
			fill(b, h)
			b.Run("follow", func(b *testing.B) {
				h.catchUp(b)
				for b.Loop() {
					h.insert(b, "UPDATE journal_follower SET pos = 0 WHERE name = 'search' RETURNING pos")
					h.catchUp(b)
				}
				b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/benchMessages, "µs/message")
			})
			if engine == dbtest.Postgres {
				if err := h.db.Write(b.Context(), func(ctx context.Context) error {
					_, err := db.Exec(ctx, h.db, "ANALYZE")
					return err
				}); err != nil {
					b.Fatal(err)
				}
			}
			for _, q := range []string{"空压", "报警 漏水", "part2000", "par", "空", "客户更换 par", "10044", "13800138000"} {
				b.Run("find "+q, func(b *testing.B) {
					for b.Loop() {
						if _, err := h.Find(as(b, ann), search.Query{Text: q}); err != nil {
							b.Fatal(err)
						}
					}
				})
			}
		})
	}
}
