package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// imports measures bringing n customers in through the API of a running server,
// with all that follows its events at work. The aims are those of 100,000.
func imports(ctx context.Context, r *report, bin, database string, n int) error {
	dir, err := os.MkdirTemp("", "heedbench")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	s := &server{bin: bin, dir: dir, db: database}
	err = s.startTimes(ctx, r)
	if err == nil {
		err = s.importThrough(ctx, r, n)
	}
	return errorsJoin(err, s.stop())
}

// people is a table of n customers with an address, a number and a tier each, one of
// five in one of 2,000 organizations.
func people(n int) []byte {
	family, given := []rune("王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗"), []rune("芳伟娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰建国文辉志红梅春燕")
	var b bytes.Buffer
	b.WriteString("客户编号,姓名,邮箱,手机,公司,等级,城市,备注\r\n")
	for i := range n {
		org := ""
		if i%5 == 0 {
			org = "公司" + strconv.Itoa(i%2000)
		}
		fmt.Fprintf(&b, "K%07d,%c%c%c,user%d@mail%d.example,+86138%08d,%s,金卡,上海,note %d\r\n",
			i, family[i%len(family)], given[i/7%len(given)], given[i/11%len(given)], i, i%50, i, org, i)
	}
	return b.Bytes()
}

type importState struct {
	ID     int64  `json:"id"`
	State  string `json:"state"`
	Counts struct {
		New int `json:"new"`
		Bad int `json:"bad"`
	} `json:"counts"`
}

// importThrough uploads a table and waits for its end, twice: the second time
// everybody is known already.
func (s *server) importThrough(ctx context.Context, r *report, n int) error {
	table := people(n)
	before, err := s.memory()
	if err != nil {
		return err
	}
	r.add("memory before the import (RSS)", before, "MB", "")
	for _, round := range []struct{ what, aim string }{{"new", "< 60 for 100,000"}, {"known", ""}} {
		begin := time.Now()
		im, err := s.uploadTable(ctx, table)
		if err != nil {
			return err
		}
		path := "/imports/" + strconv.FormatInt(im.ID, 10)
		c := client(1)
		if err := s.call(ctx, c, http.MethodPost, path+"/run", s.token, struct{}{}, &im); err != nil {
			return err
		}
		peak := 0.0
		for im.State == "running" {
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-time.After(100 * time.Millisecond):
			}
			mb, err := s.memory()
			if err != nil {
				return err
			}
			peak = max(peak, mb)
			if err := s.call(ctx, c, http.MethodGet, path, s.token, nil, &im); err != nil {
				return err
			}
		}
		took := time.Since(begin)
		if im.State != "done" || im.Counts.Bad != 0 || round.what == "new" && im.Counts.New != n {
			return fmt.Errorf("the import ended as %s with %d new and %d bad", im.State, im.Counts.New, im.Counts.Bad)
		}
		r.add(fmt.Sprintf("%d customers imported, all %s", n, round.what), took.Seconds(), "s", round.aim)
		r.add("… customers a second", float64(n)/took.Seconds(), "1/s", "")
		r.add("… most memory (RSS)", peak, "MB", "< 300")
	}
	info, err := os.Stat(filepath.Join(s.dir, "data", "heed.db"))
	if err == nil {
		r.add("… size of the database", float64(info.Size())/(1<<20), "MB", "")
	}
	return nil
}

func (s *server) uploadTable(ctx context.Context, table []byte) (im importState, err error) {
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	part, err := w.CreateFormFile("file", "customers.csv")
	if err == nil {
		_, err = part.Write(table)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		return im, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.url+"/api/v1/imports?kind=customers", &form)
	if err != nil {
		return im, err
	}
	req.Header.Set("Content-Type", w.FormDataContentType())
	req.Header.Set("Authorization", "Bearer "+s.token)
	res, err := client(1).Do(req)
	if err != nil {
		return im, err
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode != http.StatusCreated {
		err = fmt.Errorf("upload: %s: %s", res.Status, strings.TrimSpace(string(b)))
	}
	if err != nil {
		return im, err
	}
	return im, json.Unmarshal(b, &im)
}
