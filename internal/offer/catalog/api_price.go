package catalog

import (
	"context"
	"time"

	"heed/internal/kernel/day"
	"heed/internal/kernel/fault"
	"heed/internal/kernel/money"
	"heed/internal/kernel/page"
	"heed/internal/platform/rest"
)

// amount is how money is written in the API: exact, in the smallest unit, and as
// a decimal number to show and to type.
type amount struct {
	Minor    int64  `json:"minor" doc:"In the smallest unit of the currency (ISO 4217)"`
	Currency string `json:"currency"`
	Decimal  string `json:"decimal" doc:"The same as a number: 1234.50"`
}

func wireAmount(minor int64, currency string) amount {
	return amount{minor, currency, money.Amount{Minor: minor, Currency: currency}.Decimal()}
}

type priceList struct {
	ID        int64     `json:"id"`
	Name      string    `json:"name"`
	Currency  string    `json:"currency"`
	Tier      string    `json:"tier" doc:"Empty for every tier"`
	Region    string    `json:"region" doc:"As CN or CN-31; empty for everywhere"`
	From      day.Day   `json:"from" doc:"Empty: always"`
	To        day.Day   `json:"to" doc:"The last day; empty: open"`
	Note      string    `json:"note"`
	UpdatedAt time.Time `json:"updated_at"`
	Version   int64     `json:"version"`
}

func wireList(l List) priceList {
	return priceList(l)
}

type price struct {
	ID        int64     `json:"id"`
	ListID    int64     `json:"list_id"`
	ListName  string    `json:"list_name"`
	Tier      string    `json:"tier"`
	Region    string    `json:"region"`
	ProductID int64     `json:"product_id"`
	Product   string    `json:"product" doc:"As the reader calls it"`
	Code      string    `json:"code"`
	Amount    amount    `json:"amount"`
	Unit      string    `json:"unit"`
	From      day.Day   `json:"from"`
	To        day.Day   `json:"to"`
	State     string    `json:"state" enum:"past,now,coming"`
	SetBy     string    `json:"set_by"`
	SetAt     time.Time `json:"set_at"`
}

type offer struct {
	ProductID int64   `json:"product_id"`
	On        day.Day `json:"on"`
	Tier      string  `json:"tier"`
	Region    string  `json:"region"`
	Offered   bool    `json:"offered" doc:"False for a product that is not active"`
	Quotes    []quote `json:"quotes" doc:"One a currency, the most specific first"`
}

type quote struct {
	Amount   amount  `json:"amount"`
	Unit     string  `json:"unit"`
	ListID   int64   `json:"list_id"`
	ListName string  `json:"list_name"`
	Why      Why     `json:"why" enum:"tier_region,tier,region,general" doc:"What of the list fits"`
	Tier     string  `json:"tier" doc:"Of the list"`
	Region   string  `json:"region" doc:"Of the list"`
	From     day.Day `json:"from"`
	To       day.Day `json:"to"`
	Then     *coming `json:"then" doc:"What replaces it, if that is known"`
}

type coming struct {
	From   day.Day `json:"from"`
	Amount amount  `json:"amount"`
}

func wireOffer(o Offer) offer {
	w := offer{ProductID: o.Product.ID, On: o.On, Tier: o.Buyer.Tier, Region: o.Buyer.Region, Offered: o.Offered, Quotes: []quote{}}
	for _, q := range o.Quotes {
		one := quote{
			Amount: wireAmount(q.Minor, q.List.Currency), Unit: q.Unit, ListID: q.ListID, ListName: q.List.Name, Why: q.Why,
			Tier: q.List.Tier, Region: q.List.Region, From: max(q.From, q.List.From), To: q.To,
		}
		if q.Then != nil {
			one.Then = &coming{q.Then.From, wireAmount(q.Then.Amount.Minor, q.Then.Amount.Currency)}
		}
		w.Quotes = append(w.Quotes, one)
	}
	return w
}

type offerIn struct {
	ID         int64   `path:"id"`
	CustomerID int64   `query:"customer_id" doc:"Whose tier and region decide; then those given are not asked"`
	Tier       string  `query:"tier"`
	Region     string  `query:"region"`
	On         day.Day `query:"on" doc:"The day; today by default"`
}

type listSaveIn struct {
	Name     *string  `json:"name,omitempty"`
	Currency *string  `json:"currency,omitempty"`
	Tier     *string  `json:"tier,omitempty"`
	Region   *string  `json:"region,omitempty"`
	From     *day.Day `json:"from,omitempty"`
	To       *day.Day `json:"to,omitempty"`
	Note     *string  `json:"note,omitempty"`
}

func (in listSaveIn) patch() ListPatch {
	return ListPatch{Name: in.Name, Currency: in.Currency, Tier: in.Tier, Region: in.Region, From: in.From, To: in.To, Note: in.Note}
}

type createListIn struct{ Body listSaveIn }

type changeListIn struct {
	rest.VersionIn
	ID   int64 `path:"id"`
	Body listSaveIn
}

type setPriceIn struct {
	ID   int64 `path:"id"`
	Body struct {
		ProductID int64   `json:"product_id"`
		Amount    string  `json:"amount" doc:"In the list's currency, as a number with a point: 1234.50"`
		Unit      string  `json:"unit,omitempty"`
		From      day.Day `json:"from,omitempty" doc:"Today when empty"`
		To        day.Day `json:"to,omitempty"`
	}
}

func (s *Service) priceRoutes(r *rest.Router) {
	rest.Get(r, "/products/{id}/offer", op("get-offer", "What a product costs somebody on a day, and why"), s.apiOffer)
	rest.Get(r, "/products/{id}/prices", op("list-prices-of-product", "All prices of a product, past and coming"), s.apiPricesOf)
	rest.Get(r, "/price-lists", op("list-price-lists", "The price lists"), s.apiLists)
	rest.Post(r, "/price-lists", made(op("create-price-list", "Make a price list")), s.apiCreateList)
	rest.Get(r, "/price-lists/{id}", op("get-price-list", "A price list"), s.apiGetList)
	rest.Patch(r, "/price-lists/{id}", op("change-price-list", "Change a price list"), s.apiChangeList)
	rest.Get(r, "/price-lists/{id}/prices", op("list-prices", "The prices on a list, past and coming"), s.apiPricesOn)
	rest.Post(r, "/price-lists/{id}/prices", made(op("set-price", "Set what a product costs from a day on")), s.apiSetPrice)
	rest.Delete(r, "/prices/{id}", op("end-price", "End a price; one that has not begun is removed"), s.apiEndPrice)
	rest.Get(r, "/currencies", op("list-currencies", "The currencies and how many decimals they have"), s.apiCurrencies)
}

func (s *Service) apiOffer(ctx context.Context, in *offerIn) (*rest.Body[offer], error) {
	var o Offer
	var err error
	if in.Tier+in.Region != "" && in.CustomerID == 0 {
		o, err = s.Offer(ctx, in.ID, Buyer{in.Tier, in.Region}, in.On)
	} else {
		o, err = s.OfferTo(ctx, in.ID, in.CustomerID, in.On)
	}
	return rest.Of(wireOffer(o)), err
}

func (s *Service) wirePrices(ctx context.Context, all []Listed) (*rest.List[price], error) {
	today, err := s.Today(ctx)
	out := page.Of[price]{Items: make([]price, len(all))}
	for i, p := range all {
		w := price{
			ID: p.ID, ListID: p.ListID, ListName: p.List.Name, Tier: p.List.Tier, Region: p.List.Region, ProductID: p.ProductID,
			Product: p.Product.Name(rest.Locale(ctx)), Code: p.Product.Code, Amount: wireAmount(p.Minor, p.List.Currency), Unit: p.Unit,
			From: p.From, To: p.To, SetBy: p.SetBy, SetAt: p.SetAt, State: "past",
		}
		x := priced{p.Price, p.List}
		switch {
		case x.from() > today:
			w.State = "coming"
		case x.holds(today) && !later(all, p, today):
			w.State = "now"
		}
		out.Items[i] = w
	}
	return &rest.List[price]{Body: out}, err
}

// later tells whether another price of the same product on the same list has
// taken the place of p by a day.
func later(all []Listed, p Listed, today day.Day) bool {
	for _, q := range all {
		if q.ListID == p.ListID && q.ProductID == p.ProductID && q.From > p.From && today.Within(q.From, q.To) {
			return true
		}
	}
	return false
}

func (s *Service) apiPricesOf(ctx context.Context, in *idIn) (*rest.List[price], error) {
	all, err := s.PricesOf(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return s.wirePrices(ctx, all)
}

func (s *Service) apiPricesOn(ctx context.Context, in *idIn) (*rest.List[price], error) {
	all, err := s.PricesOn(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return s.wirePrices(ctx, all)
}

func (s *Service) apiLists(ctx context.Context, _ *struct{}) (*rest.List[priceList], error) {
	all, err := s.Lists(ctx)
	out := page.Of[priceList]{Items: make([]priceList, len(all))}
	for i, l := range all {
		out.Items[i] = wireList(l)
	}
	return &rest.List[priceList]{Body: out}, err
}

func (s *Service) apiGetList(ctx context.Context, in *idIn) (*rest.One[priceList], error) {
	l, err := s.ListByID(ctx, in.ID)
	return rest.OneOf(wireList(l), l.Version), err
}

func (s *Service) apiCreateList(ctx context.Context, in *createListIn) (*rest.One[priceList], error) {
	l, err := s.SaveList(ctx, 0, 0, in.Body.patch())
	return rest.OneOf(wireList(l), l.Version), err
}

func (s *Service) apiChangeList(ctx context.Context, in *changeListIn) (*rest.One[priceList], error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	l, err := s.SaveList(ctx, in.ID, version, in.Body.patch())
	return rest.OneOf(wireList(l), l.Version), err
}

func (s *Service) apiSetPrice(ctx context.Context, in *setPriceIn) (*rest.Body[price], error) {
	l, err := s.ListByID(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	a, err := money.Parse(in.Body.Amount, l.Currency)
	if err != nil {
		var f fault.Fields
		f.Add("amount", "catalog.amount_invalid", "currency", l.Currency)
		return nil, f.Err()
	}
	p, err := s.SetPrice(ctx, PriceInput{in.ID, in.Body.ProductID, a.Minor, in.Body.Unit, in.Body.From, in.Body.To})
	if err != nil {
		return nil, err
	}
	of, err := s.Get(ctx, p.ProductID)
	if err != nil {
		return nil, err
	}
	out, err := s.wirePrices(ctx, []Listed{{p, l, of}})
	if err != nil {
		return nil, err
	}
	return rest.Of(out.Body.Items[0]), nil
}

func (s *Service) apiEndPrice(ctx context.Context, in *idIn) (*rest.Empty, error) {
	return &rest.Empty{}, s.EndPrice(ctx, in.ID)
}

// Currency is a currency as the API tells it.
type Currency struct {
	Code   string `json:"code"`
	Digits int    `json:"digits"`
}

func (s *Service) apiCurrencies(context.Context, *struct{}) (*rest.List[Currency], error) {
	out := page.Of[Currency]{Items: []Currency{}}
	for _, c := range money.Currencies() {
		digits, _ := money.Digits(c)
		out.Items = append(out.Items, Currency{c, digits})
	}
	return &rest.List[Currency]{Body: out}, nil
}
