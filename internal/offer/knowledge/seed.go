package knowledge

import (
	"context"

	"heed/internal/kernel/event"
	"heed/internal/people/agent"
	"heed/internal/people/authority"
	"heed/internal/platform/journal"
)

// Follower gives a firm its first synonyms when its first administrator has
// arrived.
func (s *Service) Follower() journal.Follower {
	return journal.Follower{Name: "knowledge.first", Kinds: []string{agent.KindCreated}, Handle: func(ctx context.Context, evs []event.Event) error {
		for _, e := range evs {
			var made agent.Created
			if err := e.Decode(&made); err != nil {
				return err
			}
			if made.Role != authority.Administrator {
				continue
			}
			if err := s.Seed(ctx); err != nil {
				return err
			}
		}
		return nil
	}}
}

// Seed makes the first synonyms, once, at setup. Where there are any it does
// nothing.
func (s *Service) Seed(ctx context.Context) error {
	if err := authority.Require(ctx, authority.KnowledgePublish); err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context) error {
		had, err := s.allSynonyms(ctx)
		if err != nil || len(had) > 0 {
			return err
		}
		for _, words := range firstSynonyms {
			if _, err := s.SaveSynonym(ctx, Synonym{Words: words}); err != nil {
				return err
			}
		}
		return nil
	})
}

// firstSynonyms are words of service in general; those of a trade are for the
// firm to add.
var firstSynonyms = [][]string{
	{"保修", "保固", "质保", "三包", "包修", "warranty", "guarantee"},
	{"保修期", "保固期", "质保期", "保修多久", "warranty period", "guarantee period"},
	{"维修", "修理", "检修", "报修", "修好", "修复", "repair", "fix", "mend"},
	{"上门", "到府", "现场服务", "on-site", "onsite", "site visit", "home visit"},
	{"退货", "退回", "return goods", "send back", "return"},
	{"退款", "退钱", "退费", "refund", "money back"},
	{"换货", "更换商品", "调换", "exchange", "replacement"},
	{"发票", "开票", "税票", "invoice", "receipt"},
	{"运费", "邮费", "快递费", "shipping cost", "freight", "delivery charge"},
	{"送货", "配送", "发货", "交货", "到货", "delivery", "shipping", "shipment"},
	{"物流", "快递", "courier", "tracking"},
	{"安装", "装机", "组装", "装配", "install", "installation", "assemble", "assembly", "set up"},
	{"调试", "试运行", "试机", "commissioning", "start-up"},
	{"故障", "毛病", "坏了", "出问题", "失灵", "fault", "failure", "breakdown", "broken", "not working", "malfunction"},
	{"漏油", "渗油", "滴油", "oil leak", "leaking oil", "oil leakage"},
	{"漏气", "跑气", "漏风", "air leak", "leaking air"},
	{"噪音", "噪声", "异响", "杂音", "声音大", "很吵", "太吵", "noise", "noisy", "loud"},
	{"异味", "气味", "味道", "臭味", "smell", "odor", "odour"},
	{"振动", "震动", "抖动", "晃动", "vibration", "vibrate", "shaking"},
	{"高温", "过热", "发烫", "温度高", "太热", "overheat", "overheating", "too hot", "high temperature"},
	{"跳闸", "断电", "跳电", "trip", "tripped", "trips breaker"},
	{"不启动", "启动不了", "无法启动", "开不了机", "不开机", "打不开", "不能开机", "won't start", "does not start", "no start"},
	{"停机", "死机", "停了", "自动停", "shut down", "shutdown", "stops"},
	{"屏幕", "显示屏", "显示器", "面板", "screen", "display", "panel"},
	{"报错", "错误代码", "故障码", "报警", "告警", "error code", "fault code", "alarm", "error"},
	{"配件", "零件", "备件", "零配件", "耗材", "spare part", "spare parts", "parts"},
	{"价格", "价钱", "多少钱", "费用", "报价", "收费", "price", "cost", "fee", "charge", "quote"},
	{"优惠", "打折", "折扣", "促销", "活动", "discount", "promotion", "campaign", "offer"},
	{"保养", "维护", "养护", "maintenance", "service", "upkeep"},
	{"更换", "替换", "换掉", "replace", "change"},
	{"清洁", "清洗", "打扫", "擦洗", "clean", "wash"},
	{"说明书", "手册", "使用指南", "manual", "handbook", "user guide", "instructions"},
	{"经销商", "代理商", "门店", "专卖店", "dealer", "distributor", "store", "shop"},
	{"购买", "选购", "订购", "下单", "哪里买", "哪里能买", "buy", "purchase", "order"},
	{"租用", "租赁", "借用", "备用机", "代用机", "rental", "rent", "loan", "loaner"},
	{"型号", "机型", "款式", "model"},
	{"序列号", "编号", "机身号", "serial number", "serial no"},
	{"付款", "支付", "缴费", "转账", "payment", "pay"},
	{"合同", "协议", "contract", "agreement"},
	{"投诉", "申诉", "客诉", "抱怨", "complaint", "complain"},
	{"账户", "账号", "帐号", "用户名", "account", "login"},
	{"密码", "口令", "password", "passcode"},
	{"预约", "约时间", "改期", "appointment", "booking", "schedule", "reschedule"},
	{"取消", "撤销", "不要了", "cancel", "cancellation"},
	{"以旧换新", "旧机置换", "trade-in", "trade in"},
	{"培训", "教学", "训练", "training", "course"},
	{"软件", "程序", "固件", "software", "firmware", "app"},
	{"升级", "更新", "upgrade", "update"},
	{"蓝牙", "bluetooth"},
	{"无线", "wifi", "wi-fi", "无线网"},
	{"润滑", "上油", "加油", "lubricate", "lubrication", "oiling"},
	{"滤芯", "滤清器", "过滤器", "filter", "filter element"},
}
