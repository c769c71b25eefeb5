package conversation

import (
	"strings"
	"sync"
	"unicode"
)

// Characters that are written in only one of the two scripts, among the thousand
// most used: one of them decides a text.
const (
	simplifiedOnly  = "们这个来时为国说会对发经过现见问间业东买卖车书长门马鸟鱼龙贝页风飞电话谢请让认识语读课谁谈调试证设计许讲订单价货钱银铁错锁镜关开闭闻听声远近还进运连迟选边达迁适递邮务动劳势协单卫压厂历厅县参变号员团园图圆场坏块坚报处备复够头夹夺妇妈娱学宁实宝审对导寿将尔尝层岁岛币师带帮库应废张弹归当录彻径总态怀恋恶惊惯愿战户扑执扩扫扬担拥择挡换据损显术机权条极构标样档桥检楼欢毁气汉没沟泪泽测济浏润涨渐温湿满滚滤点炼热爱状独狱环玛电画疗盘着矿码确离种积称稳笔筹签简粮紧纠红级纪约纸纳线练组细终给绝统维绿编网罢职联肤胜脑脚脸艺节药获虽补装规视览觉观贴贵费资赔赞赶趋跃践车轨转轮软轻较输辑辞边辽钟钢钥铃铜锋键镇阅队阳阴阵阶际陆陈险随难雾静顶项顺须预领题额颜飘饭饮饰馆驱驶验骗鲜鸡麦黄齐齿"
	traditionalOnly = "們這個來時為國說會對發經過現見問間業東買賣車書長門馬鳥魚龍貝頁風飛電話謝請讓認識語讀課誰談調試證設計許講訂單價貨錢銀鐵錯鎖鏡關開閉聞聽聲遠還進運連遲選邊達遷適遞郵務動勞勢協衛壓廠歷廳縣參變號員團園圖圓場壞塊堅報處備復複夠頭夾奪婦媽娛學寧實寶審導壽將爾嘗層歲島幣師帶幫庫應廢張彈歸當錄徹徑總態懷戀惡驚慣願戰撲執擴掃揚擔擁擇擋換據損顯術機權條極構標樣檔橋檢樓歡毀氣漢溝淚澤測濟瀏潤漲漸溫濕滿滾濾點煉熱愛狀獨獄環瑪畫療盤礦碼確離種積稱穩筆籌簽簡糧緊糾紅級紀約紙納線練組細終給絕統維綠編網罷職聯膚勝腦腳臉藝節藥獲雖補裝規視覽覺觀貼貴費資賠贊趕趨躍踐軌轉輪軟輕較輸輯辭遼鐘鋼鑰鈴銅鋒鍵鎮閱隊陽陰陣階際陸陳險隨難霧靜頂項順須預領題額顏飄飯飲飾館驅駛驗騙鮮雞麥黃齊齒"
)

// scriptOf tells of a character which script it belongs to alone. Characters in
// both lists would decide nothing and are left out.
var scriptOf = sync.OnceValue(func() map[rune]int {
	m := map[rune]int{}
	for _, r := range simplifiedOnly {
		m[r]--
	}
	for _, r := range traditionalOnly {
		if m[r] < 0 {
			m[r] = 0
		} else {
			m[r]++
		}
	}
	return m
})

// englishWords are so frequent that an English text of a few words has some.
var englishWords = sync.OnceValue(func() map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq("the and is are to of you your please we our it in for have has not can could would my with this that thanks thank hello hi dear when was will from be i do does how what where") {
		m[w] = true
	}
	return m
})

// LanguageOf tells the language of a text by its script: zh-CN, zh-TW, ja, ko,
// en, "zh" when only characters of both Chinese scripts are in it, and "" when
// it cannot tell. Of Latin text it recognises English by its small words; what
// is not English has no name here, which is better than a wrong one.
func LanguageOf(text string) string {
	scripts, small := scriptOf(), englishWords()
	var han, kana, hangul, latin, script, words, english int
	var word strings.Builder
	endWord := func() {
		if word.Len() > 0 {
			words++
			if small[word.String()] {
				english++
			}
			word.Reset()
		}
	}
	for i, r := range text {
		if i > 20_000 {
			break // the beginning tells as much as all of it
		}
		switch {
		case r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z':
			latin++
			word.WriteRune(unicode.ToLower(r))
			continue
		case unicode.Is(unicode.Han, r):
			han++
			script += sign(scripts[r])
		case unicode.In(r, unicode.Hiragana, unicode.Katakana):
			kana++
		case unicode.Is(unicode.Hangul, r):
			hangul++
		case unicode.IsLetter(r):
			word.WriteRune(r)
			continue
		}
		endWord()
	}
	endWord()
	switch east := han + kana + hangul; {
	case east*6 > latin && hangul*2 > east:
		return "ko"
	case east*6 > latin && kana*10 > east:
		return "ja"
	case east*6 > latin && east > 0:
		return [...]string{"zh-CN", "zh", "zh-TW"}[sign(script)+1]
	case english*5 >= words && english > 0:
		return "en"
	}
	return ""
}

func sign(n int) int { return max(-1, min(1, n)) }
