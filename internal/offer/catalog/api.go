package catalog

import (
	"context"
	"strconv"
	"strings"
	"time"

	"heed/internal/kernel/day"
	"heed/internal/kernel/page"
	"heed/internal/platform/rest"
)

// Module is the switch under which the catalogue stands (R295).
const Module = "catalog"

// product is how a product is written in the API.
type product struct {
	ID          int64       `json:"id"`
	Code        string      `json:"code"`
	Model       string      `json:"model"`
	Names       Names       `json:"names" doc:"By locale"`
	Name        string      `json:"name" doc:"As the reader calls it"`
	Summary     Names       `json:"summary" doc:"By locale"`
	CategoryID  *int64      `json:"category_id"`
	Status      Status      `json:"status" enum:"draft,active,discontinued"`
	Attributes  []attribute `json:"attributes"`
	Criticality int64       `json:"criticality" doc:"1 to 3: how much stands still without it; 0 is not judged"`
	Since       day.Day     `json:"since" doc:"Day of the launch; empty for a draft"`
	Ended       day.Day     `json:"ended" doc:"Since when it is discontinued; empty if it is not"`
	New         bool        `json:"new" doc:"Launched lately"`
	UpdatedAt   time.Time   `json:"updated_at"`
	Version     int64       `json:"version"`
}

type attribute struct {
	Key    string `json:"key,omitempty" doc:"What makes it the same line on another sheet; made of the name when empty"`
	Group  string `json:"group" enum:"function,performance,quality,price"`
	Names  Names  `json:"names" doc:"By locale"`
	Value  string `json:"value,omitempty" doc:"As it is written in every language"`
	Values Names  `json:"values,omitempty" doc:"Where it is a word, by locale"`
	Unit   string `json:"unit,omitempty"`
}

func (s *Service) wire(ctx context.Context, p Product) (product, error) {
	today, err := s.Today(ctx)
	w := product{
		ID: p.ID, Code: p.Code, Model: p.Model, Names: p.Names, Name: p.Name(rest.Locale(ctx)), Summary: p.Summary, Status: p.Status,
		Attributes: []attribute{}, Criticality: p.Criticality, Since: p.Since, Ended: p.Ended, New: p.New(today), UpdatedAt: p.UpdatedAt, Version: p.Version,
	}
	for _, a := range p.Attributes {
		w.Attributes = append(w.Attributes, attribute(a))
	}
	if p.CategoryID != 0 {
		w.CategoryID = &p.CategoryID
	}
	return w, err
}

type category struct {
	ID       int64  `json:"id"`
	ParentID *int64 `json:"parent_id"`
	Names    Names  `json:"names"`
	Name     string `json:"name"`
	Position int64  `json:"position"`
	Version  int64  `json:"version"`
}

func wireCategory(ctx context.Context, c Category) category {
	w := category{ID: c.ID, Names: c.Names, Name: NameIn(c.Names, rest.Locale(ctx)), Position: c.Position, Version: c.Version}
	if c.ParentID != 0 {
		w.ParentID = &c.ParentID
	}
	return w
}

type listIn struct {
	rest.PageIn
	Q          string  `query:"q" doc:"Words of the code, the model or the name, or how they begin"`
	CategoryID int64   `query:"category_id" doc:"With all categories below it"`
	Status     string  `query:"status" doc:"draft, active, discontinued, or several with commas; all by default"`
	New        bool    `query:"new" doc:"Only what was launched lately"`
	Since      day.Day `query:"since" doc:"Only what was launched on that day or later"`
}

type idIn struct {
	ID int64 `path:"id"`
}

type productIn struct {
	Code        *string      `json:"code,omitempty"`
	Model       *string      `json:"model,omitempty"`
	Names       *Names       `json:"names,omitempty"`
	Summary     *Names       `json:"summary,omitempty"`
	CategoryID  *int64       `json:"category_id,omitempty" doc:"0 for none"`
	Status      *Status      `json:"status,omitempty" enum:"draft,active,discontinued"`
	Attributes  *[]attribute `json:"attributes,omitempty"`
	Criticality *int64       `json:"criticality,omitempty"`
	Since       *day.Day     `json:"since,omitempty"`
}

func (in productIn) patch() Patch {
	p := Patch{
		Code: in.Code, Model: in.Model, Names: in.Names, Summary: in.Summary, CategoryID: in.CategoryID, Status: in.Status,
		Criticality: in.Criticality, Since: in.Since,
	}
	if in.Attributes != nil {
		all := []Attribute{}
		for _, a := range *in.Attributes {
			all = append(all, Attribute(a))
		}
		p.Attributes = &all
	}
	return p
}

type createIn struct{ Body productIn }

type changeIn struct {
	rest.VersionIn
	ID   int64 `path:"id"`
	Body productIn
}

type compareIn struct {
	IDs        string `query:"ids" doc:"Two to four products, with commas"`
	CustomerID int64  `query:"customer_id" doc:"For whom the prices are"`
}

// Comparison is several products side by side.
type Comparison struct {
	Products []product       `json:"products"`
	Rows     []comparisonRow `json:"rows"`
	Offers   []offer         `json:"offers" doc:"What each of them costs today"`
}

type comparisonRow struct {
	Key     string       `json:"key"`
	Group   string       `json:"group"`
	Names   Names        `json:"names"`
	Name    string       `json:"name"`
	Cells   []*attribute `json:"cells" doc:"One for each product; null where its sheet says nothing"`
	Differs bool         `json:"differs"`
}

type categoryIn struct {
	ParentID *int64 `json:"parent_id,omitempty" doc:"0 for the top"`
	Names    *Names `json:"names,omitempty"`
	Position *int64 `json:"position,omitempty"`
}

type createCategoryIn struct{ Body categoryIn }

type changeCategoryIn struct {
	rest.VersionIn
	ID   int64 `path:"id"`
	Body categoryIn
}

func op(id, summary string) rest.Op {
	return rest.Op{ID: id, Tag: "products", Summary: summary, Module: Module}
}

func made(o rest.Op) rest.Op {
	o.Status = 201
	return o
}

// Routes adds the operations to the API.
func (s *Service) Routes(r *rest.Router) {
	rest.Get(r, "/products", op("list-products", "Products by their code"), s.apiList)
	rest.Post(r, "/products", made(op("create-product", "Make a product")), s.apiCreate)
	rest.Get(r, "/products/compare", op("compare-products", "Data sheets side by side, with what differs"), s.apiCompare)
	rest.Get(r, "/products/{id}", op("get-product", "A product, also a discontinued one"), s.apiGet)
	rest.Patch(r, "/products/{id}", op("change-product", "Change a product"), s.apiChange)
	rest.Get(r, "/product-categories", op("list-product-categories", "The tree of categories"), s.apiCategories)
	rest.Post(r, "/product-categories", made(op("create-product-category", "Make a category")), s.apiCreateCategory)
	rest.Patch(r, "/product-categories/{id}", op("change-product-category", "Change a category"), s.apiChangeCategory)
	rest.Delete(r, "/product-categories/{id}", op("remove-product-category", "Remove an empty category"), s.apiRemoveCategory)
	s.priceRoutes(r)
	s.documentRoutes(r)
}

func (s *Service) apiList(ctx context.Context, in *listIn) (*rest.List[product], error) {
	f := Filter{Q: in.Q, CategoryID: in.CategoryID, NewOnly: in.New, Since: in.Since}
	for one := range strings.SplitSeq(in.Status, ",") {
		if one != "" {
			f.Statuses = append(f.Statuses, Status(one))
		}
	}
	got, err := s.List(ctx, f, in.Request())
	if err != nil {
		return nil, err
	}
	out := page.Of[product]{Items: []product{}, Next: got.Next, Position: got.Position}
	for _, p := range got.Items {
		w, err := s.wire(ctx, p)
		if err != nil {
			return nil, err
		}
		out.Items = append(out.Items, w)
	}
	return &rest.List[product]{Body: out}, nil
}

func (s *Service) one(ctx context.Context, p Product, err error) (*rest.One[product], error) {
	if err != nil {
		return nil, err
	}
	w, err := s.wire(ctx, p)
	return rest.OneOf(w, p.Version), err
}

func (s *Service) apiGet(ctx context.Context, in *idIn) (*rest.One[product], error) {
	p, err := s.Get(ctx, in.ID)
	return s.one(ctx, p, err)
}

func (s *Service) apiCreate(ctx context.Context, in *createIn) (*rest.One[product], error) {
	p, err := s.Create(ctx, in.Body.patch())
	return s.one(ctx, p, err)
}

func (s *Service) apiChange(ctx context.Context, in *changeIn) (*rest.One[product], error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	p, err := s.Change(ctx, in.ID, version, in.Body.patch())
	return s.one(ctx, p, err)
}

func (s *Service) apiCompare(ctx context.Context, in *compareIn) (*rest.Body[Comparison], error) {
	var ids []int64
	for one := range strings.SplitSeq(in.IDs, ",") {
		if id, err := strconv.ParseInt(strings.TrimSpace(one), 10, 64); err == nil {
			ids = append(ids, id)
		}
	}
	products, rows, err := s.Compare(ctx, ids)
	if err != nil {
		return nil, err
	}
	out := Comparison{Products: []product{}, Rows: []comparisonRow{}, Offers: []offer{}}
	for _, p := range products {
		w, err := s.wire(ctx, p)
		if err != nil {
			return nil, err
		}
		o, err := s.OfferTo(ctx, p.ID, in.CustomerID, "")
		if err != nil {
			return nil, err
		}
		out.Products, out.Offers = append(out.Products, w), append(out.Offers, wireOffer(o))
	}
	for _, r := range rows {
		w := comparisonRow{Key: r.Key, Group: r.Group, Names: r.Names, Name: NameIn(r.Names, rest.Locale(ctx)), Differs: r.Differs}
		for _, c := range r.Cells {
			w.Cells = append(w.Cells, (*attribute)(c))
		}
		out.Rows = append(out.Rows, w)
	}
	return rest.Of(out), nil
}

func (s *Service) apiCategories(ctx context.Context, _ *struct{}) (*rest.List[category], error) {
	all, err := s.Categories(ctx)
	out := page.Of[category]{Items: make([]category, len(all))}
	for i, c := range all {
		out.Items[i] = wireCategory(ctx, c)
	}
	return &rest.List[category]{Body: out}, err
}

func (s *Service) apiCreateCategory(ctx context.Context, in *createCategoryIn) (*rest.One[category], error) {
	c, err := s.SaveCategory(ctx, 0, 0, CategoryPatch(in.Body))
	return rest.OneOf(wireCategory(ctx, c), c.Version), err
}

func (s *Service) apiChangeCategory(ctx context.Context, in *changeCategoryIn) (*rest.One[category], error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	c, err := s.SaveCategory(ctx, in.ID, version, CategoryPatch(in.Body))
	return rest.OneOf(wireCategory(ctx, c), c.Version), err
}

func (s *Service) apiRemoveCategory(ctx context.Context, in *idIn) (*rest.Empty, error) {
	return &rest.Empty{}, s.RemoveCategory(ctx, in.ID)
}
