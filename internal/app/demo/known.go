package demo

import (
	"context"
	"fmt"
	"slices"

	"heed/internal/people/customer"
)

// liking is how somebody likes to be treated, by the language of his firm.
var liking = map[string][3]string{
	"zh-CN": {"上午在车间，请十点以后来电", "请用正式的称呼", "不要提去年换掉的那台设备"},
	"zh-TW": {"上午都在現場，請十點以後來電", "請用正式的稱呼", "不要提去年換掉的那台設備"},
	"en":    {"On the shop floor in the morning, please call after ten", "Formal, please", "Do not bring up the machine that was replaced last year"},
}

// personal is what somebody told of himself, and how he agreed to have it kept.
var personal = map[string][2]string{
	"zh-CN": {"喜欢钓鱼，女儿今年上小学。", "电话中口头同意"},
	"zh-TW": {"喜歡釣魚，女兒今年上小學。", "電話中口頭同意"},
	"en":    {"Goes fishing at weekends; his daughter started school this year.", "Said so on the phone"},
}

// acquaint notes what a firm comes to know of its customers in time: how they
// like it, what they are where they work, whom they like to talk to, and who
// supplies whom. One customer is there twice, and one caller gave no name.
func (l *loader) acquaint(ctx context.Context) error {
	for n, p := range l.people {
		if err := l.know(ctx, n, p); err != nil {
			return err
		}
	}
	for _, locale := range []string{"zh-CN", "zh-TW", "en"} {
		if err := l.chain(ctx, locale); err != nil {
			return err
		}
	}
	twin := l.people[0]
	for _, n := range []customer.Registration{
		{Name: twin.name, Locale: twin.org.locale, Phones: []customer.Entry{{Value: twin.phone}}},
		{Anonymous: true, Locale: twin.org.locale},
	} {
		c, err := l.Customers.Create(ctx, n)
		if err != nil {
			return err
		}
		if err := l.mark(ctx, markCustomer, c.ID); err != nil {
			return err
		}
	}
	return nil
}

// know notes what is known of the n-th person; of most nothing is.
func (l *loader) know(ctx context.Context, n int, p *person) error {
	words, ok := liking[p.org.locale]
	if !ok {
		words = liking["en"]
	}
	var patch customer.Patch
	switch n % 7 {
	case 1:
		patch.Preferences = &[]customer.Preference{{Kind: customer.PreferTime, Channel: "phone", NotBefore: "10:00", Text: words[0], Warn: true}}
	case 3:
		patch.Preferences = &[]customer.Preference{
			{Kind: customer.PreferChannel, Channel: "email", Warn: true}, {Kind: customer.PreferTone, Text: words[1]},
		}
	case 5:
		patch.Preferences = &[]customer.Preference{{Kind: customer.PreferTaboo, Text: words[2], Warn: true}}
	}
	if n%3 == 0 {
		patch.Type, patch.NeedLevel = new(customer.Types()[n%4]), new(customer.NeedLevels()[n%5])
	}
	if n%11 == 2 {
		patch.PreferredAgentID = new(l.staff[1+n%(len(l.staff)-1)].actor.ID)
	}
	if p.org.id != 0 {
		roles := [][]string{{"buyer", "decision_maker"}, {"user"}, {"custodian"}, {"payer"}}[n%4]
		patch.Organizations = &[]customer.Member{{OrganizationID: p.org.id, Title: p.title, Roles: roles}}
	}
	if _, err := l.Customers.Change(ctx, p.id, 0, patch); err != nil {
		return err
	}
	if n%13 != 4 {
		return nil
	}
	told, ok := personal[p.org.locale]
	if !ok {
		told = personal["en"]
	}
	_, err := l.Customers.AddNote(ctx, p.id, customer.NoteInput{Text: told[0], Consent: true, ConsentHow: told[1]})
	return err
}

// chain makes of some organizations of a language a supply chain: a maker, a
// wholesaler, two retailers and somebody who bought from one of them.
func (l *loader) chain(ctx context.Context, locale string) error {
	var orgs []*organization
	var buyer *person
	for _, p := range l.people {
		switch {
		case p.org.locale != locale && (locale != "en" || p.org.locale == "zh-CN" || p.org.locale == "zh-TW"):
		case p.org.id != 0 && len(orgs) < 4 && !slices.Contains(orgs, p.org):
			orgs = append(orgs, p.org)
		case len(orgs) == 4 && buyer == nil && !slices.Contains(orgs, p.org):
			buyer = p
		}
	}
	if len(orgs) < 4 || buyer == nil {
		return fmt.Errorf("demo: no chain of %s", locale)
	}
	for i, role := range []string{"maker", "wholesaler_1", "retailer", "retailer"} {
		if _, err := l.Customers.Change(ctx, orgs[i].id, 0, customer.Patch{Profile: customer.Profile{ChainRole: &role}}); err != nil {
			return err
		}
	}
	if _, err := l.Customers.Change(ctx, buyer.id, 0, customer.Patch{Profile: customer.Profile{ChainRole: new("end_customer")}}); err != nil {
		return err
	}
	for _, link := range []struct {
		lower, upper int64
		kind         string
	}{
		{orgs[1].id, orgs[0].id, customer.LinkSupplies},
		{orgs[2].id, orgs[1].id, customer.LinkSupplies},
		{orgs[3].id, orgs[1].id, customer.LinkDistributesFor},
		{buyer.id, orgs[2].id, customer.LinkSupplies},
	} {
		if _, err := l.Customers.LinkTo(ctx, link.lower, link.upper, true, link.kind); err != nil {
			return err
		}
	}
	return nil
}
