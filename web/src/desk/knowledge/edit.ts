import type { Locale } from '@/api/types'
import { type Article, type Audience, type Cause, cutWords, type Kind, type Text } from './data'
import { dayOf, instant } from './dates'

// What the form of an article holds, and how it is sent.
export interface Fields {
  kind: Kind
  topic: string
  audience: Audience
  team_ids: number[]
  product_ids: number[]
  type_ids: number[]
  tags: string
  code: string
  owner_id: number | null
  review_by: string
  from: string
  to: string
  texts: Text[]
}

export function blankText(locale: Locale, title = ''): Text {
  return { locale, title, summary: '', answer: '', body: '', keywords: '', symptoms: [], causes: [], rules: '' }
}

/** A new language of the same article: the same causes and cures, to be told in it. */
export function likeText(other: Text | undefined, locale: Locale): Text {
  const causes: Cause[] = (other?.causes ?? []).map((c) => ({
    key: c.key,
    cause: '',
    cures: c.cures.map((u) => ({ key: u.key, cure: '', solved: 0 })),
  }))
  return { ...blankText(locale), causes }
}

const own = (t: Text): Text => ({
  ...blankText(t.locale),
  title: t.title,
  summary: t.summary,
  answer: t.answer,
  body: t.body,
  keywords: t.keywords,
  symptoms: [...t.symptoms],
  causes: t.causes.map((c) => ({ ...c, cures: c.cures.map((u) => ({ ...u, solved: 0 })) })),
  rules: t.rules,
})

/** The fields of an article as it is edited: the version under way, or what is published. */
export function fieldsOf(a: Article, published: Text[], zone: string | undefined): Fields {
  const texts = a.draft?.texts.length ? a.draft.texts : published
  const period = a.draft ?? a.text
  return {
    kind: a.kind,
    topic: a.topic,
    audience: a.audience,
    team_ids: a.team_ids,
    product_ids: a.product_ids,
    type_ids: a.type_ids,
    tags: a.tags.join(', '),
    code: a.code,
    owner_id: a.owner_id,
    review_by: dayOf(a.review_by, zone),
    from: dayOf(period?.from, zone),
    to: dayOf(period?.to, zone),
    texts: texts.map(own),
  }
}

/** What is sent of changed fields; the texts and the period go together, as the version under way. */
export function wireOf(v: Fields, changed: Partial<Fields>, zone: string | undefined): object {
  const { texts, from, to, tags, review_by, ...rest } = changed
  const out: Record<string, unknown> = { ...rest }
  if (tags !== undefined) out.tags = cutWords(tags)
  if (review_by !== undefined) out.review_by = instant(review_by, zone)
  if (texts !== undefined || from !== undefined || to !== undefined)
    out.draft = {
      from: (v.kind === 'campaign' && instant(v.from, zone)) || undefined,
      to: (v.kind === 'campaign' && instant(v.to, zone)) || undefined,
      texts: v.texts.map((x) => ({
        ...x,
        causes: x.causes.map((c) => ({
          key: c.key || undefined,
          cause: c.cause,
          cures: c.cures.map((u) => ({ key: u.key || undefined, cure: u.cure })),
        })),
      })),
    }
  return out
}
