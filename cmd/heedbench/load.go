package main

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// creates measures tickets created through the API, each a ticket with a
// first message of a known customer, by 1, 8 and 64 clients.
func (s *server) creates(ctx context.Context, r *report, load time.Duration) error {
	var customer struct{ ID int64 }
	err := s.call(ctx, client(1), http.MethodPost, "/customers", s.token, map[string]any{
		"kind": "person", "name": "王晓敏", "emails": []map[string]any{{"value": "wang@customer.example"}},
	}, &customer)
	if err != nil {
		return err
	}
	for _, clients := range []int{1, 8, 64} {
		rate, lat, err := s.create(ctx, clients, customer.ID, load)
		if err != nil {
			return err
		}
		aim := ""
		if clients == 64 {
			aim = "> 3000"
		}
		r.add(fmt.Sprintf("tickets created, %d clients", clients), rate, "/s", aim)
		r.add(fmt.Sprintf("  one creation, %d clients, p50", clients), ms(lat[len(lat)/2]), "ms", "")
		r.add(fmt.Sprintf("  one creation, %d clients, p99", clients), ms(lat[len(lat)*99/100]), "ms", "")
	}
	return nil
}

func (s *server) newTicket(customer int64, n int64) map[string]any {
	return map[string]any{
		"subject": fmt.Sprintf("压缩机异响，需要今天上门 %d", n), "customer_id": customer, "channel": "phone",
		"message": map[string]any{"kind": "incoming", "text": "你好，我们 B 车间那台 75kW 的空压机，昨天师傅换完滤芯之后声音更大了。"},
	}
}

func (s *server) create(ctx context.Context, clients int, customer int64, load time.Duration) (float64, []time.Duration, error) {
	c := client(clients)
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var n atomic.Int64
	all := make([][]time.Duration, clients)
	begin := time.Now()
	var wg sync.WaitGroup
	for i := range clients {
		wg.Go(func() {
			for time.Since(begin) < load && ctx.Err() == nil {
				at := time.Now()
				if err := s.call(ctx, c, http.MethodPost, "/tickets", s.token, s.newTicket(customer, n.Add(1)), nil); err != nil {
					cancel(err)
					return
				}
				all[i] = append(all[i], time.Since(at))
			}
		})
	}
	wg.Wait()
	took := time.Since(begin)
	if err := context.Cause(ctx); err != nil {
		return 0, nil, err
	}
	lat := slices.Concat(all...)
	slices.Sort(lat)
	return float64(len(lat)) / took.Seconds(), lat, nil
}

// delay measures the time from the sending of a creation to its event on each
// of the connected pages, every page of another agent.
func (s *server) delay(ctx context.Context, r *report, pages int) error {
	cookies, err := s.agents(ctx, pages)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	seen := make(chan string, pages*200)
	var up sync.WaitGroup
	up.Add(pages)
	for _, cookie := range cookies {
		go func() {
			if err := s.page(ctx, cookie, up.Done, seen); err != nil && ctx.Err() == nil {
				cancel(err)
			}
		}()
	}
	up.Wait()
	var lat []time.Duration
	c := client(1)
	for i := range 60 {
		subject := fmt.Sprintf("delay-%d-end", i)
		at := time.Now()
		if err := s.call(ctx, c, http.MethodPost, "/tickets", s.token, map[string]any{"subject": subject, "channel": "phone"}, nil); err != nil {
			return err
		}
		for range pages {
			select {
			case got := <-seen:
				if got == subject {
					lat = append(lat, time.Since(at))
				}
			case <-time.After(10 * time.Second):
				return fmt.Errorf("a page did not get ticket %d", i)
			case <-ctx.Done():
				return context.Cause(ctx)
			}
		}
	}
	slices.Sort(lat)
	r.add(fmt.Sprintf("sent to seen on each of %d pages, p50", pages), ms(lat[len(lat)/2]), "ms", "")
	r.add(fmt.Sprintf("sent to seen on each of %d pages, p99", pages), ms(lat[len(lat)*99/100]), "ms", "< 50")
	return nil
}

// agents invites people and has them accept, and gives their session cookies.
func (s *server) agents(ctx context.Context, n int) ([]string, error) {
	c := client(4)
	var cookies []string
	for i := range n {
		var inv struct{ Link string }
		err := s.call(ctx, c, http.MethodPost, "/invitations", s.token, map[string]any{
			"email": fmt.Sprintf("rep%d-%d@heed.example", i, time.Now().Unix()), "name": fmt.Sprintf("Rep %d", i), "role": "rep", "team_ids": []int64{},
		}, &inv)
		if err != nil {
			return nil, err
		}
		token := inv.Link[strings.LastIndexByte(inv.Link, '/')+1:]
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.url+"/api/v1/invitations/"+token+"/accept",
			strings.NewReader(`{"password":"a long bench password 7"}`))
		if err != nil {
			return nil, err
		}
		req.Header.Set("Content-Type", "application/json")
		res, err := c.Do(req)
		if err != nil {
			return nil, err
		}
		_ = res.Body.Close()
		if len(res.Cookies()) == 0 {
			return nil, fmt.Errorf("accepting an invitation: %s", res.Status)
		}
		cookies = append(cookies, res.Cookies()[0].String())
	}
	return cookies, nil
}

// page holds one stream open and reports the subjects of created tickets.
func (s *server) page(ctx context.Context, cookie string, up func(), seen chan<- string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url+"/api/v1/events", nil)
	if err != nil {
		return err
	}
	name, value, _ := strings.Cut(strings.SplitN(cookie, ";", 2)[0], "=")
	req.AddCookie(&http.Cookie{Name: name, Value: value})
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	lines := bufio.NewScanner(res.Body)
	lines.Buffer(nil, 1<<20)
	var once sync.Once
	for lines.Scan() {
		once.Do(up)
		text := lines.Text()
		if !strings.HasPrefix(text, "data: ") || !strings.Contains(text, `"kind":"ticket.created"`) {
			continue
		}
		if i := strings.Index(text, "delay-"); i >= 0 {
			if end := strings.Index(text[i:], "-end"); end > 0 {
				seen <- text[i : i+end+4]
			}
		}
	}
	return lines.Err()
}
