import { describe, expect, it } from 'vitest'
import type { Article } from './data'
import { blankText, type Fields, fieldsOf, likeText, wireOf } from './edit'

const fields: Fields = {
  kind: 'campaign',
  topic: '',
  audience: 'internal',
  team_ids: [],
  product_ids: [],
  type_ids: [],
  tags: 'a, b',
  code: '',
  owner_id: 1,
  review_by: '2026-06-01',
  from: '2026-05-01',
  to: '2026-05-31',
  texts: [blankText('en', 'Sale')],
}

describe('the form of an article', () => {
  it('sends only what changed, and the version under way whole', () => {
    expect(wireOf(fields, { code: 'sale' }, 'UTC')).toEqual({ code: 'sale' })
    expect(wireOf(fields, { tags: 'a，c、a' }, 'UTC')).toEqual({ tags: ['a', 'c'] })
    const sent = wireOf(fields, { to: '2026-05-31' }, 'UTC') as { draft: { from: string; to: string; texts: object[] } }
    expect(sent.draft.from).toBe('2026-05-01T00:00:00.000Z')
    expect(sent.draft.texts).toHaveLength(1)
    const other = wireOf({ ...fields, kind: 'policy' }, { from: '' }, 'UTC') as { draft: { from?: string } }
    expect(other.draft.from).toBeUndefined()
  })
  it('tells a new language the same causes with the same keys', () => {
    const text = {
      ...blankText('zh-CN'),
      causes: [{ key: 'c1', cause: '轴封磨损', cures: [{ key: 'c1.1', cure: '更换', solved: 4 }] }],
    }
    expect(likeText(text, 'en').causes).toEqual([
      { key: 'c1', cause: '', cures: [{ key: 'c1.1', cure: '', solved: 0 }] },
    ])
  })
  it('begins with what is published when nothing is under way', () => {
    const a = { ...fields, tags: ['x', 'y'], draft: null, text: null, review_by: null } as unknown as Article
    const f = fieldsOf(a, [blankText('en', 'Published')], 'UTC')
    expect(f.texts[0]?.title).toBe('Published')
    expect(f.tags).toBe('x, y')
    expect(f.review_by).toBe('')
  })
})
