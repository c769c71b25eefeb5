package tickettype

import "heed/internal/platform/i18n"

// firstType is a type of the first tree with those below it.
type firstType struct {
	Input
	children []Input
}

// in says a text in the three languages.
func in(en, simplified, traditional string) Names {
	return Names{i18n.English: en, i18n.Simplified: simplified, i18n.Traditional: traditional}
}

// first makes an Input of what most types differ in.
func first(key, icon string, names Names) Input {
	return Input{Key: key, Icon: new("i-lucide-" + icon), Names: &names, Need: new(true), Topic: new(key)}
}

func (i Input) judged(severity int64) Input     { i.Severity = &severity; return i }
func (i Input) weighing(points int64) Input     { i.Weight = &points; return i }
func (i Input) restated() Input                 { i.RequireRestatement = new(true); return i }
func (i Input) fields(f ...Field) Input         { i.Fields = &f; return i }
func (i Input) checks(c ...Check) Input         { i.Checklist = &c; return i }
func (i Input) asks(q ...Question) Input        { i.Questions = &q; return i }
func (i Input) conflicting(c ...Conflict) Input { i.Conflicts = &c; return i }
func (i Input) next(n ...Names) Input {
	var issues []NextIssue
	for _, one := range n {
		issues = append(issues, NextIssue{Names: one})
	}
	i.NextIssues = &issues
	return i
}

func field(key string, kind Kind, required Need, names Names, choices ...Choice) Field {
	return Field{Key: key, Names: names, Kind: kind, Required: required, Need: required != Never, Choices: list(choices)}
}

func (f Field) counted() Field { f.Need = true; return f }

func choice(key, en, simplified, traditional string) Choice {
	return Choice{key, in(en, simplified, traditional)}
}

func step(key, en, simplified, traditional string) Check {
	return Check{key, in(en, simplified, traditional), true}
}

func hint(key, en, simplified, traditional string) Check {
	return Check{key, in(en, simplified, traditional), false}
}

func ask(key, en, simplified, traditional string) Question {
	return Question{key, in(en, simplified, traditional), Open, []Choice{}}
}

func choose(key string, names Names, choices ...Choice) Question {
	return Question{key, names, Closed, list(choices)}
}

// firstLevels are the severities in words with which a firm begins (R310).
func firstLevels() []Level {
	return []Level{
		{1, in("Critical", "严重", "嚴重"), in("People are in danger, or the customer's business stands still; there is no way round it.", "有人身危险，或客户业务完全停顿，且没有替代办法。", "有人身危險，或客戶業務完全停擺，且沒有替代辦法。")},
		{2, in("Serious", "较重", "較重"), in("An important function is lost, or many people are concerned; a way round it is hard.", "重要功能不能用或影响多人，替代办法很勉强。", "重要功能無法使用或影響多人，替代辦法很勉強。")},
		{3, in("Moderate", "一般", "一般"), in("Work goes on with a nuisance, or one person is concerned.", "有不便但还能用，或只影响一个人。", "有不便但仍可使用，或只影響一個人。")},
		{4, in("Minor", "轻微", "輕微"), in("A question, a wish, or something that only looks wrong.", "咨询、建议，或只是外观上的小问题。", "諮詢、建議，或只是外觀上的小問題。")},
	}
}

// firstTypes are the kinds of requests with which a firm begins. All of it can
// be changed.
func firstTypes() []firstType {
	return []firstType{
		{first("enquiry", "circle-help", in("Enquiry", "咨询", "諮詢")), enquiries()},
		{first("support", "wrench", in("Technical support", "技术支持", "技術支援")), supports()},
		{first("service", "truck", in("Service request", "服务需求", "服務需求")), services()},
		{first("voice", "megaphone", in("Complaint and suggestion", "投诉与建议", "投訴與建議")), voices()},
		{first("business", "briefcase", in("Business matters", "业务办理", "業務辦理")), businesses()},
	}
}

func product(required Need) Field {
	return field("product", Product, required, in("Product", "产品", "產品")).counted()
}

func serial(required Need) Field {
	return field("serial", Asset, required, in("Serial number", "产品编号", "產品編號"))
}

func address() Field {
	return field("address", Address, AtOpen, in("Address", "地址", "地址"))
}

func wished() Field {
	return field("wished_date", Date, AtOpen, in("Wished date", "期望日期", "期望日期"))
}

func window() Field {
	return field("time_window", Chosen, Never, in("Time window", "时间段", "時段"),
		choice("morning", "Morning", "上午", "上午"), choice("afternoon", "Afternoon", "下午", "下午"),
		choice("evening", "Evening", "晚上", "晚上"), choice("any", "Any time", "不限", "不限"))
}

func onSite() Field {
	return field("site_contact", Phone, Never, in("Phone on site", "现场联系电话", "現場聯絡電話"))
}

func region() Field {
	return field("region", Text, Never, in("City or region", "城市或地区", "城市或地區")).counted()
}

// reason is the side of a product that somebody asks for (R259).
func reason() Field {
	return field("reason", Chosen, Never, in("What matters most", "最看重哪一方面", "最看重哪一方面"),
		choice("function", "Function", "功能", "功能"), choice("performance", "Performance", "性能", "性能"),
		choice("quality", "Quality", "质量", "品質"), choice("price", "Price", "价格", "價格"))
}

func enquiries() []Input {
	return []Input{
		first("price", "tag", in("Price enquiry", "价格咨询", "價格諮詢")).judged(4).
			fields(product(Never), field("quantity", Number, Never, in("Quantity", "数量", "數量")), region(), reason()).
			asks(ask("use_case", "What will you use it for?", "您打算用在什么场合？", "您打算用在什麼場合？"),
				ask("how_many", "How many do you need, and by when?", "需要多少，什么时候要？", "需要多少，什麼時候要？")).
			next(in("How long does delivery take?", "多久能到货？", "多久能到貨？"), in("What does the warranty cover?", "保修包括哪些内容？", "保固包含哪些內容？"),
				in("How can one pay, and is there an invoice?", "怎么付款，能开发票吗？", "如何付款，能開發票嗎？")),
		first("where_to_buy", "map-pin", in("Where and how to buy", "购买地点与方式", "購買地點與方式")).judged(4).
			fields(region(), product(Never)).
			asks(ask("city", "In which city are you?", "您在哪个城市？", "您在哪個城市？"),
				choose("way", in("How would you like to buy?", "您想怎样购买？", "您想怎樣購買？"), choice("shop", "In a shop", "到店", "到店"),
					choice("dealer", "From a dealer", "代理商", "經銷商"), choice("online", "Online", "网上", "網路"))).
			next(in("Is it in stock there?", "那里有现货吗？", "那裡有現貨嗎？"), in("Can it be delivered and installed?", "能送货并安装吗？", "能送貨並安裝嗎？")),
		first("usage", "book-open", in("Features and how to use", "功能与使用方法", "功能與使用方法")).judged(4).
			fields(product(Never)).
			asks(ask("goal", "What would you like to achieve?", "您想达到什么效果？", "您想達到什麼效果？"),
				ask("tried", "What have you tried so far?", "您已经试过哪些办法？", "您已經試過哪些辦法？")).
			next(in("How is it cleaned and cared for?", "平时怎么清洁和保养？", "平時怎麼清潔和保養？")),
		first("pre_sale", "compass", in("Pre-sale enquiry", "售前咨询", "售前諮詢")).judged(4).
			fields(product(Never), region(), field("budget", Money, Never, in("Budget", "预算", "預算")), reason()).
			asks(ask("situation", "What do you use today?", "您现在用的是什么？", "您現在使用的是什麼？"),
				ask("demand", "What must it be able to do?", "必须满足哪些要求？", "必須滿足哪些要求？"),
				choose("when", in("When do you want to decide?", "您打算什么时候决定？", "您打算什麼時候決定？"), choice("now", "Within a month", "一个月内", "一個月內"),
					choice("quarter", "Within three months", "三个月内", "三個月內"), choice("later", "Later", "以后再说", "以後再說"))).
			next(in("How does it compare with the other model?", "和另一个型号比有什么区别？", "和另一個型號比有什麼差別？")),
		first("bill", "receipt", in("Bill enquiry", "账单查询", "帳單查詢")).judged(3).
			fields(field("bill_number", Text, Never, in("Bill or invoice number", "账单或发票号", "帳單或發票號碼")).counted(),
				field("amount", Money, Never, in("Amount in question", "有疑问的金额", "有疑問的金額"))).
			checks(hint("identity", "Made sure who is asking", "已核实查询人身份", "已核對查詢人身分")).
			asks(ask("item", "Which item is not clear to you?", "哪一项不清楚？", "哪一項不清楚？"),
				choose("paid", in("Has it been paid?", "已经付款了吗？", "已經付款了嗎？"))),
		first("service_enquiry", "search", in("Service enquiry", "业务查询", "業務查詢")).judged(4).
			fields(product(Never), field("plan", Text, Never, in("Plan or service", "套餐或业务", "方案或業務")).counted()).
			asks(ask("what", "What would you like to know?", "您想了解什么？", "您想了解什麼？")),
		first("campaign_rule", "ticket-percent", in("Campaign rules", "活动规则咨询", "活動規則諮詢")).judged(4).
			fields(field("campaign", Text, Never, in("Campaign", "活动", "活動")).counted(),
				field("order_number", Text, Never, in("Order number", "订单号", "訂單編號"))).
			asks(ask("seen", "Where did you see the campaign, and what did it say?", "您在哪里看到活动，内容是怎样的？", "您在哪裡看到活動，內容是怎樣的？"),
				choose("bought", in("Have you already bought?", "已经购买了吗？", "已經購買了嗎？"))),
		first("advice", "lightbulb", in("Advice", "建议与指导", "建議與指導")).judged(4).fields(product(Never)).
			asks(ask("goal", "What would you like to achieve?", "您想达到什么目的？", "您想達到什麼目的？"),
				ask("limits", "What must not happen?", "有哪些限制？", "有哪些限制？")),
	}
}

func faultFields() []Field {
	return []Field{
		product(AtSolve), serial(Never),
		field("fault_code", Text, Never, in("Fault code", "故障代码", "故障代碼")),
		field("fault_since", Moment, Never, in("Broken since", "故障开始时间", "故障開始時間")).counted(),
		field("cause", Text, Never, in("Cause", "原因", "原因")),
		field("action", Text, AtSolve, in("What was done", "处理措施", "處理措施")),
	}
}

func supports() []Input {
	return []Input{
		first("fault", "triangle-alert", in("Fault: cause and cure", "故障原因与处理", "故障原因與處理")).judged(3).weighing(2).
			fields(faultFields()...).
			asks(
				ask("what_happens", "What exactly happens?", "具体是什么现象？", "具體是什麼現象？"),
				ask("since_when", "Since when, and what was changed before?", "什么时候开始的，之前动过什么？", "什麼時候開始的，之前動過什麼？"),
				choose("always", in("Does it happen always or sometimes?", "一直这样还是偶尔？", "一直這樣還是偶爾？"), choice("always", "Always", "一直", "一直"), choice("sometimes", "Sometimes", "偶尔", "偶爾")),
				choose("display", in("Is there a fault code on the display?", "屏幕上有故障代码吗？", "螢幕上有故障代碼嗎？")),
				choose("running", in("Does the machine still run?", "机器还能运转吗？", "機器還能運轉嗎？")),
			).
			conflicting(Conflict{
				Answer{"running", "no"},
				Answer{"always", "sometimes"},
				in("It does not run, yet it happens only sometimes: does it run in between?", "机器不能运转，但又是偶尔发生：中间有没有正常运转？", "機器無法運轉，但又是偶爾發生：中間有沒有正常運轉？"),
			}).
			next(in("Can it come back, and how is that prevented?", "会不会再发生，怎样预防？", "會不會再發生，怎樣預防？"), in("Is the repair covered by the warranty?", "维修在保修范围内吗？", "維修在保固範圍內嗎？")),
		first("phone_fault", "phone-off", in("Phone fault", "电话机故障", "電話機故障")).judged(3).weighing(2).
			fields(faultFields()...).
			asks(
				choose("tone", in("Is there a dial tone?", "有拨号音吗？", "有撥號音嗎？")),
				choose("direction", in("Which calls fail?", "哪种通话有问题？", "哪種通話有問題？"), choice("in", "Incoming", "打进来", "打進來"), choice("out", "Outgoing", "打出去", "打出去"), choice("both", "Both", "都不行", "都不行")),
				choose("other_set", in("Does another set work on the same line?", "同一条线换一部话机能用吗？", "同一條線換一部話機能用嗎？")),
				ask("noise", "What do you hear?", "您听到什么声音？", "您聽到什麼聲音？"),
			).
			conflicting(Conflict{
				Answer{"tone", "no"},
				Answer{"direction", "in"},
				in("Without a dial tone outgoing calls fail too: which is it?", "没有拨号音时打出去也不行：请再确认一下。", "沒有撥號音時打出去也不行：請再確認一下。"),
			}),
		first("machine_fault", "cog", in("Machine fault", "机器故障", "機器故障")).judged(2).weighing(4).
			fields(append(faultFields(), field("standstill", YesNo, Never, in("Production stands still", "是否停产", "是否停產")).counted())...).
			checks(step("safe", "Customer told to make the machine safe", "已提醒客户确保安全", "已提醒客戶確保安全")).
			asks(
				ask("what_happens", "What exactly happens?", "具体是什么现象？", "具體是什麼現象？"),
				choose("stopped", in("Does the machine stand still?", "机器停了吗？", "機器停了嗎？")),
				ask("code", "Which fault code is shown?", "显示什么故障代码？", "顯示什麼故障代碼？"),
				ask("last_service", "When was it serviced last?", "上次保养是什么时候？", "上次保養是什麼時候？"),
			).
			conflicting(Conflict{
				Answer{"standstill", "yes"},
				Answer{"stopped", "no"},
				in("Production stands still although the machine runs: what holds it up?", "机器没停但停产了：是什么原因？", "機器沒停但停產了：是什麼原因？"),
			}).
			next(in("How can it be kept running until somebody comes?", "在人员到场前怎样维持运转？", "在人員到場前怎樣維持運轉？")),
		first("technical_support", "headset", in("Technical support", "技术支持", "技術支援")).judged(3).
			fields(product(Never), serial(Never), field("version", Text, Never, in("Software version", "软件版本", "軟體版本"))).
			asks(ask("goal", "What are you trying to do?", "您想做什么？", "您想做什麼？"), ask("message", "What does the machine or program say?", "机器或软件提示什么？", "機器或軟體提示什麼？")),
		first("troubleshooting", "list-checks", in("Troubleshooting", "故障排除", "故障排除")).judged(3).weighing(2).
			fields(faultFields()...).
			checks(hint("restarted", "Switched off and on again", "已重启试过", "已重新開機試過"), step("tested", "Tested together with the customer", "已与客户一起测试", "已與客戶一起測試")).
			asks(ask("what_happens", "What exactly happens?", "具体是什么现象？", "具體是什麼現象？"), ask("tried", "What have you tried so far?", "已经试过哪些办法？", "已經試過哪些辦法？")),
	}
}
