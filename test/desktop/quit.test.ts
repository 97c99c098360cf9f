import { describe, expect, it } from 'vitest'
import { drain } from '../../main/desktop-quit'

const never = new Promise<void>(() => undefined)

describe('quitting', () => {
  it('waits for work under way without asking', async () => {
    const quit = {
      close: () => Promise.resolve(),
      limitMs: 5_000,
      keepWaiting: () => Promise.reject(new Error('asked')),
    }
    expect(await drain(quit)).toBe(true)
  })

  it('asks again after each limit until it may give up', async () => {
    const answers = [true, true, false]
    const keepWaiting = (): Promise<boolean> => Promise.resolve(answers.shift() ?? false)
    expect(await drain({ close: () => never, limitMs: 1, keepWaiting })).toBe(false)
    expect(answers).toEqual([])
  })

  it('ends when the work does, although the question is still on the screen', async () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    const keepWaiting = (): Promise<boolean> => {
      resolve()
      return new Promise(() => undefined)
    }
    expect(await drain({ close: () => promise, limitMs: 1, keepWaiting })).toBe(true)
  })

  it('says when closing fails', async () => {
    const quit = {
      close: () => Promise.reject(new Error('disk full')),
      limitMs: 5_000,
      keepWaiting: () => Promise.resolve(true),
    }
    await expect(drain(quit)).rejects.toThrow('disk full')
  })
})
