package portal

import (
	"cmp"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"heed/internal/kernel/fault"
	"heed/internal/kernel/id"
	"heed/internal/people/identity"
	"heed/internal/platform/i18n"
	"heed/internal/work/conversation"
	"heed/internal/work/tickettype"
)

// The bounds of a form.
const (
	nameMost    = 120 // characters
	wordsMost   = 10_000
	valueMost   = 2000
	symptomMost = 300
	subjectMost = 80
	filesMost   = 5
	wordMost    = 500 // of a judgement
)

// A form is taken when it was open for a while, and not for days.
const (
	openLeast = 3 * time.Second
	openMost  = 12 * time.Hour
)

// The purposes of what is sealed.
const (
	sealForm = "portal.form"
	sealFile = "portal.file"
)

// The beginnings of the names that the fields and the questions of a type have
// in the form.
const (
	fieldPrefix    = "f_"
	questionPrefix = "q_"
)

// form is a request as somebody types it.
type form struct {
	Name, Email, Phone string
	Words              string
	TypeKey            string
	Values             map[string]string // by the names of the form
	Files              []keptFile
	Stamp              string // when the form was opened, sealed
	Trap               string // stays empty: people do not see it
}

// keptFile is a file that was sent with a form. Should the form come back, it
// carries the file along.
type keptFile struct {
	BlobKey string    `json:"k"`
	Name    string    `json:"n"`
	Type    string    `json:"t"`
	Size    int64     `json:"s"`
	At      time.Time `json:"a"`
}

func (k keptFile) sealed(s Sealer) string {
	b, _ := json.Marshal(k) // cannot fail: it holds texts and numbers
	return s.Seal(string(b), sealFile)
}

// openFile reads a file that a form carries along; false when it is not ours or
// may have been swept meanwhile.
func openFile(s Sealer, sealed string, now time.Time) (keptFile, bool) {
	var k keptFile
	plain, err := s.Open(sealed, sealFile)
	if err != nil || json.Unmarshal([]byte(plain), &k) != nil {
		return k, false
	}
	return k, now.Sub(k.At) < openMost
}

// newStamp says when a form was opened, and is another one each time.
func newStamp(s Sealer, now time.Time) string {
	return s.Seal(strconv.FormatInt(now.UnixMicro(), 10)+" "+id.Token(), sealForm)
}

// readStamp gives what names the form, and whether it was open neither too short
// nor too long.
func readStamp(s Sealer, stamp string, now time.Time) (name string, ok bool) {
	plain, err := s.Open(stamp, sealForm)
	if err != nil {
		return "", false
	}
	at, name, _ := strings.Cut(plain, " ")
	micro, err := strconv.ParseInt(at, 10, 64)
	if err != nil {
		return "", false
	}
	age := now.Sub(time.UnixMicro(micro))
	return name, age >= openLeast && age <= openMost
}

// request is a form that has nothing wrong.
type request struct {
	name, email, phone string
	words              string
	kind               tickettype.Type // ID 0: none was chosen
	fields             map[string]string
	answers            map[string]string
	productID          int64
	said               []answer // what was chosen and filled in, in words
	files              []keptFile
	locale             string
}

// answer is what was said to a question, in words.
type answer struct{ label, value string }

// inForm tells whether a field of a type is asked of customers: what must be
// known at once, what counts for understanding them, and what they alone can
// tell. What is written down when the matter is solved is not.
func inForm(f tickettype.Field) bool {
	switch {
	case f.Kind == tickettype.Product, f.Required == tickettype.AtOpen:
		return true
	case f.Required == tickettype.Never:
		return f.Need || f.Kind != tickettype.Text && f.Kind != tickettype.Number && f.Kind != tickettype.Money
	}
	return false
}

// asked are the fields of a type that customers are asked for. Which product it is
// about is asked of everybody who can choose one.
func asked(typ tickettype.Type, products bool) []tickettype.Field {
	var out []tickettype.Field
	for _, f := range typ.Fields {
		if inForm(f) {
			out = append(out, f)
			products = products && f.Kind != tickettype.Product
		}
	}
	if products {
		names := tickettype.Names{}
		for _, l := range i18n.Locales() {
			names[l] = say(l, "form.product")
		}
		out = append(out, tickettype.Field{Key: "product", Names: names, Kind: tickettype.Product, Required: tickettype.Never})
	}
	return out
}

// read checks what was typed for a type. country is the firm's, zone its zone.
func (t form) read(typ tickettype.Type, locale, country string, zone *time.Location, product func(value string) (int64, string)) (request, error) {
	var f fault.Fields
	r := request{
		name: oneLine(t.Name), words: strings.TrimSpace(t.Words), kind: typ, files: t.Files, locale: locale,
		fields: map[string]string{}, answers: map[string]string{},
	}
	bounded(&f, "name", r.name, nameMost)
	bounded(&f, "words", r.words, wordsMost)
	if r.name == "" {
		f.Add("name", "field.required")
	}
	if r.words == "" {
		f.Add("words", "field.required")
	}
	if t.TypeKey != "" && typ.ID == 0 {
		f.Add("type", "field.unknown_value")
	}
	t.readContact(&r, country, &f)
	for _, field := range asked(typ, true) {
		t.readField(field, &r, zone, product, &f)
	}
	for _, q := range typ.Questions {
		t.readQuestion(q, &r, &f)
	}
	return r, f.Err()
}

func (t form) readContact(r *request, country string, f *fault.Fields) {
	if email := strings.TrimSpace(t.Email); email != "" {
		var ok bool
		if r.email, ok = identity.Email(email); !ok {
			f.Add("email", "field.email_invalid")
		}
	}
	if phone := strings.TrimSpace(t.Phone); phone != "" {
		read, wrong := identity.ReadPhone(phone, country)
		if wrong != "" {
			f.Add("phone", wrong)
		}
		r.phone = read.String()
	}
	if strings.TrimSpace(t.Email+t.Phone) == "" {
		f.Add("email", "portal.contact_required")
	}
}

func (t form) readField(field tickettype.Field, r *request, zone *time.Location, product func(string) (int64, string), f *fault.Fields) {
	name := fieldPrefix + field.Key
	value := strings.TrimSpace(t.Values[name])
	if value == "" {
		if field.Required == tickettype.AtOpen {
			f.Add(name, "field.required")
		}
		return
	}
	label, shown := field.Names.Say(r.locale), value
	switch field.Kind {
	case tickettype.Product:
		if id, named := product(value); id != 0 {
			r.productID, shown = id, named
		}
	case tickettype.Moment:
		at, err := time.ParseInLocation("2006-01-02T15:04", value, zone)
		if err == nil {
			value, shown = at.Format(time.RFC3339), at.Format("2006-01-02 15:04")
		}
	case tickettype.Chosen, tickettype.YesNo:
		shown = chosen(field.Choices, value, r.locale)
	case tickettype.Text, tickettype.Number, tickettype.Date, tickettype.Asset, tickettype.Phone, tickettype.Address, tickettype.Money:
	}
	tidy, wrong := field.Tidy(value)
	if wrong != "" {
		f.Add(name, wrong)
		return
	}
	r.fields[field.Key] = tidy
	r.said = append(r.said, answer{label, cmp.Or(shown, tidy)})
}

func (t form) readQuestion(q tickettype.Question, r *request, f *fault.Fields) {
	name := questionPrefix + q.Key
	value := strings.TrimSpace(t.Values[name])
	if value == "" {
		return
	}
	shown := value
	if q.Kind == tickettype.Closed {
		if shown = chosen(q.Choices, value, r.locale); shown == "" {
			f.Add(name, "field.unknown_value")
			return
		}
	}
	bounded(f, name, value, valueMost)
	r.answers[q.Key] = value
	r.said = append(r.said, answer{q.Names.Say(r.locale), shown})
}

// chosen is a choice in words, "" when it is none. Without choices it is yes or no.
func chosen(all []tickettype.Choice, key, locale string) string {
	if len(all) == 0 && (key == "yes" || key == "no") {
		return say(locale, "form."+key)
	}
	i := slices.IndexFunc(all, func(c tickettype.Choice) bool { return c.Key == key })
	if i < 0 {
		return ""
	}
	return all[i].Names.Say(locale)
}

func bounded(f *fault.Fields, name, value string, most int) {
	if utf8.RuneCountInString(value) > most {
		f.Add(name, "field.too_long", "max", most)
	}
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// text is the request as the message that stands in the conversation: his own
// words, and below them what he has chosen and filled in.
func (r request) text() string {
	var b strings.Builder
	b.WriteString(r.words)
	if len(r.said) > 0 {
		b.WriteString("\n\n———\n")
		for _, a := range r.said {
			b.WriteString(a.label + " " + a.value + "\n")
		}
	}
	return b.String()
}

// symptom is what he chose, as one line on the ticket.
func (r request) symptom() string {
	var parts []string
	for _, q := range r.kind.Questions {
		if v := r.answers[q.Key]; v != "" {
			if q.Kind == tickettype.Closed {
				v = chosen(q.Choices, v, r.locale)
			}
			parts = append(parts, q.Names.Say(r.locale)+" "+oneLine(v))
		}
	}
	line := []rune(strings.Join(parts, " · "))
	return string(line[:min(len(line), symptomMost)])
}

func (r request) attached() []conversation.File {
	out := make([]conversation.File, len(r.files))
	for i, k := range r.files {
		out[i] = conversation.File{Name: k.Name, Type: k.Type, Size: k.Size, BlobKey: k.BlobKey}
	}
	return out
}
