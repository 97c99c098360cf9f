import { resolve } from 'node:path'
import { expect, it } from 'vitest'
import { readContained } from './contained'

const FOLDER = resolve(import.meta.dirname, '../../fixtures/pickles/reader')
/** PLUMBLINE_MUTATIONS=100000 for the full run. */
const COUNT = Number(process.env['PLUMBLINE_MUTATIONS'] ?? 2_000)

it(
  `reads or refuses ${COUNT} damaged files, in a process that may only read`,
  async () => {
    const report = await readContained(['mutations', FOLDER, String(COUNT), '20240229'])
    const { read, refused, seconds, worstMilliseconds, worst, peakBytes } = report
    console.log({
      read,
      refused,
      seconds,
      worstMilliseconds,
      worst,
      peakMiB: Math.round(peakBytes / 2 ** 20),
    })
    expect(report.faults).toEqual([])
    expect(read + refused).toBe(COUNT)
    expect(refused).toBeGreaterThan(COUNT / 10)
    expect(worstMilliseconds).toBeLessThan(5_000)
    expect(peakBytes).toBeLessThan(512 * 2 ** 20)
  },
  60_000 + COUNT * 20,
)
