package main

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"heed/internal/platform/db"
	"heed/internal/platform/db/dbtest"
)

// An import that is killed in the middle goes on by itself after the next start:
// no row is lost, doubled or stored by half.

func TestAnImportIsKilledAndGoesOn_SQLite(t *testing.T) {
	t.Parallel()
	data, token := prepared(t)
	killImport(t, data, token, "sqlite:"+data+"/heed.db")
}

func TestAnImportIsKilledAndGoesOn_PostgreSQL(t *testing.T) {
	t.Parallel()
	url := dbtest.URL(t)
	data, token := prepared(t, "--db", url)
	killImport(t, data, token, url, "--db", url)
}

// crowd is a table of customers, one of a hundred of them without a valid address.
func crowd(n int) []byte {
	var b bytes.Buffer
	b.WriteString("客户编号,姓名,邮箱,公司\r\n")
	for i := range n {
		at := "@mail.example"
		if i%100 == 99 {
			at = " at nowhere"
		}
		fmt.Fprintf(&b, "K%06d,王%d,user%d%s,公司%d\r\n", i, i, i, at, i%50)
	}
	return b.Bytes()
}

type importWire struct {
	ID     int64  `json:"id"`
	State  string `json:"state"`
	Counts struct{ Rows, Read, New, Changed, Same, Duplicate, Bad int64 }
}

func (s *server) importFile(kind string, content []byte) importWire {
	s.t.Helper()
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	part, err := w.CreateFormFile("file", "crowd.csv")
	if err == nil {
		_, err = part.Write(content)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		s.t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(s.t.Context(), http.MethodPost, s.url+"/api/v1/imports?kind="+kind, &form)
	if err != nil {
		s.t.Fatal(err)
	}
	req.Header.Set("Content-Type", w.FormDataContentType())
	req.Header.Set("Authorization", "Bearer "+s.token)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	var b bytes.Buffer
	if _, err := b.ReadFrom(res.Body); err != nil {
		s.t.Fatal(err)
	}
	var im importWire
	answer{res.StatusCode, b.Bytes(), res.Header}.into(s.t, &im)
	return im
}

func killImport(t *testing.T, data, token, url string, more ...string) {
	const n = 12_000
	s := start(t, data, more...)
	s.token = token
	im := s.importFile("customers", crowd(n))
	path := "/imports/" + itoa(im.ID)
	s.do(http.MethodPost, path+"/run", nil).into(t, &im)
	kills := 0
	for past := int64(0); kills < 2; {
		s.do(http.MethodGet, path, nil).into(t, &im)
		if im.State != "running" {
			break
		}
		if im.Counts.Read <= past {
			time.Sleep(5 * time.Millisecond)
			continue
		}
		s.kill()
		kills++
		s.up()
		s.do(http.MethodGet, path, nil).into(t, &im)
		past = im.Counts.Read
		// Whoever looks at it has it go on at once; otherwise it goes on when the
		// killed one's lease has run out.
		s.do(http.MethodPost, path+"/run", nil).into(t, &im)
	}
	if kills == 0 {
		t.Fatal("it was done before it was killed: the test shows nothing")
	}
	deadline := time.Now().Add(2 * time.Minute)
	for im.State == "running" && time.Now().Before(deadline) {
		time.Sleep(50 * time.Millisecond)
		s.do(http.MethodGet, path, nil).into(t, &im)
	}
	if c := im.Counts; im.State != "done" || c.Rows != n || c.New != n*99/100 || c.Bad != n/100 || c.Changed+c.Same+c.Duplicate != 0 {
		t.Errorf("after %d kills: %+v\n%s", kills, im, s.said())
	}
	if code := s.stop(); code != 0 {
		t.Fatalf("ended with %d\n%s", code, s.said())
	}
	checkCrowd(t, url, n)
}

// checkCrowd looks for customers that are missing, double or half.
func checkCrowd(t *testing.T, url string, n int64) {
	t.Helper()
	d, err := db.Open(t.Context(), db.Options{URL: url})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	for _, q := range []struct {
		what, sql string
		want      int64
	}{
		{"persons", "SELECT COUNT(*) FROM customer WHERE kind = 'person'", n * 99 / 100},
		{"different names", "SELECT COUNT(DISTINCT name) FROM customer WHERE kind = 'person'", n * 99 / 100},
		{"organizations", "SELECT COUNT(*) FROM customer WHERE kind = 'organization'", 50},
		{"persons without address", "SELECT COUNT(*) FROM customer c WHERE kind = 'person' AND NOT EXISTS (SELECT 1 FROM customer_identity i WHERE i.customer_id = c.id)", 0},
		{"persons who are not found", "SELECT COUNT(*) FROM customer c WHERE NOT EXISTS (SELECT 1 FROM customer_token i WHERE i.customer_id = c.id)", 0},
		{"affiliations", "SELECT COUNT(*) FROM customer_affiliation", n * 99 / 100},
		{"people counted", "SELECT CAST(SUM(people_count) AS BIGINT) FROM customer", n * 99 / 100},
		{"keys", "SELECT COUNT(*) FROM import_key", n * 99 / 100},
		{"events", "SELECT COUNT(*) FROM journal WHERE kind = 'customer.created'", n*99/100 + 50},
		{"rows kept", "SELECT COUNT(*) FROM import_row", n / 100},
	} {
		if got, err := db.One[int64](t.Context(), d, q.sql); err != nil || got != q.want {
			t.Errorf("%s: %d, want %d (%v)", q.what, got, q.want, err)
		}
	}
}

// tables holds a small table of each kind; those behind refer to those before.
func tables() map[string]string {
	return map[string]string{
		"customers":     "name,email,phone,company\n王芳,wang@x.example,+86 138 0013 8000,海港牙科\nDana,dana@x.example,,\n",
		"organizations": "name,phone,city\nNorth Retail,+1 202 555 0143,Boston\n",
		"agents":        "name,email,role\nBo,bo@heed.example,客服\n",
		"products":      "code,name,category,status,summary\nAC-1,Compressor,Tools / Air,在售,Blows\n",
		"prices":        "product code,price list,price,currency,from\nAC-1,Retail,\"1,299.00\",CNY,2030/1/1\n",
		"dealers":       "name,city,phone,products\n海港五金,上海,+86 21 5555 0100,AC-1\n",
		"articles":      "language,title,answer,code,audience,status\nen,How to oil it,\"Open the lid.\n\n- Fill\n- Close\",oil,public,published\n简体中文,如何加油,打开盖子。,oil,public,published\n",
		"tickets":       "case number,title,description,requester email,customer name,state\nT-1,Noise,It hums,dana@x.example,Dana,in progress\nT-2,Leak,Oil,new@x.example,Eve,closed\n",
	}
}

// The same through the API, as the agent who begins it and by the job.
func TestTablesThroughTheAPI(t *testing.T) {
	t.Parallel()
	data, token := prepared(t)
	s := start(t, data)
	s.token = token
	for _, kind := range kinds() {
		for _, round := range []string{"check", "run", "run"} {
			im := s.importFile(kind, []byte(tables()[kind]))
			path := "/imports/" + itoa(im.ID)
			s.do(http.MethodPost, path+"/"+round, nil).into(t, &im)
			s.eventually(kind+" is done", func() bool {
				s.do(http.MethodGet, path, nil).into(t, &im)
				return im.State == "done" || im.State == "checked" || im.State == "failed"
			})
			if im.State == "failed" || im.Counts.Bad != 0 || im.Counts.Read != im.Counts.Rows || im.Counts.Rows == 0 {
				rows := s.do(http.MethodGet, path+"/rows", nil)
				t.Errorf("%s, %s: %+v %s", kind, round, im, rows.body)
			}
		}
		for _, ext := range []string{"csv", "xlsx"} {
			if a := s.do(http.MethodGet, "/exports/"+kind+"."+ext, nil); a.status != http.StatusOK || len(a.body) < 20 || !strings.Contains(a.header.Get("Content-Disposition"), "attachment") {
				t.Errorf("export of %s as %s: %d %s", kind, ext, a.status, a.header)
			}
		}
	}
	var tickets struct {
		Items []struct {
			Subject, Status string
			OwnerID         *int64 `json:"owner_id"`
		}
	}
	s.do(http.MethodGet, "/tickets?view=all", nil).into(t, &tickets)
	if len(tickets.Items) != 2 {
		t.Errorf("%+v", tickets)
	}
	for _, x := range tickets.Items {
		if want := map[string]string{"Noise": "in_progress", "Leak": "closed"}[x.Subject]; x.Status != want || x.OwnerID != nil {
			t.Errorf("%+v", x)
		}
	}
	for _, name := range []string{"readings.csv", "answers.xlsx"} {
		if a := s.do(http.MethodGet, "/exports/"+name, nil); a.status != http.StatusOK {
			t.Errorf("export %s: %d %s", name, a.status, a.body)
		}
	}
	if a := s.do(http.MethodGet, "/exports/secrets.csv", nil); a.status != http.StatusNotFound {
		t.Errorf("%d", a.status)
	}
	if code := s.stop(); code != 0 {
		t.Fatalf("ended with %d\n%s", code, s.said())
	}
}

func TestTablesFromTheCommandLine(t *testing.T) {
	t.Parallel()
	data, _ := prepared(t)
	dir := t.TempDir()
	write := func(name, content string) string {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	files := tables()
	for _, kind := range kinds() {
		file := write(kind+".csv", files[kind])
		rows := strings.Count(files[kind], "\n") - 1
		if kind == "articles" {
			rows = 2
		}
		if out, code := call(t, "", "import", kind, file, "--dry-run", "--data", data); code != 0 || !strings.Contains(out, "Nothing was changed") || !strings.Contains(out, " 0 bad") {
			t.Errorf("%s, dry: %d %s", kind, code, out)
		}
		if out, code := call(t, "", "import", kind, file, "--data", data); code != 0 || !strings.Contains(out, fmt.Sprintf("%d rows: ", rows)) || !strings.Contains(out, " 0 bad") {
			t.Errorf("%s: %d %s", kind, code, out)
		}
		if out, code := call(t, "", "import", kind, file, "--data", data); code != 0 || !strings.Contains(out, "0 new, 0 changed, "+itoa(int64(rows))+" the same") {
			t.Errorf("%s, again: %d %s", kind, code, out)
		}
		for _, ext := range []string{"csv", "xlsx"} {
			out := filepath.Join(dir, "out-"+kind+"."+ext)
			if said, code := call(t, "", "export", kind, out, "--data", data, "--language", "zh-TW"); code != 0 {
				t.Errorf("export %s: %s", kind, said)
			}
			if kind == "tickets" || kind == "articles" {
				continue // what was said is given out in brief
			}
			if said, code := call(t, "", "import", kind, out, "--data", data); code != 0 || !strings.Contains(said, "0 new, 0 changed, ") {
				t.Errorf("%s as it was exported to %s: %d %s", kind, ext, code, said)
			}
		}
	}
	for _, wrong := range [][]string{{"import"}, {"import", "customers"}, {"export", "secrets", "x.csv"}, {"import", "customers", "x.csv", "--shout"}} {
		if out, code := call(t, "", append(wrong, "--data", data)...); code != exitUsage && code != exitFailed {
			t.Errorf("%v: %d %s", wrong, code, out)
		}
	}
	if out, code := call(t, "", "import", "assets", write("assets.csv", "a\nb\n"), "--data", data); code != exitFailed || !strings.Contains(out, "does not have the module for assets") {
		t.Errorf("assets: %d %s", code, out)
	}
	bad := filepath.Join(dir, "bad.csv")
	if out, code := call(t, "", "import", "customers", write("half.csv", "name,email\nEve,eve@x.example\nX,nowhere\n"), "--errors", bad, "--data", data); code != exitFailed || !strings.Contains(out, "line 3: E-mail: ") {
		t.Errorf("%d %s", code, out)
	}
	if b, err := os.ReadFile(bad); err != nil || !strings.Contains(string(b), "X,nowhere,") {
		t.Errorf("%s %v", b, err)
	}
}
