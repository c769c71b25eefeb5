import { describe, expect, it } from 'vitest'
import { aboutText } from './about'

describe('what a job is about', () => {
  it.each([
    ['{"message_id":812}', 'message_id 812'],
    ['{"ticket":7,"to":"a@example.com","more":{"x":1}}', 'ticket 7, to a@example.com'],
    ['{}', ''],
    ['null', ''],
    ['', ''],
    ['reindex', 'reindex'],
    [{ kind: 'message', id: 3 }, 'message 3'],
  ])('%j', (about, text) => expect(aboutText(about)).toBe(text))
})
