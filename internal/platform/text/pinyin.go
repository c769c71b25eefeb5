package text

import (
	"slices"
	"strings"
	"sync"
)

// syllables is the table of readings: for each character of the basic block
// the index of its syllable, 0 for none.
type syllables struct {
	of    [hanLast - hanFirst + 1]uint16
	names []string
}

var readingTable = sync.OnceValue(func() *syllables {
	t := &syllables{names: []string{""}}
	for line := range strings.Lines(readings) {
		name, chars, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		t.names = append(t.names, name)
		for _, r := range chars {
			t.of[r-hanFirst] = uint16(len(t.names) - 1)
		}
	}
	return t
})

// surnames are read otherwise at the beginning of a name than as words.
var surnames = map[rune]string{
	'单': "shan", '單': "shan", '曾': "zeng", '解': "xie", '查': "zha", '仇': "qiu", '区': "ou", '區': "ou",
	'盖': "ge", '蓋': "ge", '翟': "zhai", '乐': "yue", '樂': "yue", '朴': "piao", '缪': "miao", '繆': "miao",
	'冼': "xian", '员': "yun", '員': "yun", '折': "she", '黑': "he", '种': "chong", '重': "chong", '祭': "zhai",
	'秘': "bi", '宓': "mi", '尉': "wei", '召': "shao", '哈': "ha", '逄': "pang", '谌': "chen", '諶': "chen",
	'覃': "qin", '柏': "bai", '隗': "wei", '长': "chang", '長': "chang",
}

// doubleSurnames are those of two characters with a reading of their own.
var doubleSurnames = map[string][]string{
	"尉迟": {"yu", "chi"}, "尉遲": {"yu", "chi"}, "万俟": {"mo", "qi"}, "萬俟": {"mo", "qi"},
	"长孙": {"zhang", "sun"}, "長孫": {"zhang", "sun"}, "澹台": {"tan", "tai"}, "澹臺": {"tan", "tai"},
	"单于": {"chan", "yu"}, "單于": {"chan", "yu"},
}

// Pinyin returns how a name is typed by its sound: each run of Chinese
// characters as one word of toneless syllables (ü is v, as on keyboards), other
// words folded, with spaces between: "王芳" is "wangfang". A family name at the
// beginning has its reading as a name (曾 zeng). Characters without a known
// reading are left out.
func Pinyin(name string) string { return spell(name, true, whole) }

// Initials is Pinyin with only the first letter of each syllable: "王芳" is "wf".
func Initials(name string) string { return spell(name, true, initial) }

func whole(syllable string) string { return syllable }

func initial(syllable string) string { return syllable[:1] }

// NameIndex is IndexText for names: with the sound and the initials of
// Chinese names, a first character that has two readings in both, and ü in all
// three ways people type it (lv, lyu, lu).
func NameIndex(name string) string {
	out := []string{IndexText(name)}
	if !hasHan(name) {
		return out[0]
	}
	add := func(s string) {
		if s != "" && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	for _, asName := range []bool{true, false} {
		sound := spell(name, asName, whole)
		add(sound)
		for _, u := range []string{"yu", "u"} {
			add(strings.NewReplacer("lv", "l"+u, "nv", "n"+u).Replace(sound))
		}
		add(spell(name, asName, initial))
	}
	return strings.Join(out, " ")
}

func hasHan(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return r >= hanFirst && r <= hanLast })
}

func spell(name string, asName bool, part func(string) string) string {
	var words []string
	var run []rune
	flush := func() {
		if len(run) == 0 {
			return
		}
		var b strings.Builder
		for _, s := range spellRun(run, asName && len(words) == 0) {
			b.WriteString(part(s))
		}
		if b.Len() > 0 {
			words = append(words, b.String())
		}
		run = run[:0]
	}
	var word []rune
	flushWord := func() {
		if len(word) > 0 {
			words = append(words, Fold(string(word)))
			word = word[:0]
		}
	}
	for _, r := range name {
		switch {
		case r >= hanFirst && r <= hanLast:
			flushWord()
			run = append(run, r)
			continue
		case isWord(lower(r)):
			flush()
			word = append(word, r)
			continue
		}
		flush()
		flushWord()
	}
	flush()
	flushWord()
	return strings.Join(words, " ")
}

// spellRun reads a run of Chinese characters, first if a name begins with it. Characters whose traditional
// or rare form has no reading are read as what they fold to.
func spellRun(run []rune, first bool) []string {
	t := readingTable()
	var out []string
	if first && len(run) > 1 {
		if s, ok := doubleSurnames[string(run[:2])]; ok {
			out, run = append(out, s...), run[2:]
		} else if s, ok := surnames[run[0]]; ok && len(run) <= 4 {
			out, run = append(out, s), run[1:]
		}
	}
	for _, r := range run {
		s := t.names[t.of[r-hanFirst]]
		if s == "" {
			if f := foldTable().of(r); f >= hanFirst && f <= hanLast {
				s = t.names[t.of[f-hanFirst]]
			}
		}
		if s != "" {
			out = append(out, s)
		}
	}
	return out
}
