package dealer

import (
	_ "embed"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"heed/internal/platform/text"
)

//go:embed cities.txt
var citiesText string

// City is a city and where it is.
type City struct {
	Names   map[string]string // by locale
	Country string            // ISO 3166-1 alpha-2
	At      Place
}

// Place is a point on the earth, in degrees.
type Place struct {
	Lat float64 // north is positive
	Lon float64 // east is positive
}

// cities reads the table, once.
var cities = sync.OnceValue(func() *gazetteer {
	g := &gazetteer{byName: map[string]int{}}
	country := ""
	for line := range strings.SplitSeq(citiesText, "\n") {
		f := strings.Fields(line)
		switch {
		case len(f) == 1 && strings.HasPrefix(f[0], "["):
			country = strings.Trim(f[0], "[]")
		case len(f) == 5 && f[0] != "#":
			lat, errLat := strconv.ParseFloat(f[3], 64)
			lon, errLon := strconv.ParseFloat(f[4], 64)
			if errLat != nil || errLon != nil {
				continue
			}
			if f[1] == "-" {
				f[1] = f[0]
			}
			g.add(City{map[string]string{"zh-CN": f[0], "zh-TW": f[1], "en": strings.ReplaceAll(f[2], "_", " ")}, country, Place{lat, lon}})
		}
	}
	return g
})

// gazetteer finds cities by their names.
type gazetteer struct {
	all    []City
	byName map[string]int // folded name → place in all
}

func (g *gazetteer) add(c City) {
	for _, name := range c.Names {
		if _, taken := g.byName[text.Fold(name)]; !taken {
			g.byName[text.Fold(name)] = len(g.all)
		}
	}
	g.all = append(g.all, c)
}

// find gives the city that somebody means: by its name in any writing, else the
// one whose name begins the text or stands in it, the longest name first, so that
// "苏州工业园区" is Suzhou.
func (g *gazetteer) find(written string) (City, bool) {
	folded := strings.TrimSpace(text.Fold(written))
	if folded == "" {
		return City{}, false
	}
	for _, try := range []string{folded, strings.TrimSuffix(folded, "市"), strings.TrimSuffix(folded, " city"), strings.TrimSuffix(folded, "县")} {
		if i, ok := g.byName[try]; ok {
			return g.all[i], true
		}
	}
	best, longest, starts := -1, 0, false
	for name, i := range g.byName {
		at := indexWord(folded, name)
		if at < 0 {
			continue
		}
		n, begins := utf8.RuneCountInString(name), at == 0
		if begins && !starts || begins == starts && (n > longest || n == longest && i < best) {
			best, longest, starts = i, n, begins
		}
	}
	if best < 0 {
		return City{}, false
	}
	return g.all[best], true
}

// indexWord finds a name in a text; one of letters only as a whole word.
func indexWord(s, name string) int {
	at := strings.Index(s, name)
	if at < 0 || name[0] >= utf8.RuneSelf {
		return at
	}
	letter := func(i int) bool { return i >= 0 && i < len(s) && s[i] >= 'a' && s[i] <= 'z' }
	if letter(at-1) || letter(at+len(name)) {
		return -1
	}
	return at
}

// suggest gives at most n cities whose name in any writing begins so.
func (g *gazetteer) suggest(q string, n int) []City {
	q = strings.TrimSpace(text.Fold(q))
	out := []City{}
	for _, c := range g.all {
		if len(out) == n {
			break
		}
		if slices.ContainsFunc([]string{"en", "zh-CN", "zh-TW"}, func(l string) bool { return strings.HasPrefix(text.Fold(c.Names[l]), q) }) {
			out = append(out, c)
		}
	}
	return out
}

// CityOf gives the city that somebody means, false when it is not in the table.
func CityOf(written string) (City, bool) { return cities().find(written) }

// Cities gives at most n cities whose name in any writing begins with q.
func Cities(q string, n int) []City { return cities().suggest(q, n) }

// earthRadius is the mean radius of the earth (IUGG), in kilometres.
const earthRadius = 6371.0

// Km is the distance of two places along the surface, by the haversine formula:
// hav(d/r) = hav(Δφ) + cos φ₁ · cos φ₂ · hav(Δλ).
func (p Place) Km(q Place) float64 {
	rad := func(d float64) float64 { return d * math.Pi / 180 }
	hav := func(x float64) float64 { s := math.Sin(x / 2); return s * s }
	h := hav(rad(q.Lat-p.Lat)) + math.Cos(rad(p.Lat))*math.Cos(rad(q.Lat))*hav(rad(q.Lon-p.Lon))
	return 2 * earthRadius * math.Asin(math.Sqrt(min(1, h)))
}
