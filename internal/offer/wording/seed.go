package wording

// first is one of the first words in a compact form.
type first struct {
	kind     Kind
	severity Severity
	word     string
	instead  string
}

// firstWords are what most service desks do not want to read in a letter: what
// puts the blame on the customer, sends him away, or promises what nobody can
// keep; and the words of the trade with plain ones for them. The firm changes
// the list as it likes.
func firstWords() []Word {
	var out []Word
	for _, l := range []struct {
		locale string
		words  []first
	}{
		{"en", []first{
			{Forbidden, Block, "shut up", ""},
			{Forbidden, Block, "stupid", ""},
			{Forbidden, Block, "idiot", ""},
			{Forbidden, Block, "that is your problem", "let us see what we can do"},
			{Forbidden, Block, "not my problem", "I will find who can help"},
			{Forbidden, Block, "we guarantee 100%", "we expect"},
			{Forbidden, Warn, "you must", "please"},
			{Forbidden, Warn, "you should have", "next time it helps to"},
			{Forbidden, Warn, "it is impossible", "what we can do is"},
			{Forbidden, Warn, "against our policy", "what we can offer is"},
			{Forbidden, Warn, "calm down", "I understand that this is annoying"},
			{Forbidden, Warn, "as I said before", "to put it differently"},
			{Forbidden, Warn, "obviously", ""},
			{Jargon, Warn, "RMA", "return number"},
			{Jargon, Warn, "SLA", "agreed time"},
			{Jargon, Warn, "escalate", "pass on to a specialist"},
			{Jargon, Warn, "ETA", "expected time"},
			{Jargon, Warn, "SKU", "article number"},
			{Jargon, Warn, "TBD", "not yet decided"},
		}},
		{"zh-CN", []first{
			{Forbidden, Block, "闭嘴", ""},
			{Forbidden, Block, "白痴", ""},
			{Forbidden, Block, "关我什么事", "我帮您找负责的同事"},
			{Forbidden, Block, "不归我管", "我帮您转给负责的同事"},
			{Forbidden, Block, "爱买不买", ""},
			{Forbidden, Block, "百分之百保证", "我们会尽力"},
			{Forbidden, Warn, "不知道", "我马上帮您确认"},
			{Forbidden, Warn, "没办法", "我们可以这样做"},
			{Forbidden, Warn, "你搞错了", "我们一起再核对一下"},
			{Forbidden, Warn, "这是规定", "我为您说明一下原因"},
			{Forbidden, Warn, "你应该", "建议您"},
			{Forbidden, Warn, "绝对不会", "正常情况下不会"},
			{Forbidden, Warn, "我不是说过了吗", "我换一种说法"},
			{Jargon, Warn, "RMA", "退货编号"},
			{Jargon, Warn, "SLA", "约定的时限"},
			{Jargon, Warn, "SKU", "货号"},
			{Jargon, Warn, "工单升级", "转给专家处理"},
			{Jargon, Warn, "闭环", "处理完毕"},
			{Jargon, Warn, "颗粒度", "详细程度"},
		}},
		{"zh-TW", []first{
			{Forbidden, Block, "閉嘴", ""},
			{Forbidden, Block, "白痴", ""},
			{Forbidden, Block, "關我什麼事", "我幫您找負責的同事"},
			{Forbidden, Block, "不歸我管", "我幫您轉給負責的同事"},
			{Forbidden, Block, "百分之百保證", "我們會盡力"},
			{Forbidden, Warn, "不知道", "我馬上幫您確認"},
			{Forbidden, Warn, "沒辦法", "我們可以這樣做"},
			{Forbidden, Warn, "你搞錯了", "我們一起再核對一次"},
			{Forbidden, Warn, "這是規定", "我為您說明原因"},
			{Forbidden, Warn, "你應該", "建議您"},
			{Forbidden, Warn, "絕對不會", "正常情況下不會"},
			{Jargon, Warn, "RMA", "退貨編號"},
			{Jargon, Warn, "SLA", "約定的時限"},
			{Jargon, Warn, "SKU", "貨號"},
			{Jargon, Warn, "案件升級", "轉給專家處理"},
		}},
	} {
		for _, w := range l.words {
			out = append(out, Word{Word: w.word, Locale: l.locale, Kind: w.kind, Severity: w.severity, Instead: w.instead})
		}
	}
	return out
}
