package demo

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"strings"
)

// fileKinds are what can be attached.
var fileKinds = []string{"photo", "log", "steps"}

// file makes something to attach: its name and its content.
func file(kind string) (string, []byte, error) {
	switch kind {
	case "photo":
		b, err := photo()
		return "IMG_0412.png", b, err
	case "log":
		return "run-log.txt", []byte(runLog()), nil
	}
	return "steps.txt", []byte(disinfection), nil
}

// photo draws a machine from the side: a cabinet, a coupling, and a puddle.
func photo() ([]byte, error) {
	const w, h = 480, 320
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := color.RGBA{uint8(206 - y/6), uint8(210 - y/6), uint8(214 - y/7), 255}
			switch fx, fy := float64(x), float64(y); {
			case math.Hypot(fx-250, (fy-292)*3.2) < 92:
				c = color.RGBA{86, 66, 38, 255} // what has leaked
			case y > 262:
				c = color.RGBA{uint8(150 - (y-262)/3), uint8(148 - (y-262)/3), 142, 255}
			case math.Hypot(fx-250, fy-205) < 30 && math.Hypot(fx-250, fy-205) > 20:
				c = color.RGBA{58, 60, 64, 255}
			case x > 70 && x < 410 && y > 70 && y < 262:
				c = color.RGBA{uint8(42 + x/14), uint8(96 + y/12), 148, 255}
				if x > 300 && x < 390 && y > 92 && y < 142 {
					c = color.RGBA{24, 30, 34, 255} // the panel
				}
				if x > 96 && x < 210 && y > 100 && y < 240 && y%12 < 5 {
					c = color.RGBA{28, 62, 98, 255} // the louvres
				}
			}
			img.SetRGBA(x, y, c)
		}
	}
	var b bytes.Buffer
	err := png.Encode(&b, img)
	return b.Bytes(), err
}

// runLog is what a controller writes out.
func runLog() string {
	var b strings.Builder
	b.WriteString("time;pressure_bar;discharge_temp_c;motor_a;vibration_mm_s;state\n")
	for i := range 96 {
		state, load := "load", 1.0
		if i%7 == 5 {
			state, load = "idle", 0.4
		}
		wave := math.Sin(float64(i) / 5)
		fmt.Fprintf(&b, "%02d:%02d;%.2f;%.1f;%.1f;%.2f;%s\n", i/4, i%4*15, 7.1+0.3*wave, 86+4*wave+float64(i)/20, 66*load+2*wave, 4.2*load+float64(i)/24, state)
	}
	return b.String()
}

const disinfection = `冲击消毒步骤 / 衝擊消毒步驟 / Shock treatment

1. 倒空储水罐并冲洗。 / 倒空儲水瓶並沖洗。 / Empty and rinse the bottle.
2. 按说明配制消毒液，加满储水罐。 / 依說明配製消毒液，加滿儲水瓶。 / Fill it with disinfectant as the label says.
3. 每支器械放水一分钟，静置三十分钟。 / 每支器械放水一分鐘，靜置三十分鐘。 / Run each instrument for a minute, then leave it for thirty minutes.
4. 换清水，每支器械冲洗三分钟。 / 換清水，每支器械沖洗三分鐘。 / Fill with clean water and flush each instrument for three minutes.
5. 连续三天重复，两周后复检。 / 連續三天重複，兩週後複檢。 / Repeat on three days, test again after two weeks.
`
