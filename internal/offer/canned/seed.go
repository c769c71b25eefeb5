package canned

import "heed/internal/platform/i18n"

// firstAnswers are what every desk needs from the first day. They promise no
// time and no result: that is for the person who sends them.
func firstAnswers(locale string) []Input {
	locale = i18n.Match(locale)
	var out []Input
	for _, a := range map[string][]Input{
		i18n.English: {
			{Code: "hello", Name: "Greeting", HTML: "<p>Dear {{customer.salutation}},</p><p>Thank you for contacting {{firm.name}}.</p><p></p><p>Kind regards,<br>{{agent.name}}</p>"},
			{Code: "details", Name: "Ask for details", HTML: "<p>So that we can help you quickly, could you please send us:</p><ul><li>the model and the serial number (on the type plate)</li><li>what happens, and since when</li><li>a photo or the error message, if there is one</li></ul>"},
			{Code: "checking", Name: "We are looking into it", HTML: "<p>Thank you for the details. A colleague is looking into the matter now, and we will write to you as soon as we know more. Your request number is {{ticket.number}}.</p>"},
			{Code: "sorry", Name: "Apology for a delay", HTML: "<p>We are sorry that you have had to wait. Your request {{ticket.number}} has not been forgotten; this is where it stands:</p>"},
			{Code: "done", Name: "Solved, please confirm", HTML: "<p>From our side the matter is settled. Could you please check whether everything works as you expect? If not, simply answer this mail and we will take it up again.</p>"},
		},
		i18n.Simplified: {
			{Code: "hello", Name: "问候", HTML: "<p>{{customer.salutation}}，您好！</p><p>感谢您联系{{firm.name}}。</p><p></p><p>此致<br>{{agent.name}}</p>"},
			{Code: "details", Name: "请客户补充信息", HTML: "<p>为了尽快帮您解决问题，请您提供以下信息：</p><ul><li>产品型号和编号（见铭牌）</li><li>故障现象以及开始的时间</li><li>照片或报错信息（如有）</li></ul>"},
			{Code: "checking", Name: "正在核实", HTML: "<p>感谢您提供的信息。我们的同事正在处理，一有进展会立即回复您。您的服务请求编号是 {{ticket.number}}。</p>"},
			{Code: "sorry", Name: "为延误致歉", HTML: "<p>让您久等了，非常抱歉。您的服务请求 {{ticket.number}} 我们一直在跟进，目前的进展如下：</p>"},
			{Code: "done", Name: "已解决，请确认", HTML: "<p>您反映的问题我们已经处理完毕，请您确认是否一切正常。如果仍有问题，直接回复本邮件即可，我们会继续为您处理。</p>"},
		},
		i18n.Traditional: {
			{Code: "hello", Name: "問候", HTML: "<p>{{customer.salutation}}，您好！</p><p>感謝您聯絡{{firm.name}}。</p><p></p><p>敬祝 順心<br>{{agent.name}}</p>"},
			{Code: "details", Name: "請客戶補充資訊", HTML: "<p>為了盡快協助您解決問題，請您提供以下資訊：</p><ul><li>產品型號與編號（見銘牌）</li><li>故障情形與開始的時間</li><li>照片或錯誤訊息（如有）</li></ul>"},
			{Code: "checking", Name: "正在確認", HTML: "<p>感謝您提供的資訊。我們的同事正在處理，一有進展會立即回覆您。您的服務請求編號是 {{ticket.number}}。</p>"},
			{Code: "sorry", Name: "為延誤致歉", HTML: "<p>讓您久等了，非常抱歉。您的服務請求 {{ticket.number}} 我們一直在追蹤，目前的進度如下：</p>"},
			{Code: "done", Name: "已解決，請確認", HTML: "<p>您反映的問題我們已經處理完畢，請您確認是否一切正常。如果仍有問題，直接回覆本郵件即可，我們會繼續為您處理。</p>"},
		},
	}[locale] {
		a.Locale, a.Shared = locale, true
		out = append(out, a)
	}
	return out
}
