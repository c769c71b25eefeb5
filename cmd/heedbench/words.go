package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
)

// words makes texts whose words are as unevenly common as in real ones (Zipf),
// Chinese and English mixed, with a rare number here and there.
type words struct {
	list []string
	cdf  []float64
}

const chinese = `客户 机器 维修 保修 发票 付款 订单 送货 安装 调试 培训 退货 更换 配件 滤芯 皮带 电机 轴承 油位 漏油 噪音 报警 停机 启动 温度 压力 流量 管路 阀门 密封 螺丝
工程师 上门 时间 今天 明天 上午 下午 车间 仓库 合同 价格 折扣 报价 数量 型号 编号 序列 说明 手册 软件 升级 连接 网络 蓝牙 屏幕 按键 遥控 显示 代码 错误 重启 断电 保险
牙椅 水路 脚踏 照明 吸引 消毒 手机 跑步 速度 坡度 心率 润滑 张力 急停 钥匙 地线 电压 功率 能耗 冷却 风扇 清洁 保养 周期 记录 报告 照片 视频 附件 地址 电话 联系 负责 经理 财务
确认 回复 感谢 抱歉 尽快 麻烦 请问 需要 可以 不能 已经 还是 如果 因为 所以 但是 现场 远程 指导 操作 检查 测试 正常 异常 恢复 处理 结果 原因 办法 建议 方案 申请 审批 流程`

const english = `machine repair warranty invoice payment order delivery install training return replace part filter belt motor bearing oil leak noise alarm stop start
temperature pressure flow pipe valve seal screw engineer visit today tomorrow morning afternoon workshop warehouse contract price discount quote quantity model serial manual
software update connect network screen button remote display code error restart power fuse chair water pedal light suction treadmill speed incline heart lubricate tension key
voltage energy cooling fan clean service interval record report photo video attachment address phone contact manager finance confirm reply thanks sorry soon please need can cannot
already still because but site guide operate check test normal fault recover handle result cause advice proposal request approve process spare kit gasket hose sensor board cable`

func newWords(r *rand.Rand) *words {
	w := &words{list: append(strings.Fields(chinese), strings.Fields(english)...)}
	for i := range 3000 { // names of parts, each rather rare
		w.list = append(w.list, fmt.Sprintf("%c%c-%d", 'A'+rune(i%26), 'A'+rune(i/26%26), 1000+i))
	}
	r.Shuffle(300, func(i, j int) { w.list[i], w.list[j] = w.list[j], w.list[i] })
	sum := 0.0
	for i := range w.list {
		sum += 1 / math.Pow(float64(i+1), 0.9)
		w.cdf = append(w.cdf, sum)
	}
	for i := range w.cdf {
		w.cdf[i] /= sum
	}
	return w
}

func (w *words) one(r *rand.Rand) string {
	x := r.Float64()
	lo, hi := 0, len(w.cdf)-1
	for lo < hi {
		if mid := (lo + hi) / 2; w.cdf[mid] < x {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return w.list[lo]
}

// line is a text of least to most words; between two Chinese ones is no space.
func (w *words) line(r *rand.Rand, least, most int) string {
	var b strings.Builder
	latin := true
	for i := range least + r.IntN(most-least+1) {
		s := w.one(r)
		now := s[0] < 0x80
		if i > 0 && (latin || now) {
			b.WriteByte(' ')
		}
		b.WriteString(s)
		latin = now
	}
	return b.String()
}

const (
	surnames = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
	givens   = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红建文志国海燕春雪梅琳晨宇欣怡浩然子轩梓涵雨桐佳琪思远嘉豪俊熙诗语梦瑶天佑博文"
	towns    = "北京上海广州深圳杭州南京苏州成都武汉西安重庆天津青岛厦门台北高雄台中香港"
)

func (w *words) person(r *rand.Rand) string {
	if r.IntN(5) == 0 {
		first, last := "Anna Ben Clara David Emma Frank Grace Henry Iris Jack Kate Leo Mia Noah Olive Paul", "Ashby Brook Carver Dale Ellis Frost Grove Hale Irwin Joyce Keats Lane Moss Nash Orton Park"
		return pick(r, strings.Fields(first)) + " " + pick(r, strings.Fields(last))
	}
	g := []rune(givens)
	return pick(r, strings.Split(surnames, "")) + string(g[r.IntN(len(g))]) + string(g[r.IntN(len(g))])
}

func (w *words) firm(r *rand.Rand) string {
	t := []rune(towns)
	i := r.IntN(len(t)/2) * 2
	g := []rune(givens)
	return string(t[i:i+2]) + string(g[r.IntN(len(g))]) + string(g[r.IntN(len(g))]) + pick(r, []string{"机械有限公司", "口腔门诊部", "健身俱乐部", "科技有限公司", "电子厂"})
}

func pick[T any](r *rand.Rand, from []T) T { return from[r.IntN(len(from))] }
