package dealer

import (
	"math"
	"testing"

	"heed/internal/platform/text"
)

func TestEveryCityHasANameInEachWritingAndAPlaceInItsCountry(t *testing.T) {
	t.Parallel()
	all := cities().all
	if len(all) < 400 {
		t.Fatalf("%d cities", len(all))
	}
	chinese := 0
	for _, c := range all {
		for _, l := range []string{"en", "zh-CN", "zh-TW"} {
			if c.Names[l] == "" {
				t.Errorf("%v has no name in %s", c.Names, l)
			}
		}
		if text.Fold(c.Names["zh-CN"]) != text.Fold(c.Names["zh-TW"]) && (c.Country == "CN" || c.Country == "TW" || c.Country == "HK") {
			t.Errorf("%s and %s are not the same name", c.Names["zh-CN"], c.Names["zh-TW"])
		}
		if c.At.Lat == 0 || c.At.Lon == 0 || math.Abs(c.At.Lat) > 70 || math.Abs(c.At.Lon) > 180 {
			t.Errorf("%s is at %v", c.Names["en"], c.At)
		}
		bounds := map[string][4]float64{
			"CN": {18, 50, 73, 135}, "TW": {21.5, 26.5, 118, 122.5}, "HK": {22, 23, 113.8, 114.5}, "JP": {30, 46, 128, 146},
			"US": {24, 50, -125, -66}, "DE": {47, 55, 5.5, 15.5}, "GB": {49.5, 60, -8, 2}, "AU": {-44, -10, 112, 154}, "IN": {8, 33, 68, 98},
		}
		if b, ok := bounds[c.Country]; ok && (c.At.Lat < b[0] || c.At.Lat > b[1] || c.At.Lon < b[2] || c.At.Lon > b[3]) {
			t.Errorf("%s is not in %s", c.Names["en"], c.Country)
		}
		if c.Country == "CN" || c.Country == "TW" || c.Country == "HK" || c.Country == "MO" {
			chinese++
		}
	}
	if chinese < 280 {
		t.Errorf("%d Chinese cities", chinese)
	}
}

func TestACityIsFoundInAnyWritingAndWithinAnAddress_R298(t *testing.T) {
	t.Parallel()
	for written, want := range map[string]string{
		"苏州": "Suzhou", "蘇州市": "Suzhou", "suzhou": "Suzhou", " SuZhou City": "Suzhou", "江苏省苏州工业园区": "Suzhou", "臺北市信義區": "Taipei",
		"台北": "Taipei", "New Taipei": "New Taipei", "Leeds, UK": "Leeds", "上海市浦东新区": "Shanghai", "吉林": "Jilin", "Ho Chi Minh City": "Ho Chi Minh City",
	} {
		if c, ok := CityOf(written); !ok || c.Names["en"] != want {
			t.Errorf("%q is %v", written, c.Names)
		}
	}
	for _, none := range []string{"", "  ", "Atlantis", "Leedsburg", "不知道"} {
		if c, ok := CityOf(none); ok {
			t.Errorf("%q is taken for %s", none, c.Names["en"])
		}
	}
	if got := Cities("su", 3); len(got) == 0 || got[0].Names["en"] != "Suzhou" {
		t.Error(got)
	}
}

func TestDistancesAreThoseOnTheGlobe(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		a, b    string
		km, off float64
	}{
		{"北京", "上海", 1067, 15},
		{"上海", "苏州", 84, 12},
		{"台北", "高雄", 297, 15},
		{"London", "New York", 5570, 40},
		{"Sydney", "Perth", 3290, 40},
		{"Auckland", "Santiago", 9660, 80},
		{"北京", "北京", 0, 0.001},
	} {
		a, _ := CityOf(tt.a)
		b, _ := CityOf(tt.b)
		if got := a.At.Km(b.At); math.Abs(got-tt.km) > tt.off {
			t.Errorf("from %s to %s: %.0f km", tt.a, tt.b, got)
		}
	}
}
