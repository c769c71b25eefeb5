package portal

import (
	"cmp"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"heed/internal/kernel/fault"
	"heed/internal/offer/catalog"
	"heed/internal/platform/i18n"
	"heed/internal/platform/rest"
	"heed/internal/work/tickettype"
)

// Of a form: how many bytes of one field are read, and how much there may be
// beside the files.
const (
	fieldBytes = 64 << 10
	formBytes  = 2 << 20
)

type askData struct {
	form
	Groups    []typeGroup // the kinds of requests, by what they belong to
	TypeName  string
	TypeHelp  bool // fields follow from the kind
	Inputs    []input
	Errors    map[string]string // field → what is wrong, in words
	General   string            // what is wrong with the form as a whole
	List      []errorLine       // all that is wrong, with links
	Action    string
	FileLimit int64
	FilesMost int
	Kept      []keptLine
}

type typeGroup struct {
	Name  string
	Types []choiceLine
}

// input is a field or a question of a type, as it is asked.
type input struct {
	Name, Label, Help  string
	Kind               string // text, area, number, date, moment, tel, choice, select
	Choices            []choiceLine
	Value, Error, Hint string
	Required           bool
}

type errorLine struct{ Field, Label, Text string }

type keptLine struct {
	Name, Sealed string
	Size         int64
}

// ask shows the form and takes it.
func (s *Service) ask(v visit) error {
	if v.post() {
		return s.takeForm(v)
	}
	in := v.r.URL.Query()
	if number := in.Get("sent"); number != "" {
		return s.thanks(v, number)
	}
	f := form{TypeKey: in.Get("type"), Words: in.Get("words"), Values: map[string]string{}}
	if product := in.Get("product"); product != "" {
		f.Values[fieldPrefix+"product"] = product
	}
	if r := []rune(f.Words); len(r) > valueMost {
		f.Words = string(r[:valueMost])
	}
	return s.showForm(v, f, nil, "")
}

// takeForm makes a ticket of a form, or gives it back with what is wrong.
func (s *Service) takeForm(v visit) error {
	now := s.Clock.Now()
	wait, allowed := s.forms.count(rest.ClientIP(v.ctx), now)
	f, wrong, err := s.readForm(v, allowed)
	if err != nil {
		return err
	}
	if !allowed {
		return s.showForm(v, f, wrong, say(v.locale, "form.too_many", "minutes", int(wait.Minutes())+1))
	}
	if f.Values["again"] != "" { // another kind was chosen
		return s.showForm(v, f, nil, "")
	}
	typ, err := s.typeOf(v, f.TypeKey)
	if err != nil {
		return err
	}
	products, err := s.offered(v)
	if err != nil {
		return err
	}
	r, err := f.read(typ, v.locale, v.firm.Country, v.firm.zone, func(value string) (int64, string) {
		id, err := strconv.ParseInt(value, 10, 64)
		if err != nil {
			return 0, ""
		}
		name := productName(products, id, v.locale)
		if name == "" {
			id = 0
		}
		return id, name
	})
	wrong = append(wrong, fieldsOf(err)...)
	if len(wrong) > 0 {
		return s.showForm(v, f, wrong, "")
	}
	name, ok := readStamp(s.Seal, f.Stamp, now)
	if f.Trap != "" || !ok {
		return s.showForm(v, f, nil, say(v.locale, "form.once_more"))
	}
	number, err := s.send(v.ctx, name, r)
	if fields := fieldsOf(err); len(fields) > 0 {
		return s.showForm(v, f, fields, "")
	}
	if err != nil {
		return err
	}
	v.w.Header().Set("Cache-Control", "no-store")
	http.Redirect(v.w, v.r, root+"/"+v.locale+"/ask?sent="+url.QueryEscape(number), http.StatusSeeOther)
	return nil
}

func fieldsOf(err error) []fault.Field {
	if f, ok := errors.AsType[*fault.Error](err); ok {
		return f.Fields
	}
	return nil
}

// readForm reads what was typed, and stores the files if that is allowed.
func (s *Service) readForm(v visit, files bool) (form, []fault.Field, error) {
	f := form{Values: map[string]string{}}
	var wrong fault.Fields
	v.r.Body = http.MaxBytesReader(v.w, v.r.Body, formBytes+filesMost*s.FileLimit)
	parts, err := v.r.MultipartReader()
	if err != nil {
		return s.readPlain(v, f)
	}
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			if _, large := errors.AsType[*http.MaxBytesError](err); large {
				wrong.Add("files", "portal.files_too_large", "limit", i18n.Size(s.FileLimit))
				break
			}
			return f, nil, fault.NotFound("not_found") // cut off, or no form
		}
		if part.FileName() == "" {
			if part.FormName() == "files" {
				continue // no file was chosen
			}
			b, err := io.ReadAll(io.LimitReader(part, fieldBytes))
			if err != nil {
				return f, nil, fault.NotFound("not_found")
			}
			s.put(&f, part.FormName(), string(b))
			continue
		}
		if files {
			if err := s.takeFile(v, &f, part, &wrong); err != nil {
				return f, nil, err
			}
		}
	}
	return f, fieldsOf(wrong.Err()), nil
}

// readPlain reads a form without files.
func (s *Service) readPlain(v visit, f form) (form, []fault.Field, error) {
	if err := v.r.ParseForm(); err != nil {
		return f, nil, fault.NotFound("not_found")
	}
	for name, values := range v.r.Form {
		for _, value := range values {
			s.put(&f, name, value)
		}
	}
	return f, nil, nil
}

// put notes one field of the form.
func (s *Service) put(f *form, name, value string) {
	value = strings.ToValidUTF8(strings.ReplaceAll(value, "\r\n", "\n"), "")
	switch name {
	case "name":
		f.Name = value
	case "email":
		f.Email = value
	case "phone":
		f.Phone = value
	case "words":
		f.Words = value
	case "type":
		f.TypeKey = value
	case "stamp":
		f.Stamp = value
	case "website": // a name that programs like to fill in
		f.Trap = value
	case "kept":
		if k, ok := openFile(s.Seal, value, s.Clock.Now()); ok && len(f.Files) < filesMost {
			f.Files = append(f.Files, k)
		}
	default:
		if len(f.Values) < 200 {
			f.Values[name] = value
		}
	}
}

func (s *Service) takeFile(v visit, f *form, part *multipart.Part, wrong *fault.Fields) error {
	if len(f.Files) >= filesMost {
		wrong.Add("files", "portal.files_too_many", "max", filesMost)
		return nil
	}
	k, err := s.keep(v.ctx, part.FileName(), part)
	_, large := errors.AsType[*http.MaxBytesError](err)
	switch {
	case large, fault.Is(err, fault.KindTooLarge):
		wrong.Add("files", "portal.files_too_large", "limit", i18n.Size(s.FileLimit))
		return nil // the rest of it is passed over by the next part
	case err != nil:
		return err
	}
	if k.Size > 0 {
		f.Files = append(f.Files, k)
	}
	return nil
}

// types gives the kinds of requests that visitors may choose, without those whose
// parent is switched off.
func (s *Service) types(v visit) ([]tickettype.Type, error) {
	all, err := s.Types.List(v.system())
	if err != nil {
		return nil, err
	}
	on := map[int64]bool{0: true}
	var out []tickettype.Type
	for _, t := range all { // each before its children
		if t.Active && on[t.ParentID] {
			on[t.ID] = true
			out = append(out, t)
		}
	}
	return out, nil
}

// typeOf gives the kind with a key; ID 0 when none is chosen or it is not there.
func (s *Service) typeOf(v visit, key string) (tickettype.Type, error) {
	all, err := s.types(v)
	if err != nil {
		return tickettype.Type{}, err
	}
	if i := slices.IndexFunc(all, func(t tickettype.Type) bool { return t.Key == key }); i >= 0 {
		return all[i], nil
	}
	return tickettype.Type{}, nil
}

// offered are the products to choose from; none when the module is off.
func (s *Service) offered(v visit) ([]catalog.Product, error) {
	if !v.on(moduleCatalog) {
		return nil, nil
	}
	return s.products(v.ctx)
}

// groups are the kinds as they are shown: each kind that has kinds below it is a
// heading for them.
func (s *Service) groups(v visit, chosen string) ([]typeGroup, error) {
	all, err := s.types(v)
	if err != nil {
		return nil, err
	}
	names := func(t tickettype.Type) string { return t.Names.Say(v.locale, v.firm.Locale) }
	children := map[int64][]tickettype.Type{}
	for _, t := range all {
		children[t.ParentID] = append(children[t.ParentID], t)
	}
	var below func(t tickettype.Type) []choiceLine
	below = func(t tickettype.Type) []choiceLine {
		var out []choiceLine
		for _, c := range children[t.ID] {
			if len(children[c.ID]) == 0 {
				out = append(out, choiceLine{c.Key, names(c), c.Key == chosen})
			}
			out = append(out, below(c)...)
		}
		return out
	}
	var out []typeGroup
	alone := typeGroup{}
	for _, t := range children[0] {
		if kinds := below(t); len(kinds) > 0 {
			out = append(out, typeGroup{names(t), kinds})
		} else {
			alone.Types = append(alone.Types, choiceLine{t.Key, names(t), t.Key == chosen})
		}
	}
	if len(alone.Types) > 0 {
		alone.Name = say(v.locale, "form.other_kinds")
		out = append(out, alone)
	}
	return out, nil
}

// showForm shows the form as it was filled in.
func (s *Service) showForm(v visit, f form, wrong []fault.Field, general string) error {
	typ, err := s.typeOf(v, f.TypeKey)
	if err != nil {
		return err
	}
	d := askData{
		form: f, General: general, Errors: map[string]string{}, Action: root + "/" + v.locale + "/ask", FileLimit: s.FileLimit, FilesMost: filesMost,
		TypeName: typ.Names.Say(v.locale, v.firm.Locale),
	}
	if d.Groups, err = s.groups(v, typ.Key); err != nil {
		return err
	}
	d.Stamp = newStamp(s.Seal, s.Clock.Now())
	if name, ok := readStamp(s.Seal, f.Stamp, s.Clock.Now()); ok && name != "" && f.Trap == "" {
		d.Stamp = f.Stamp // the same form goes on
	}
	for _, k := range f.Files {
		d.Kept = append(d.Kept, keptLine{k.Name, k.sealed(s.Seal), k.Size})
	}
	labels := map[string]string{}
	for _, name := range []string{"name", "email", "phone", "words", "type", "files"} {
		labels[name] = say(v.locale, "form."+name)
	}
	products, err := s.offered(v)
	if err != nil {
		return err
	}
	d.Inputs = inputs(v, typ, f, products)
	for _, in := range d.Inputs {
		labels[in.Name] = in.Label
	}
	for _, w := range wrong {
		text := i18n.T(v.locale, w.Key, w.Params)
		name := strings.TrimPrefix(strings.Replace(w.Name, "fields.", fieldPrefix, 1), "customer.")
		if d.Errors[name] == "" {
			d.Errors[name] = text
			d.List = append(d.List, errorLine{name, cmp.Or(labels[name], name), text})
		}
	}
	for i := range d.Inputs {
		d.Inputs[i].Error = d.Errors[d.Inputs[i].Name]
	}
	out := s.page(v, "ask", "ask", say(v.locale, "form.title"))
	out.Private = true
	out.Description = say(v.locale, "form.lead")
	out.Crumbs = []crumb{{out.Title, ""}}
	out.Data = d
	status := http.StatusOK
	if general != "" || len(wrong) > 0 {
		status = http.StatusUnprocessableEntity
	}
	return s.show(v, status, pageAsk, out)
}

// inputs are the fields and questions of a type with what was typed.
func inputs(v visit, typ tickettype.Type, f form, products []catalog.Product) []input {
	var out []input
	say := func(n tickettype.Names) string { return n.Say(v.locale, v.firm.Locale) }
	for _, q := range typ.Questions {
		in := input{Name: questionPrefix + q.Key, Label: say(q.Names), Kind: "area"}
		if q.Kind == tickettype.Closed {
			in.Kind, in.Choices = "choice", choices(v, q.Choices)
		}
		out = append(out, in)
	}
	for _, d := range asked(typ, len(products) > 0) {
		in := input{Name: fieldPrefix + d.Key, Label: say(d.Names), Help: say(d.Help), Required: d.Required == tickettype.AtOpen, Kind: "text"}
		switch d.Kind {
		case tickettype.Number:
			in.Kind = "number"
		case tickettype.Chosen, tickettype.YesNo:
			if in.Kind, in.Choices = "choice", choices(v, d.Choices); len(in.Choices) > 6 {
				in.Kind = "select"
			}
		case tickettype.Date:
			in.Kind = "date"
		case tickettype.Moment:
			in.Kind = "moment"
		case tickettype.Phone:
			in.Kind = "tel"
		case tickettype.Address:
			in.Kind = "area"
		case tickettype.Product:
			if len(products) > 0 {
				in.Kind = "select"
				for _, p := range products {
					in.Choices = append(in.Choices, choiceLine{Value: strconv.FormatInt(p.ID, 10), Name: p.Name(v.locale)})
				}
			}
		case tickettype.Text, tickettype.Asset, tickettype.Money:
		}
		out = append(out, in)
	}
	for i := range out {
		out[i].Value = f.Values[out[i].Name]
		for j := range out[i].Choices {
			c := &out[i].Choices[j]
			c.On = c.Value == out[i].Value
		}
	}
	return out
}

// choices are the answers of a question; without any of its own, yes and no.
func choices(v visit, all []tickettype.Choice) []choiceLine {
	if len(all) == 0 {
		return []choiceLine{{Value: "yes", Name: say(v.locale, "form.yes")}, {Value: "no", Name: say(v.locale, "form.no")}}
	}
	out := make([]choiceLine, len(all))
	for i, c := range all {
		out[i] = choiceLine{Value: c.Key, Name: c.Names.Say(v.locale, v.firm.Locale)}
	}
	return out
}

// thanks shows the number of the ticket that a form has made.
func (s *Service) thanks(v visit, number string) error {
	if len(number) > 20 || strings.ContainsFunc(number, func(r rune) bool { return r < '0' || r > '9' }) {
		return fault.NotFound("not_found")
	}
	out := s.page(v, "ask", "ask", say(v.locale, "thanks.title"))
	out.Private = true
	out.Crumbs = []crumb{{out.Title, ""}}
	out.Data = struct{ Number string }{number}
	return s.show(v, http.StatusOK, pageThanks, out)
}
