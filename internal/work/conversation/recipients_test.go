package conversation

import (
	"reflect"
	"testing"

	"heed/internal/kernel/fault"
)

func TestAddressesOfAReplyAreChecked(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		in, want []string
	}{
		"plain":                    {[]string{"a@example.com"}, []string{"a@example.com"}},
		"with a name":              {[]string{"Wang Fang <Wang@Example.COM>"}, []string{"Wang@example.com"}},
		"the same twice":           {[]string{"a@example.com", "A@EXAMPLE.com"}, []string{"a@example.com"}},
		"empty entries":            {[]string{"", " "}, []string{}},
		"no address":               {[]string{"Wang Fang"}, nil},
		"two in one":               {[]string{"a@example.com, b@example.com"}, nil},
		"a host without a dot":     {[]string{"a@localhost"}, nil},
		"a header of his own":      {[]string{"a@example.com\r\nBcc: b@example.com"}, nil},
		"a host that is no host":   {[]string{"a@example..com"}, nil},
		"one bad spoils the field": {[]string{"a@example.com", "b@"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var f fault.Fields
			got := addresses("to", c.in, &f)
			if (f.Err() != nil) != (c.want == nil) || !reflect.DeepEqual(got, c.want) {
				t.Errorf("%q gave %q, %v", c.in, got, f.Err())
			}
		})
	}
}

func TestWhomAReplyGoesToByDefault(t *testing.T) {
	t.Parallel()
	ours := func(a string) bool { return same(a, "service@heed.example") }
	none := func(to ...string) Recipients { return Recipients{To: to, Cc: []string{}} }
	mail := Message{From: "wang@example.com", To: []string{"service@heed.example", "boss@example.com"}, Cc: []string{"Wang@example.com", "li@example.com"}}
	answers := mail
	answers.ReplyTo = []string{"desk@example.com"}
	loop := mail
	loop.ReplyTo = []string{"Service@heed.example"}
	for name, c := range map[string]struct {
		channel string
		mail    *Message
		emails  []string
		want    Recipients
	}{
		"who wrote, and openly the others":         {"email", &mail, nil, Recipients{[]string{"wang@example.com"}, []string{"boss@example.com", "li@example.com"}}},
		"where he wants answers":                   {"email", &answers, nil, Recipients{[]string{"desk@example.com"}, []string{"boss@example.com", "li@example.com"}}},
		"never our own mailbox":                    {"email", &loop, nil, Recipients{[]string{"wang@example.com"}, []string{"boss@example.com", "li@example.com"}}},
		"the customer's first address":             {"web", nil, []string{"a@example.com", "b@example.com"}, none("a@example.com")},
		"nobody when there is no address":          {"web", nil, nil, none([]string{}...)},
		"nobody on the phone, where we speak":      {"phone", nil, []string{"a@example.com"}, none([]string{}...)},
		"who wrote, also when it began by phone":   {"phone", &mail, nil, Recipients{[]string{"wang@example.com"}, []string{"boss@example.com", "li@example.com"}}},
		"nobody on a visit, where we speak to him": {"visit", nil, []string{"a@example.com"}, none([]string{}...)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := answerTo(c.channel, c.mail, c.emails, ours)
			if len(got.To) == 0 && len(c.want.To) == 0 {
				return
			}
			if !reflect.DeepEqual(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}
