// Two-character family names that people of today bear.
const compound =
  '欧阳 歐陽 司马 司馬 上官 诸葛 諸葛 东方 東方 皇甫 尉迟 尉遲 公孙 公孫 慕容 长孙 長孫 宇文 司徒 轩辕 軒轅 令狐 夏侯 端木 南宫 南宮 百里 呼延 张简 張簡 范姜'.split(
    ' ',
  )

/** How somebody is addressed: 王晓敏 + 女士 → 王女士, Emma Novak + Ms → Ms Novak. */
export function salute(name: string, title: string): string {
  const n = name.trim()
  if (!n) return title
  if (/^\p{Script=Han}/u.test(n)) {
    const family = compound.find((c) => n.startsWith(c)) ?? [...n][0]!
    return /\p{Script=Han}/u.test(title) ? family + title : `${title} ${family}`
  }
  const family = n.split(/\s+/).at(-1)!
  return /\p{Script=Han}/u.test(title) ? `${family} ${title}` : `${title} ${family}`
}
