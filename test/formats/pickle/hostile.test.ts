import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { inspectPickle } from '../../../main/formats/pickle/inspect-pickle'
import type { ContainedReport } from './contained'
import { readContained } from './contained'
import { HOSTILE_CALLS } from './hostile-calls'
import type { HostileFile } from './hostile-files'
import { HEAVY_FILES, HOSTILE_FILES, HOSTILE_GROUPS } from './hostile-files'

const MOST_MEMORY = 512 * 1024 * 1024
const MOST_MILLISECONDS = 20_000

describe('files that would run something in Python', () => {
  it.each(HOSTILE_CALLS)('points out $name', ({ file, dangerous }) => {
    const { globals, verdict, advice } = inspectPickle(file)
    expect(verdict).toBe('dangerous')
    const found = globals.find(({ module, name }) => `${module}.${name}` === dangerous)
    expect(found?.verdict).toBe('dangerous')
    expect(advice).toMatch(/^Do not load this file with Python: /)
  })

  it('tells the call as Python would write it', () => {
    const file = Buffer.from('cposix\nsystem\n(Vtouch /tmp/x\ntR.')
    const { globals, advice } = inspectPickle(file)
    expect(globals[0]).toMatchObject({ verdict: 'dangerous', calls: ['posix.system("touch /tmp/x")'] })
    expect(advice).toContain('that would run posix.system("touch /tmp/x")')
  })
})

describe('the whole hostile set, in processes that may only read', () => {
  const root = mkdtempSync(join(tmpdir(), 'plumbline-hostile-'))
  const reports: ContainedReport[] = []
  const outcomes = new Map<string, string>()

  /** Reads the files in a process of their own. */
  const readAll = async (files: readonly HostileFile[]): Promise<void> => {
    const folder = mkdtempSync(join(root, 'files-'))
    files.forEach(({ make }, index) => writeFileSync(join(folder, String(index)), make()))
    const report = await readContained(['files', folder])
    reports.push(report)
    files.forEach(({ name }, index) => outcomes.set(name, report.outcomes[index] ?? 'missing'))
    rmSync(folder, { recursive: true })
  }

  beforeAll(async () => {
    await readAll(HOSTILE_CALLS.map(({ name, file }) => ({ name, make: () => file })))
    for (const group of HOSTILE_GROUPS) await readAll(group)
    for (const file of HEAVY_FILES) await readAll([file])
  }, 600_000)

  afterAll(() => rmSync(root, { recursive: true, force: true }))

  it('has at least 500 files', () => {
    const read = reports.reduce((sum, report) => sum + report.read + report.refused, 0)
    expect(read).toBe(HOSTILE_CALLS.length + HOSTILE_FILES.length + HEAVY_FILES.length)
    expect(read).toBeGreaterThanOrEqual(500)
  })

  it('reads or refuses each, and nothing else happens', () => {
    expect(reports.flatMap(({ faults }) => faults)).toEqual([])
  })

  it('stays within 512 MB and some seconds', () => {
    const peak = Math.max(...reports.map(({ peakBytes }) => peakBytes))
    const worst = Math.max(...reports.map(({ worstMilliseconds }) => worstMilliseconds))
    console.log(`peak ${Math.round(peak / 2 ** 20)} MiB, slowest file ${worst} ms`)
    expect(peak).toBeLessThan(MOST_MEMORY)
    expect(worst).toBeLessThan(MOST_MILLISECONDS)
  })

  it('runs nothing', () => {
    expect(existsSync(resolve('plumbline-hostile-marker'))).toBe(false)
  })

  it.each([...HOSTILE_FILES, ...HEAVY_FILES])(
    'reads $name, or gives a reason for refusing it',
    ({ name }) => {
      expect(outcomes.get(name)).toMatch(/^(read$|(invalid|unsupported|too_large): )/)
    },
  )
})
