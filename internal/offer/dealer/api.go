package dealer

import (
	"context"
	"time"

	"heed/internal/kernel/day"
	"heed/internal/kernel/page"
	"heed/internal/people/identity"
	"heed/internal/platform/rest"
)

// Module is the switch under which the dealers stand (R295).
const Module = "dealer"

// dealer is how a dealer is written in the API.
type dealer struct {
	ID         int64     `json:"id"`
	Name       string    `json:"name"`
	Kind       Kind      `json:"kind" enum:"dealer,service_point"`
	Level      int64     `json:"level" doc:"1 is nearest to the firm; 0 is not graded"`
	Status     Status    `json:"status" enum:"active,paused,ended"`
	Current    bool      `json:"current" doc:"May be named to customers today"`
	Km         *int64    `json:"km" doc:"From the city asked for; null when it cannot be told"`
	Region     string    `json:"region"`
	City       string    `json:"city"`
	Address    string    `json:"address"`
	Place      *place    `json:"place" doc:"Where exactly; null: where the city is"`
	Phone      string    `json:"phone"`
	PhoneShown string    `json:"phone_shown"`
	Email      string    `json:"email"`
	Website    string    `json:"website"`
	Hours      []hours   `json:"hours"`
	Ways       []string  `json:"ways" doc:"shop, phone, online, on_site"`
	Locale     string    `json:"locale"`
	Products   []int64   `json:"products"`
	Categories []int64   `json:"categories" doc:"Without products and categories he sells everything"`
	From       day.Day   `json:"from"`
	To         day.Day   `json:"to" doc:"The last day; empty: open"`
	Contacts   []contact `json:"contacts"`
	Rating     int64     `json:"rating"`
	Contract   string    `json:"contract"`
	Notes      string    `json:"notes"`
	UpdatedAt  time.Time `json:"updated_at"`
	Version    int64     `json:"version"`
}

type place struct {
	Lat float64 `json:"lat"`
	Lon float64 `json:"lon"`
}

type hours struct {
	Days []int  `json:"days" doc:"1 Monday to 7 Sunday"`
	From string `json:"from" doc:"As 09:00"`
	To   string `json:"to"`
}

type contact struct {
	Name  string `json:"name"`
	Role  string `json:"role,omitempty"`
	Phone string `json:"phone,omitempty"`
	Email string `json:"email,omitempty"`
}

func wire(f Found) dealer {
	w := dealer{
		ID: f.ID, Name: f.Name, Kind: f.Kind, Level: f.Level, Status: f.Status, Current: f.Current, Region: f.Region, City: f.City, Address: f.Address,
		Phone: f.Phone, PhoneShown: f.Phone, Email: f.Email, Website: f.Website, Hours: []hours{}, Ways: f.Ways, Locale: f.Locale, Products: f.Products,
		Categories: f.Categories, From: f.From, To: f.To, Contacts: []contact{}, Rating: f.Rating, Contract: f.Contract, Notes: f.Notes,
		UpdatedAt: f.UpdatedAt, Version: f.Version,
	}
	if f.Phone != "" {
		w.PhoneShown = identity.ParsePhone(f.Phone).Shown("")
	}
	if w.Ways == nil {
		w.Ways = []string{}
	}
	if f.Km >= 0 {
		w.Km = &f.Km
	}
	if f.At != nil {
		w.Place = (*place)(f.At)
	}
	for _, h := range f.Hours {
		w.Hours = append(w.Hours, hours(h))
	}
	for _, c := range f.Contacts {
		w.Contacts = append(w.Contacts, contact(c))
	}
	return w
}

type listIn struct {
	rest.PageIn
	Q         string `query:"q" doc:"Words of the name, the place or a contact"`
	City      string `query:"city" doc:"The nearest to this city first, in any writing"`
	ProductID int64  `query:"product_id" doc:"Only who sells it"`
	Kind      string `query:"kind" enum:",dealer,service_point"`
	Region    string `query:"region"`
	Current   bool   `query:"current" doc:"Only who may be named to customers today"`
}

type idIn struct {
	ID int64 `path:"id"`
}

type dealerIn struct {
	Name       *string              `json:"name,omitempty"`
	Kind       *Kind                `json:"kind,omitempty" enum:"dealer,service_point"`
	Level      *int64               `json:"level,omitempty"`
	Status     *Status              `json:"status,omitempty" enum:"active,paused,ended"`
	Region     *string              `json:"region,omitempty"`
	City       *string              `json:"city,omitempty"`
	Address    *string              `json:"address,omitempty"`
	Place      rest.Nullable[place] `json:"place,omitzero"`
	Phone      *string              `json:"phone,omitempty"`
	Email      *string              `json:"email,omitempty"`
	Website    *string              `json:"website,omitempty"`
	Hours      *[]hours             `json:"hours,omitempty"`
	Ways       *[]string            `json:"ways,omitempty"`
	Locale     *string              `json:"locale,omitempty"`
	Products   *[]int64             `json:"products,omitempty"`
	Categories *[]int64             `json:"categories,omitempty"`
	From       *day.Day             `json:"from,omitempty"`
	To         *day.Day             `json:"to,omitempty"`
	Contacts   *[]contact           `json:"contacts,omitempty"`
	Rating     *int64               `json:"rating,omitempty"`
	Contract   *string              `json:"contract,omitempty"`
	Notes      *string              `json:"notes,omitempty"`
}

func (in dealerIn) patch() Patch {
	p := Patch{
		Name: in.Name, Region: in.Region, City: in.City, Address: in.Address, Phone: in.Phone, Email: in.Email, Website: in.Website, Locale: in.Locale,
		Contract: in.Contract, Notes: in.Notes, Kind: in.Kind, Level: in.Level, Status: in.Status, Ways: in.Ways, Products: in.Products,
		Categories: in.Categories, From: in.From, To: in.To, Rating: in.Rating,
	}
	if in.Place.Set {
		at := (*Place)(in.Place.Ptr())
		p.At = &at
	}
	if in.Hours != nil {
		all := []Hours{}
		for _, h := range *in.Hours {
			all = append(all, Hours(h))
		}
		p.Hours = &all
	}
	if in.Contacts != nil {
		all := []Contact{}
		for _, c := range *in.Contacts {
			all = append(all, Contact(c))
		}
		p.Contacts = &all
	}
	return p
}

type createIn struct{ Body dealerIn }

type changeIn struct {
	rest.VersionIn
	ID   int64 `path:"id"`
	Body dealerIn
}

type citiesIn struct {
	Q string `query:"q" doc:"How the name begins, in any writing"`
}

type city struct {
	Name    string            `json:"name" doc:"As the reader calls it"`
	Names   map[string]string `json:"names"`
	Country string            `json:"country"`
	Lat     float64           `json:"lat"`
	Lon     float64           `json:"lon"`
}

// Routes adds the operations to the API.
func (s *Service) Routes(r *rest.Router) {
	op := func(id, summary string) rest.Op {
		return rest.Op{ID: id, Tag: "dealers", Summary: summary, Module: Module}
	}
	create := op("create-dealer", "Make a dealer")
	create.Status = 201
	rest.Get(r, "/dealers", op("list-dealers", "Dealers and service points: the nearest to a city first, else by name"), s.apiList)
	rest.Post(r, "/dealers", create, s.apiCreate)
	rest.Get(r, "/dealers/{id}", op("get-dealer", "A dealer, also one whose time is over"), s.apiGet)
	rest.Patch(r, "/dealers/{id}", op("change-dealer", "Change a dealer"), s.apiChange)
	rest.Get(r, "/cities", op("list-cities", "Cities whose place is known"), s.apiCities)
}

func (s *Service) apiList(ctx context.Context, in *listIn) (*rest.List[dealer], error) {
	got, err := s.List(ctx, Filter{Q: in.Q, Kind: Kind(in.Kind), Region: in.Region, ProductID: in.ProductID, Current: in.Current, City: in.City}, in.Request())
	out := page.Of[dealer]{Items: make([]dealer, len(got.Items)), Next: got.Next, Position: got.Position}
	for i, f := range got.Items {
		out.Items[i] = wire(f)
	}
	return &rest.List[dealer]{Body: out}, err
}

func (s *Service) one(ctx context.Context, d Dealer, err error) (*rest.One[dealer], error) {
	if err != nil {
		return nil, err
	}
	today, err := s.Today(ctx)
	return rest.OneOf(wire(Found{d, d.Current(today), -1}), d.Version), err
}

func (s *Service) apiGet(ctx context.Context, in *idIn) (*rest.One[dealer], error) {
	d, err := s.Get(ctx, in.ID)
	return s.one(ctx, d, err)
}

func (s *Service) apiCreate(ctx context.Context, in *createIn) (*rest.One[dealer], error) {
	d, err := s.Create(ctx, in.Body.patch())
	return s.one(ctx, d, err)
}

func (s *Service) apiChange(ctx context.Context, in *changeIn) (*rest.One[dealer], error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	d, err := s.Change(ctx, in.ID, version, in.Body.patch())
	return s.one(ctx, d, err)
}

// citiesMost is how many cities are suggested.
const citiesMost = 20

func (s *Service) apiCities(ctx context.Context, in *citiesIn) (*rest.List[city], error) {
	out := page.Of[city]{Items: []city{}}
	for _, c := range Cities(in.Q, citiesMost) {
		out.Items = append(out.Items, city{c.Names[rest.Locale(ctx)], c.Names, c.Country, c.At.Lat, c.At.Lon})
	}
	return &rest.List[city]{Body: out}, nil
}
