package tickettype

// services are the six kinds of service (R261) and what goes with them.
func services() []Input {
	return []Input{
		first("delivery", "truck", in("Delivery", "送货上门", "送貨到府")).judged(3).
			fields(address(), wished(), window(), onSite(),
				field("order_number", Text, Never, in("Order number", "订单号", "訂單編號")).counted(),
				field("items", Text, AtOpen, in("Items", "货物", "貨品")),
				field("delivered_at", Moment, AtSolve, in("Delivered at", "送达时间", "送達時間")),
				field("received_by", Text, AtSolve, in("Received and signed by", "签收人", "簽收人"))).
			checks(step("packed", "Items packed and counted", "货物已清点装好", "貨品已清點裝好"), step("called", "Called before setting out", "出发前已电话联系", "出發前已電話聯絡"),
				step("proof", "Signature or photo taken", "已取得签收或照片", "已取得簽收或照片")).
			asks(ask("access", "Is there a lift, and can one drive up to the door?", "有电梯吗，车能开到门口吗？", "有電梯嗎，車能開到門口嗎？")).
			next(in("Who installs it?", "谁来安装？", "由誰安裝？"), in("What if something is damaged?", "如果有损坏怎么办？", "如果有損壞怎麼辦？")),
		first("installation", "hammer", in("Installation", "安装", "安裝")).judged(3).
			fields(product(AtOpen), serial(AtSolve), address(), wished(), window(), onSite(),
				field("power", YesNo, Never, in("Power and water are ready", "水电已就绪", "水電已就緒")).counted()).
			checks(step("unpacked", "Unpacked, nothing missing or damaged", "开箱清点，无缺件无损坏", "開箱清點，無缺件無損壞"), step("fixed", "Set up, levelled and connected", "就位、调平、接好", "就位、調平、接好"),
				step("safety", "Safety checked", "安全检查完成", "安全檢查完成"), step("explained", "Use explained to the customer", "已向客户讲解使用", "已向客戶講解使用"),
				hint("waste", "Packaging taken away", "已带走包装", "已帶走包裝")).
			asks(ask("place", "Where shall it stand, and how much room is there?", "要装在哪里，空间多大？", "要裝在哪裡，空間多大？"), choose("old", in("Must an old machine be removed?", "需要拆旧机吗？", "需要拆除舊機嗎？"))).
			next(in("How is it used for the first time?", "第一次怎么使用？", "第一次怎麼使用？"), in("When is the first service due?", "什么时候第一次保养？", "什麼時候第一次保養？"),
				in("Whom does one call when something is wrong?", "有问题找谁？", "有問題找誰？"), in("From when does the warranty run?", "保修从什么时候算起？", "保固從什麼時候算起？")),
		first("commissioning", "gauge", in("Commissioning", "调试", "試車")).judged(3).
			fields(product(AtOpen), serial(AtSolve), address(), wished(), onSite(), field("readings", Text, AtSolve, in("Readings", "测试数据", "測試數據"))).
			checks(step("installed", "Installation checked", "已检查安装", "已檢查安裝"), step("trial", "Trial run done", "试运行完成", "試運轉完成"),
				step("parameters", "Settings written down", "参数已记录", "參數已記錄"), step("accepted", "Accepted by the customer", "客户已验收", "客戶已驗收")).
			next(in("Who will be trained?", "谁需要培训？", "誰需要培訓？"), in("Which parts wear and should be in stock?", "哪些易损件要备货？", "哪些易損件要備貨？")),
		first("training", "graduation-cap", in("Training", "培训", "教育訓練")).judged(4).
			fields(product(Never), wished(), field("people", Number, AtOpen, in("Number of people", "人数", "人數")),
				field("form", Chosen, Never, in("Form", "形式", "形式"), choice("on_site", "At the customer's", "上门", "到府"), choice("here", "At ours", "来我处", "來我處"), choice("online", "Online", "线上", "線上"))).
			checks(step("material", "Material sent", "资料已发", "資料已寄"), step("held", "Training held", "培训已进行", "訓練已舉行"), hint("feedback", "Feedback gathered", "已收集反馈", "已收集回饋")).
			asks(ask("level", "What do the people know already?", "学员目前的水平如何？", "學員目前的程度如何？")).
			next(in("Where is the material to read again?", "资料在哪里可以再看？", "資料在哪裡可以再看？")),
		first("repair", "wrench", in("Repair", "维修", "維修")).judged(2).weighing(2).
			fields(product(AtOpen), serial(AtSolve), address(), wished(), window(), onSite(),
				field("fault_code", Text, Never, in("Fault code", "故障代码", "故障代碼")),
				field("fault_since", Moment, Never, in("Broken since", "故障开始时间", "故障開始時間")).counted(),
				field("warranty", Chosen, Never, in("Warranty", "保修", "保固"), choice("inside", "In warranty", "保修期内", "保固期內"), choice("outside", "Out of warranty", "已过保", "已過保固"), choice("unknown", "Unknown", "不清楚", "不清楚")).counted(),
				field("cause", Text, AtSolve, in("Cause", "原因", "原因")),
				field("action", Text, AtSolve, in("What was done", "处理措施", "處理措施")),
				field("parts", Text, Never, in("Parts used", "更换零件", "更換零件"))).
			checks(step("diagnosed", "Cause found", "已找到原因", "已找到原因"), step("repaired", "Repaired", "已修复", "已修復"), step("tested", "Tested with the customer", "已与客户一起测试", "已與客戶一起測試"),
				hint("old_parts", "Old parts handed over", "旧件已交还", "舊件已交還")).
			asks(ask("what_happens", "What exactly happens?", "具体是什么现象？", "具體是什麼現象？"), choose("usable", in("Can it still be used?", "还能用吗？", "還能用嗎？")),
				ask("when_home", "When can somebody come?", "什么时候方便上门？", "什麼時候方便到府？")).
			next(in("How long is the repair guaranteed?", "维修保多久？", "維修保固多久？"), in("How is it kept from happening again?", "怎样避免再发生？", "怎樣避免再發生？"), in("When is the next service due?", "下次保养是什么时候？", "下次保養是什麼時候？")),
		first("return", "undo-2", in("Return", "退货", "退貨")).judged(3).weighing(2).
			fields(field("order_number", Text, AtOpen, in("Order number", "订单号", "訂單編號")), product(AtOpen),
				field("bought", Date, Never, in("Bought on", "购买日期", "購買日期")).counted(),
				field("reason", Chosen, AtOpen, in("Reason", "原因", "原因"), choice("broken", "Broken", "有故障", "有故障"), choice("wrong", "Wrong item", "发错货", "送錯貨"),
					choice("not_as_said", "Not as described", "与描述不符", "與描述不符"), choice("changed_mind", "Changed one's mind", "不想要了", "不想要了")),
				field("opened", YesNo, Never, in("Opened or used", "已拆封或使用", "已拆封或使用")).counted(),
				field("refund", Money, AtSolve, in("Refund", "退款金额", "退款金額"))).
			checks(step("received", "Goods received and checked", "已收货检查", "已收貨檢查"), step("settled", "Refund or exchange done", "已退款或换货", "已退款或換貨")).
			asks(ask("why", "What is wrong with it?", "有什么问题？", "有什麼問題？"), choose("wish", in("What would you prefer?", "您希望怎样处理？", "您希望怎樣處理？"),
				choice("money", "Money back", "退款", "退款"), choice("exchange", "Exchange", "换货", "換貨"), choice("repair", "Repair", "维修", "維修"))).
			conflicting(Conflict{
				Answer{"reason", "changed_mind"},
				Answer{"wish", "repair"},
				in("The customer changed his mind, yet asks for a repair: is something broken?", "客户说不想要，又要求维修：是否有故障？", "客戶說不想要，又要求維修：是否有故障？"),
			}).
			next(in("When does the money arrive?", "多久能收到退款？", "多久能收到退款？"), in("Who pays for sending it back?", "退货运费谁承担？", "退貨運費由誰承擔？")),
		first("rework", "refresh-cw", in("Rework", "返工", "返工")).judged(2).weighing(4).
			fields(field("first_ticket", Text, Never, in("Number of the first request", "原服务请求编号", "原服務請求編號")).counted(), field("missing", Text, AtOpen, in("What is to be done again", "需要重做的内容", "需要重做的內容")),
				field("chargeable", YesNo, AtSolve, in("Charged to the customer", "是否收费", "是否收費"))).
			checks(step("agreed", "Agreed with the customer what is done again", "已与客户确认重做内容", "已與客戶確認重做內容")).
			asks(ask("expected", "What should it have been like?", "您原本期望的结果是怎样的？", "您原本期望的結果是怎樣的？")),
		first("visit", "handshake", in("Visit", "走访", "拜訪")).judged(4).
			fields(address(), wished(), field("purpose", Text, AtOpen, in("Purpose", "目的", "目的")), field("outcome", Text, AtSolve, in("Outcome", "结果", "結果"))).
			checks(step("announced", "Visit announced", "已预约", "已預約"), step("noted", "Notes written", "已记录", "已記錄")),
	}
}

func voices() []Input {
	return []Input{
		first("complaint", "frown", in("Complaint", "投诉", "客訴")).judged(2).weighing(10).restated().
			fields(field("about", Chosen, AtSolve, in("About", "投诉对象", "投訴對象"), choice("product", "Product", "产品", "產品"), choice("service", "Service", "服务", "服務"),
				choice("person", "A person", "人员", "人員"), choice("delivery", "Delivery", "送货", "送貨"), choice("price", "Price", "价格", "價格"), choice("other", "Other", "其他", "其他")),
				product(Never), field("demand", Text, Never, in("What the customer asks for", "客户的要求", "客戶的要求")).counted(), field("happened", Date, Never, in("Happened on", "发生日期", "發生日期"))).
			checks(step("heard", "Let the customer speak to the end", "已让客户把话说完", "已讓客戶把話說完"), step("sorry", "Apologised for the trouble", "已为不便致歉", "已為不便致歉"),
				hint("checked", "Facts checked with those concerned", "已向当事人核实", "已向當事人查證")).
			asks(ask("what_happened", "What happened?", "发生了什么事？", "發生了什麼事？"), ask("effect", "What did that mean for you?", "给您带来了什么影响？", "給您帶來了什麼影響？"),
				ask("wish", "What would put it right for you?", "您觉得怎样处理合适？", "您覺得怎樣處理合適？"), choose("before", in("Have you told us before?", "之前反映过吗？", "之前反映過嗎？"))).
			next(in("How will the customer hear what we change?", "怎样告知客户我们的改进？", "怎樣告知客戶我們的改善？")),
		first("suggestion", "sparkles", in("Suggestion", "建议", "建議")).judged(4).
			fields(field("area", Chosen, Never, in("About", "关于", "關於"), choice("product", "Product", "产品", "產品"), choice("service", "Service", "服务", "服務"), choice("process", "Process", "流程", "流程")), product(Never)).
			asks(ask("idea", "What would you change?", "您建议怎样改？", "您建議怎樣改？"), ask("benefit", "What would be better then?", "这样有什么好处？", "這樣有什麼好處？")),
	}
}

func businesses() []Input {
	return []Input{
		first("service_transaction", "clipboard-check", in("Service transaction", "业务受理", "業務受理")).judged(3).
			fields(field("transaction", Chosen, AtOpen, in("Transaction", "业务", "業務"), choice("open", "Open", "开通", "開通"), choice("change", "Change", "变更", "變更"),
				choice("cancel", "Cancel", "取消", "取消"), choice("renew", "Renew", "续期", "續約")), field("plan", Text, Never, in("Plan or service", "套餐或业务", "方案或業務")).counted(),
				field("from_date", Date, Never, in("Valid from", "生效日期", "生效日期"))).
			checks(step("identity", "Made sure who is asking", "已核实身份", "已核對身分"), step("terms", "Terms explained", "已说明条款", "已說明條款")),
		first("internal_request", "users", in("Internal request", "内部请求", "內部請求")).judged(3).
			fields(field("department", Text, Never, in("Department", "部门", "部門")), field("needed_by", Date, Never, in("Needed by", "需要日期", "需要日期"))),
	}
}
