package wording

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"heed/internal/platform/text"
)

// The rules of the reply check. Their names are part of the API.
const (
	RuleForbidden = "forbidden_word"
	RuleJargon    = "jargon"
	RuleUnfilled  = "field_unfilled"     // {{customer.name}} was left as it is
	RuleShort     = "too_short"          // it says next to nothing
	RuleLong      = "too_long"           // nobody reads that much
	RuleSentence  = "sentence_too_long"  // nobody follows that far
	RuleGreeting  = "no_greeting"        // it begins with no word to the person
	RuleClosing   = "no_closing"         // it ends without thanks or regards
	RuleScript    = "script_mixed"       // simplified and traditional characters in one reply
	RuleOther     = "other_script"       // the customer writes the other script
	RuleLanguage  = "other_language"     // the customer writes another language
	RuleShouting  = "shouting"           // rows of capitals or of exclamation marks
	RuleUntouched = "untouched_template" // a canned answer without a word of one's own
)

// Reply is what is to be checked.
type Reply struct {
	// Text is what is new in it, as plain text.
	Text string
	// Lang is the language that the text is written in, by its own looks:
	// "en", "zh-CN", "zh-TW", "zh", or "" for another one.
	Lang string
	// Theirs is the language that the customer wrote in; empty when unknown.
	Theirs string
	// Strays are characters of one Chinese script in a text of the other.
	Strays string
	// First tells that we have not written to the customer on this matter: the
	// first letter has a greeting, a fifth one in a row need not.
	First bool
	// Spoken is a record of what was said, to which only the words apply.
	Spoken bool
	// Untouched tells that it is a canned answer as it came.
	Untouched bool
}

// Finding is what somebody should look at before a reply goes.
type Finding struct {
	Rule     string
	Severity Severity
	Word     string // the word or the characters in question
	Instead  string // what to say instead
}

// The bounds of what is readable, in characters for Chinese and words else.
const (
	shortMost      = 6
	longHan        = 800
	longWords      = 400
	sentenceHan    = 90
	sentenceWords  = 45
	capitalsInARow = 4
	openingRunes   = 60
	closingRunes   = 120
)

// unfilled is a merge field as canned answers write them.
var unfilled = regexp.MustCompile(`\{\{\s*[a-z]+(?:\.[a-z]+)*\s*\}\}`)

// greetings and closings are folded words, one of which a letter begins and
// ends with.
var (
	greetings = folded("dear", "hello", "hi", "good morning", "good afternoon", "good evening", "greetings",
		"您好", "你好", "尊敬的", "亲爱的", "早上好", "下午好", "晚上好", "早安", "午安", "晚安", "先生", "女士", "小姐")
	closings = folded("thank", "thanks", "regards", "sincerely", "yours", "best wishes", "cheers", "have a nice", "look forward",
		"谢谢", "感谢", "此致", "敬礼", "祝您", "祝好", "顺祝", "敬祝", "顺颂", "商祺", "敬上", "辛苦了", "期待", "随时")
)

func folded(list ...string) []string {
	for i := range list {
		list[i] = text.Fold(list[i])
	}
	return list
}

// check gives what is to be said about the reply, what blocks it first.
func check(words []Word, r Reply) []Finding {
	out := append(wordsIn(words, r), unfilledIn(r.Text)...)
	if !r.Spoken {
		out = append(out, style(r)...)
	}
	slices.SortStableFunc(out, func(a, b Finding) int { return rank(a.Severity) - rank(b.Severity) })
	return out
}

func rank(s Severity) int {
	if s == Block {
		return 0
	}
	return 1
}

func wordsIn(words []Word, r Reply) []Finding {
	var out []Finding
	all, seen := text.Fold(r.Text), map[string]bool{}
	for _, w := range words {
		key := text.Fold(w.Word)
		if seen[key] || !w.watched(r.Lang) || !found(all, key) {
			continue
		}
		seen[key] = true
		rule := RuleForbidden
		if w.Kind == Jargon {
			rule = RuleJargon
		}
		out = append(out, Finding{rule, w.Severity, w.Word, w.Instead})
	}
	return out
}

func unfilledIn(body string) []Finding {
	var out []Finding
	for _, field := range slices.Compact(slices.Sorted(slices.Values(unfilled.FindAllString(body, -1)))) {
		out = append(out, Finding{Rule: RuleUnfilled, Severity: Block, Word: field})
	}
	return out
}

// style is the advice about a letter as a whole.
func style(r Reply) []Finding {
	var out []Finding
	warn := func(is bool, rule, word string) {
		if is {
			out = append(out, Finding{Rule: rule, Severity: Warn, Word: word})
		}
	}
	s := strings.TrimSpace(r.Text)
	all := text.Fold(s)
	han, words := size(s)
	warn(han+words > 0 && utf8.RuneCountInString(s) < shortMost, RuleShort, "")
	warn(han > longHan || words > longWords, RuleLong, "")
	long := longSentence(s)
	warn(long != "", RuleSentence, long)
	warn(r.First && !anyIn(head(all, openingRunes), greetings), RuleGreeting, "")
	warn(r.First && !anyIn(tail(all, closingRunes), closings), RuleClosing, "")
	warn(r.Strays != "", RuleScript, r.Strays)
	warn(r.Strays == "" && strings.HasPrefix(r.Lang, "zh-") && strings.HasPrefix(r.Theirs, "zh-") && r.Lang != r.Theirs, RuleOther, r.Theirs)
	warn(r.Lang != "" && r.Theirs != "" && chinese(r.Lang) != chinese(r.Theirs), RuleLanguage, r.Theirs)
	loud := shouted(s)
	warn(loud != "", RuleShouting, loud)
	warn(r.Untouched, RuleUntouched, "")
	return out
}

func chinese(lang string) bool { return strings.HasPrefix(lang, "zh") }

// size counts the Chinese characters and the words of other writings.
func size(s string) (han, words int) {
	inside := false
	for _, r := range s {
		switch {
		case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana):
			han++
			inside = false
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			if !inside {
				words++
			}
			inside = true
		case r != '\'' && r != '’' && r != '-':
			inside = false
		}
	}
	return han, words
}

// longSentence gives the beginning of the first sentence that is too long.
func longSentence(s string) string {
	for _, line := range strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune("\n。！？!?；;", r) }) {
		for sentence := range strings.SplitSeq(line, ". ") {
			if han, words := size(sentence); han > sentenceHan || words > sentenceWords {
				return head(strings.TrimSpace(sentence), 20) + "…"
			}
		}
	}
	return ""
}

// shouted gives a row of exclamation marks or of words in capitals.
func shouted(s string) string {
	for _, marks := range []string{"!!", "！！", "!！", "！!"} {
		if strings.Contains(s, marks) {
			return marks
		}
	}
	var row []string
	for w := range strings.FieldsSeq(s) {
		letters := strings.TrimFunc(w, func(r rune) bool { return !unicode.IsLetter(r) })
		if len(letters) < 2 || strings.ContainsFunc(letters, func(r rune) bool { return r < 'A' || r > 'Z' }) {
			row = nil
			continue
		}
		if row = append(row, letters); len(row) >= capitalsInARow {
			return strings.Join(row, " ")
		}
	}
	return ""
}

func anyIn(s string, words []string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return found(s, w) })
}

func head(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n])
	}
	return s
}

func tail(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[len(r)-n:])
	}
	return s
}
