package conversation

import "testing"

func TestLanguageOf(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ text, want string }{
		"Simplified Chinese":             {"你好，压缩机昨天坏了，请尽快派人来看一下。", "zh-CN"},
		"Traditional Chinese":            {"您好，壓縮機昨天壞了，請盡快派人來看一下。", "zh-TW"},
		"Chinese that is the same":       {"你好，我想要三台。", "zh"},
		"Chinese with an English name":   {"我们的 Atlas 3000 compressor 不工作了", "zh-CN"},
		"Japanese":                       {"コンプレッサーが動きません。よろしくお願いします。", "ja"},
		"Korean":                         {"안녕하세요, 압축기가 고장났습니다.", "ko"},
		"English":                        {"Hello, the compressor is broken. Could you please help?", "en"},
		"one English word":               {"Thanks", "en"},
		"English with a Chinese name":    {"Dear Mr Wang 王, the parts that you have ordered are on their way to you.", "en"},
		"German has no name here":        {"Guten Tag, unser Kompressor ist seit gestern kaputt.", ""},
		"a number has no language":       {"12345", ""},
		"nothing has no language":        {"", ""},
		"more traditional than not":      {"這個產品的價錢是多少? 国", "zh-TW"},
		"Russian is not taken for other": {"Здравствуйте, компрессор не работает", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := LanguageOf(c.text); got != c.want {
				t.Errorf("LanguageOf(%q) = %q, want %q", c.text, got, c.want)
			}
		})
	}
}
