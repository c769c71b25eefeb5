package wording

import (
	"slices"
	"strings"
	"testing"
)

func rules(found []Finding) string {
	var out []string
	for _, f := range found {
		out = append(out, f.Rule)
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}

func TestAReplyIsCheckedForLengthCourtesyWordsAndScript_R415(t *testing.T) {
	t.Parallel()
	words := []Word{
		{Word: "stupid", Locale: "en", Kind: Forbidden, Severity: Block, Active: true},
		{Word: "ass", Locale: "en", Kind: Forbidden, Severity: Block, Active: true},
		{Word: "SLA", Locale: "zh-CN", Kind: Jargon, Severity: Warn, Instead: "约定的时限", Active: true},
		{Word: "没办法", Locale: "zh-CN", Kind: Forbidden, Severity: Warn, Active: true},
		{Word: "软件", Locale: "zh-TW", Kind: Jargon, Severity: Warn, Instead: "軟體", Active: true},
		{Word: "old", Locale: "en", Kind: Forbidden, Severity: Block},
	}
	polite := "Dear Mr Wang,\n\nThe part is on its way and will be with you on Friday.\n\nKind regards"
	for _, c := range []struct {
		name  string
		reply Reply
		want  string
	}{
		{"a polite letter has nothing to be said about it", Reply{Text: polite, Lang: "en", Theirs: "en", First: true}, ""},
		{"a forbidden word in any case and width", Reply{Text: "That was ＳＴＵＰＩＤ of us, we are sorry", Lang: "en"}, RuleForbidden},
		{"no word inside another one", Reply{Text: "We assume a class of errors", Lang: "en"}, ""},
		{"a word that is switched off is not looked for", Reply{Text: "This is an old model", Lang: "en"}, ""},
		{"a Chinese word among others", Reply{Text: "这个我们真的没办法处理", Lang: "zh-CN"}, RuleForbidden},
		{"a Chinese word in the other script", Reply{Text: "這個我們真的沒辦法處理", Lang: "zh"}, RuleForbidden},
		{"jargon within Chinese", Reply{Text: "按照SLA我们明天到", Lang: "zh-CN"}, RuleJargon},
		{"a word of another region does not count", Reply{Text: "请您更新软件到最新版本", Lang: "zh-CN"}, ""},
		{"a field that was left", Reply{Text: "Dear {{ customer.name }}, thanks", Lang: "en", First: true}, RuleUnfilled},
		{"no greeting and no end", Reply{Text: "The part is on its way.", Lang: "en", First: true}, RuleClosing + " " + RuleGreeting},
		{"a later reply needs neither", Reply{Text: "The part is on its way.", Lang: "en"}, ""},
		{"next to nothing", Reply{Text: "ok", Lang: "en"}, RuleShort},
		{"far too much", Reply{Text: strings.Repeat("Take the cover off. ", 120), Lang: "en"}, RuleLong},
		{"a sentence without end", Reply{Text: strings.Repeat("and then we look at it ", 10), Lang: "en"}, RuleSentence},
		{"both Chinese scripts", Reply{Text: "請您重启设备", Lang: "zh-CN", Strays: "請"}, RuleScript},
		{"the other script than the customer's", Reply{Text: "请您重启设备", Lang: "zh-CN", Theirs: "zh-TW"}, RuleOther},
		{"another language than the customer's", Reply{Text: "Please restart the machine", Lang: "en", Theirs: "zh-CN"}, RuleLanguage},
		{"shouting", Reply{Text: "PLEASE READ THE MANUAL first", Lang: "en"}, RuleShouting},
		{"exclamation marks", Reply{Text: "请您先看说明书！！", Lang: "zh-CN"}, RuleShouting},
		{"a canned answer as it came", Reply{Text: "The part is on its way.", Lang: "en", Untouched: true}, RuleUntouched},
		{"what was said is not a letter", Reply{Text: "ok", Lang: "en", First: true, Spoken: true}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := rules(check(words, c.reply)); got != c.want {
				t.Errorf("found %q, want %q", got, c.want)
			}
		})
	}
}

func TestWhatBlocksStandsFirst(t *testing.T) {
	t.Parallel()
	found := check([]Word{
		{Word: "a warning", Kind: Forbidden, Severity: Warn, Active: true},
		{Word: "never this", Kind: Forbidden, Severity: Block, Active: true},
	}, Reply{Text: "a warning and never this"})
	if len(found) != 2 || found[0].Word != "never this" {
		t.Error(found)
	}
}
