import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { effectScope } from 'vue'
import { chord, defineActions, installShortcuts, onAction, ready, runAction, setCustomKeys, shown } from './shortcuts'

const press = (key: string, o: KeyboardEventInit & { on?: Element } = {}) => {
  const e = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...o })
  ;(o.on ?? document.body).dispatchEvent(e)
  return e
}

describe('shortcuts', () => {
  let off: () => void
  let scope: ReturnType<typeof effectScope>
  beforeEach(() => {
    defineActions([
      { id: 't.reply', keys: 'r', label: '', group: '' },
      { id: 't.next', keys: 'shift+e', label: '', group: '' },
      { id: 't.go', keys: 'g i', label: '', group: '' },
      { id: 't.palette', keys: 'mod+k', label: '', group: '', typing: true },
      { id: 't.sheet', keys: '?', label: '', group: '' },
    ])
    off = installShortcuts(window)
    scope = effectScope()
  })
  afterEach(() => {
    off()
    scope.stop()
    setCustomKeys({})
    document.body.innerHTML = ''
  })
  const on = (id: string, when?: () => boolean) => {
    const fn = vi.fn()
    scope.run(() => onAction(id, fn, when))
    return fn
  }

  it('runs letters, shifted letters, signs and sequences', () => {
    const [r, e, g, q] = [on('t.reply'), on('t.next'), on('t.go'), on('t.sheet')]
    press('r')
    press('E', { shiftKey: true })
    press('g')
    press('i')
    press('?', { shiftKey: true })
    for (const f of [r, e, g, q]) expect(f).toHaveBeenCalledOnce()
  })

  it('lets single keys rest while typing and while an input method chooses', () => {
    const r = on('t.reply')
    const k = on('t.palette')
    const input = document.body.appendChild(document.createElement('input'))
    press('r', { on: input })
    press('k', { on: input, ctrlKey: true })
    press('r', { isComposing: true })
    press('r', { keyCode: 229 } as KeyboardEventInit)
    expect(r).not.toHaveBeenCalled()
    expect(k).toHaveBeenCalledOnce()
  })

  it('lets them rest in a dialog', () => {
    const r = on('t.reply')
    document.body.innerHTML = '<div role="dialog"><button id="b">x</button></div>'
    press('r', { on: document.getElementById('b')! })
    expect(r).not.toHaveBeenCalled()
  })

  it('asks the part that came last and can answer', () => {
    const first = on('t.reply')
    const second = on('t.reply', () => false)
    expect(ready('t.reply')).toBe(true)
    runAction('t.reply')
    expect(first).toHaveBeenCalledOnce()
    expect(second).not.toHaveBeenCalled()
  })

  it('follows the agent’s own keys', () => {
    const r = on('t.reply')
    setCustomKeys({ 't.reply': 'y' })
    press('r')
    expect(r).not.toHaveBeenCalled()
    press('y')
    expect(r).toHaveBeenCalledOnce()
  })

  it('writes chords one way', () => {
    expect(chord(new KeyboardEvent('keydown', { key: 'Enter', ctrlKey: true }))).toBe('mod+enter')
    expect(chord(new KeyboardEvent('keydown', { key: 'Shift', shiftKey: true }))).toBe('')
    expect(shown('mod+shift+a')).toEqual(['Ctrl', 'Shift', 'A'])
    expect(shown('g i')).toEqual(['G', 'I'])
  })
})
