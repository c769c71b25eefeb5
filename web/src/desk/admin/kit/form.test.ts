import { describe, expect, it, vi } from 'vitest'
import { effectScope, nextTick, ref } from 'vue'
import { Problem } from '@/api/client'
import { type FormOptions, useForm } from './form'

vi.mock('./leave', () => ({ useUnsaved: () => {} }))
vi.mock('@/lib/notify', () => ({ problemText: (e: Problem) => e.detail }))

interface Box {
  name: string
  team: number
}
function make(o: Partial<FormOptions<Box>> = {}) {
  const server = ref<Box | undefined>({ name: 'Desk', team: 1 })
  const save = vi.fn(async (v: Box) => {
    server.value = { ...v }
  })
  const form = effectScope().run(() => useForm<Box>({ from: () => server.value, save, ...o }))!
  return { server, save, form }
}

describe('a form over what the server holds', () => {
  it('is clean at first, dirty after typing, clean and "saved" after saving', async () => {
    const { form, save } = make()
    expect(form.dirty).toBe(false)
    form.values.name = 'Service'
    expect(form.dirty).toBe(true)
    expect(await form.submit()).toBe(true)
    expect(save).toHaveBeenCalledWith({ name: 'Service', team: 1 }, { name: 'Service' })
    expect(form).toMatchObject({ dirty: false, saved: true })
  })

  it('takes in what others change, without touching what I typed', () => {
    const { form, server } = make()
    form.values.name = 'Mine'
    server.value = { name: 'Desk', team: 2 }
    expect(form.values).toEqual({ name: 'Mine', team: 2 })
    expect(form.clashes).toEqual([])
  })

  it('asks when both changed the same field, and gives either', async () => {
    const { form, server, save } = make()
    form.values.name = 'Mine'
    server.value = { name: 'Theirs', team: 1 }
    expect(form.clashes).toEqual(['name'])
    expect(form.values.name).toBe('Mine')
    form.takeTheirs()
    expect(form.values.name).toBe('Theirs')
    expect(form.dirty).toBe(false)

    form.values.name = 'Mine again'
    server.value = { name: 'Theirs again', team: 1 }
    await form.keepMine()
    expect(save).toHaveBeenLastCalledWith({ name: 'Mine again', team: 1 }, { name: 'Mine again' })
    expect(server.value.name).toBe('Mine again')
  })

  it('on a stale version loads anew and saves again when nothing clashes', async () => {
    let first = true
    const seen: object[] = []
    const box = make({
      save: async (v, changed) => {
        if (first) {
          first = false
          throw new Problem(409, 'stale', '')
        }
        seen.push(changed)
        box.server.value = { ...v }
      },
      refresh: async () => {
        box.server.value = { name: 'Desk', team: 9 }
      },
    })
    box.form.values.name = 'Mine'
    expect(await box.form.submit()).toBe(true)
    expect(seen).toEqual([{ name: 'Mine' }])
    expect(box.form.values).toEqual({ name: 'Mine', team: 9 })
  })

  it('on a stale version with a clash asks instead of overwriting', async () => {
    const box = make({
      save: async () => {
        throw new Problem(409, 'stale', '')
      },
      refresh: async () => {
        box.server.value = { name: 'Theirs', team: 1 }
      },
    })
    box.form.values.name = 'Mine'
    expect(await box.form.submit()).toBe(false)
    expect(box.form.clashes).toEqual(['name'])
    expect(box.form.values.name).toBe('Mine')
    expect(box.form.problem).toBe('')
  })

  it('keeps what was typed when refused, and shows the message beside its field until that field is touched', async () => {
    const { form } = make({
      save: async () => {
        throw new Problem(422, 'invalid', 'Some entries are not right.', { name: 'Taken.' })
      },
    })
    form.values.name = 'Service'
    expect(await form.submit()).toBe(false)
    expect(form.values.name).toBe('Service')
    expect(form.error('name')).toBe('Taken.')
    expect(form.problem).toBe('Some entries are not right.')
    form.values.name = 'Service 2'
    await nextTick()
    expect(form.error('name')).toBeUndefined()
  })
})
