import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { DEFAULT_SIZE, fitBounds, loadWindowState, saveWindowState } from '../../main/window-state'

const folder = mkdtempSync(join(tmpdir(), 'plumbline-window-'))
afterAll(() => rmSync(folder, { recursive: true }))

const laptop = { x: 0, y: 25, width: 1440, height: 875 }
const beside = { x: 1440, y: 0, width: 1920, height: 1080 }

describe('where the window opens', () => {
  it('opens at its default size the first time', () => {
    expect(fitBounds(null, [laptop])).toEqual(DEFAULT_SIZE)
  })

  it('opens where it was', () => {
    const saved = { x: 1500, y: 40, width: 1300, height: 900 }
    expect(fitBounds(saved, [laptop, beside])).toEqual(saved)
  })

  it('forgets a place on a display that is not there any more', () => {
    expect(fitBounds({ x: 1500, y: 40, width: 1300, height: 900 }, [laptop])).toEqual(DEFAULT_SIZE)
  })

  it('forgets a place where the title bar could not be reached', () => {
    expect(fitBounds({ x: 0, y: 0, width: 1300, height: 800 }, [laptop])).toEqual(DEFAULT_SIZE)
    expect(fitBounds({ x: 1400, y: 40, width: 1300, height: 800 }, [laptop])).toEqual(DEFAULT_SIZE)
  })

  it('is never larger than its display nor smaller than its pages need', () => {
    expect(fitBounds({ x: 10, y: 30, width: 4000, height: 3000 }, [laptop])).toMatchObject({
      width: 1440,
      height: 875,
    })
    expect(fitBounds({ x: 10, y: 30, width: 200, height: 100 }, [laptop])).toMatchObject({
      width: 900,
      height: 600,
    })
  })
})

describe('what is remembered', () => {
  const path = join(folder, 'deeper', 'window-state.json')

  it('comes back as it was saved', () => {
    const state = { bounds: { x: 1, y: 30, width: 1000, height: 700 }, isMaximized: true }
    saveWindowState(path, state)
    expect(loadWindowState(path)).toEqual(state)
  })

  it.each([
    '',
    '{',
    '{"bounds":{"x":"left"}}',
    '{"bounds":{"x":1,"y":2,"width":-5,"height":9},"isMaximized":false}',
  ])('starts anew from a file that holds %j', (text) => {
    writeFileSync(path, text)
    expect(loadWindowState(path)).toBeNull()
  })
})
