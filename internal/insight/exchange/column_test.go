package exchange_test

import (
	"maps"
	"slices"
	"testing"

	"heed/internal/insight/exchange"
)

func TestHeadersAreRecognizedInThreeLanguages(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		kind    string
		headers []string
		want    map[string]int
	}{
		{"customers", []string{"ID", "Full Name", "E-Mail Address", "Mobile Phone", "Company", "Job Title"}, map[string]int{"key": 0, "name": 1, "emails": 2, "phones": 3, "organization": 4, "title": 5}},
		{"customers", []string{"客户姓名", "手机号码", "电子邮箱", "会员等级", "所在城市"}, map[string]int{"name": 0, "phones": 1, "emails": 2, "tier": 3, "city": 4}},
		{"customers", []string{"客戶姓名", "行動電話", "電子信箱", "備註", "什麼"}, map[string]int{"name": 0, "phones": 1, "emails": 2, "notes": 3}},
		{"products", []string{"SKU", "Product name", "型号", "产品名称"}, map[string]int{"code": 0, "name_en": 1, "model": 2, "name_zh-CN": 3}},
		{"prices", []string{"产品编码", "价目表", "单价", "币种", "生效日期"}, map[string]int{"product": 0, "list": 1, "amount": 2, "currency": 3, "from": 4}},
		{"tickets", []string{"Case Number", "Title", "Description", "Requester Email", "State"}, map[string]int{"key": 0, "subject": 1, "text": 2, "customer_email": 3, "status": 4}},
		{"customers", []string{"Name", "Phone (work)"}, map[string]int{"name": 0, "phones": 1}},
	} {
		if got := exchange.Guess(tt.kind, tt.headers); !maps.Equal(got, tt.want) {
			t.Errorf("%s %q: %v, want %v", tt.kind, tt.headers, got, tt.want)
		}
	}
}

func TestTheTablesOfWordsAreWhole(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"customers", "organizations", "agents", "products", "prices", "dealers", "articles", "tickets", "readings", "answers"} {
		columns := exchange.ColumnsOf(kind)
		if len(columns) == 0 {
			t.Errorf("%s has no columns", kind)
		}
		var headers []string
		for _, locale := range []string{"en", "zh-CN", "zh-TW"} {
			headers = headers[:0]
			for _, c := range columns {
				if c.Names[locale] == "" {
					t.Errorf("%s.%s has no name in %s", kind, c.Key, locale)
				}
				headers = append(headers, c.Name(locale))
			}
			for key, at := range exchange.Guess(kind, headers) {
				if columns[at].Key != key {
					t.Errorf("%s in %s: %s is taken for %s", kind, locale, headers[at], key)
				}
			}
		}
	}
}

func TestDaysAndAmountsAreReadAsPeopleWriteThem(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{"2024-1-5": "2024-01-05", "2024/01/05": "2024-01-05", "2024年1月5日": "2024-01-05", "2024.1.5": "2024-01-05", "45296": "2024-01-05", "2024-01-05 13:00": "2024-01-05"} {
		if got, ok := exchange.Date(in); !ok || got != want {
			t.Errorf("%q: %q %v", in, got, ok)
		}
	}
	for _, in := range []string{"", "soon", "2024-13-01", "5/1/2024", "123"} {
		if got, ok := exchange.Date(in); ok {
			t.Errorf("%q is %q", in, got)
		}
	}
	for in, want := range map[string]string{"¥1,234.50": "1234.50", "1.234,5 €": "1234.5", "１２００": "1200", "1,234": "1234", "USD 12": "12"} {
		if got := exchange.Amount(in); got != want {
			t.Errorf("%q: %q", in, got)
		}
	}
	if got := exchange.Words("a@x.example；b@x.example、 c@x.example\na@x.example"); !slices.Equal(got, []string{"a@x.example", "b@x.example", "c@x.example"}) {
		t.Errorf("%q", got)
	}
}
