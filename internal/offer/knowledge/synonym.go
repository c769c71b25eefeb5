package knowledge

import (
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"heed/internal/kernel/fault"
	"heed/internal/platform/text"
)

// Synonym is a set of words and phrases, in any languages, that mean the same
// to who looks for something.
type Synonym struct {
	ID        int64
	Words     []string
	UpdatedAt time.Time
	Version   int64
}

const synonymWordsMost = 30

func (s Synonym) clean() (Synonym, error) {
	s.Words = wordSet(s.Words)
	var f fault.Fields
	if len(s.Words) < 2 {
		f.Add("words", "knowledge.synonym_two")
	}
	if len(s.Words) > synonymWordsMost {
		f.Add("words", "knowledge.too_many", "max", synonymWordsMost)
	}
	for _, w := range s.Words {
		if len(phraseWords(text.Fold(w))) == 0 {
			f.Add("words", "knowledge.synonym_word")
			break
		}
	}
	return s, f.Err()
}

// synonyms are the sets in the form in which they are found in a question.
type synonyms struct {
	phrases []member // the longest first
	sets    [][][]string
}

type member struct {
	folded string
	set    int
	at     int
	latin  bool
}

// phrase is a stretch of a question that is one word of a set.
type phrase struct {
	lo, hi int
	words  [][]string // the terms of each word of the set
	member int
}

func compile(all []Synonym) *synonyms {
	out := &synonyms{}
	for _, s := range all {
		var set [][]string
		for _, w := range s.Words {
			folded := strings.TrimSpace(text.Fold(w))
			words := phraseWords(folded)
			if len(words) == 0 {
				continue
			}
			r, _ := utf8.DecodeRuneInString(folded)
			out.phrases = append(out.phrases, member{folded, len(out.sets), len(set), !ideograph(r)})
			set = append(set, words)
		}
		out.sets = append(out.sets, set)
	}
	slices.SortStableFunc(out.phrases, func(a, b member) int { return len(b.folded) - len(a.folded) })
	return out
}

// phraseWords are the terms by which a phrase is found: pairs where there are
// any, else the single character.
func phraseWords(folded string) []string {
	var out []string
	all := terms(folded)
	for _, t := range all {
		if !t.single || !slices.ContainsFunc(all, func(o term) bool { return !o.single && o.lo <= t.lo && t.hi <= o.hi }) {
			out = append(out, t.word)
		}
	}
	return out
}

// in finds the words of sets in a folded question, the longest first, each
// stretch once for each set that has it.
func (s *synonyms) in(folded string) []phrase {
	var out []phrase
	for _, m := range s.phrases {
		for from := 0; ; {
			i := strings.Index(folded[from:], m.folded)
			if i < 0 {
				break
			}
			lo := from + i
			hi := lo + len(m.folded)
			from = hi
			if m.latin {
				hi = wordEnd(folded, hi)
			}
			if hi < 0 || m.latin && !wordStart(folded, lo) {
				continue
			}
			inside := slices.ContainsFunc(out, func(p phrase) bool { return p.lo <= lo && hi <= p.hi && p.hi-p.lo > hi-lo })
			again := slices.ContainsFunc(out, func(p phrase) bool { return &p.words[0] == &s.sets[m.set][0] })
			if !inside && !again {
				out = append(out, phrase{lo, hi, s.sets[m.set], m.at})
			}
		}
	}
	return out
}

func wordStart(s string, i int) bool {
	r, _ := utf8.DecodeLastRuneInString(s[:i])
	return i == 0 || ideograph(r) || !unicode.IsLetter(r) && !unicode.IsDigit(r)
}

// wordEnd gives where the word that reaches i ends, allowing an ending that a
// stem has not ("leaks"); -1 when the word goes on.
func wordEnd(s string, i int) int {
	rest := s[i:]
	for _, end := range []string{"", "s", "es", "ed", "ing"} {
		after, ok := strings.CutPrefix(rest, end)
		if !ok {
			continue
		}
		r, _ := utf8.DecodeRuneInString(after)
		if after == "" || ideograph(r) || !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return i + len(end)
		}
	}
	return -1
}

// idlePhrases are folded.
var idlePhrases = sync.OnceValue(func() []string {
	var out []string
	for p := range strings.FieldsSeq(`
		请问 你好 您好 麻烦 请教 咨询 一下 谢谢 帮忙 帮我 想问 我想问 想知道 想了解 我想 我要 我们 你们 我的 他们 咱们 我家 我
		怎么办 怎么回事 怎么样 怎么弄 怎么搞 怎么处理 如何处理 怎么解决 如何解决 怎么做 要怎么 怎么 怎样 如何 咋办 咋回事 咋弄 咋
		为什么 为啥 是什么 什么原因 什么 啥 哪里 哪儿 哪些 哪个 多少 几 吗 呢 吧 啊 呀 嘛 哦 了 的 地 得 着
		能不能 可不可以 是不是 有没有 要不要 会不会 可以 能够 应该 需要 是否 老是 总是 一直 突然 有点 这个 那个 这种 这样 这是 那 这
		有 是 在 就 都 也 还 很 和 跟 与 把 被 让 给 对 从 到 一 不了 起来 出来 时候 的话 问题`) {
		out = append(out, text.Fold(p))
	}
	return out
})

// idleWords are stems of English words that only make a sentence.
var idleWords = func() map[string]bool {
	out := map[string]bool{}
	for w := range strings.FieldsSeq(`a an the is are was were be been am do does did done have has had how what when where why which who whom whose can could will would
		should shall may might must i me my mine we us our you your he she it its they them their this that these those there here of in on at to for from by with about
		into and or but if then than so as just please help hi hello dear thanks thank need want know tell get got go going come any some all
		im ive dont doesnt cant isnt wont s t`) {
		out[stem(w)] = true
	}
	return out
}()
