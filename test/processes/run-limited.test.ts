/** Somebody else's program: it runs with limits, and nothing of it stays. */
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { LimitedRun } from '../../main/processes/run-limited'
import { runLimited } from '../../main/processes/run-limited'
import { WorkstationError } from '../../main/errors'

const directory = await mkdtemp(join(tmpdir(), 'plumbline-run-'))
afterAll(() => rm(directory, { recursive: true, force: true }))

const script = (code: string, more: Partial<LimitedRun> = {}): LimitedRun => ({
  command: process.execPath,
  args: ['-e', code],
  directory,
  environment: { PATH: process.env['PATH'] ?? '' },
  timeoutMs: 30_000,
  memoryBytes: null,
  ...more,
})

/** A process that ended stays in the table until its parent asks; where nobody does, it is a zombie and runs no more. */
const isRunning = (pid: number): boolean => {
  try {
    return !/^\d+ \(.*\) [ZX]/.test(readFileSync(`/proc/${pid}/stat`, 'latin1'))
  } catch {
    return false
  }
}

/** Prints its process id and that of a child in a session of its own, and stays. */
const FAMILY = `
  const { spawn } = require('node:child_process')
  const child = spawn(process.execPath, ['-e', 'process.on("SIGTERM", () => {}); setInterval(() => {}, 1000)'], { detached: true, stdio: 'inherit' })
  child.unref()
  console.log('pids', process.pid, child.pid)
`

const readPids = (lines: readonly string[]): number[] =>
  lines
    .find((line) => line.startsWith('pids '))!
    .split(' ')
    .slice(1)
    .map(Number)

describe('a program that is run with limits', () => {
  it('hands its lines on as they come, and its exit code and last lines in the end', async () => {
    const heard: string[] = []
    const run = script(
      `console.log('one'); console.error('two'); process.stdout.write('three'); process.exitCode = 7`,
      {
        onLine: (line, stream) => heard.push(`${stream} ${line}`),
      },
    )
    const result = await runLimited(run)
    expect(result).toMatchObject({ code: 7, end: 'exit' })
    expect(heard.toSorted()).toEqual(['stderr two', 'stdout one', 'stdout three'])
    expect([...result.tail].toSorted()).toEqual(['one', 'three', 'two'])
  })

  it('gets no variable of ours but those it is given', async () => {
    const result = await runLimited(
      script('console.log(Object.keys(process.env).sort().join())', { environment: { GIVEN: '1' } }),
    )
    expect(result.tail).toEqual(['GIVEN,PLUMBLINE_RUN'])
  })

  it.skipIf(process.platform !== 'linux')(
    'is ended by a cancel together with a grandchild that left its session and ignores SIGTERM',
    async () => {
      const abort = new AbortController()
      const lines: string[] = []
      const running = runLimited(
        script(`${FAMILY}; setInterval(() => {}, 1000)`, {
          signal: abort.signal,
          onLine: (line) => {
            lines.push(line)
            abort.abort()
          },
        }),
      )
      const result = await running
      expect(result.end).toBe('cancelled')
      expect(readPids(lines).map(isRunning)).toEqual([false, false])
    },
  )

  it.skipIf(process.platform !== 'linux')('leaves nothing running when it ends by itself', async () => {
    const result = await runLimited(script(FAMILY))
    expect(result).toMatchObject({ code: 0, end: 'exit' })
    expect(readPids(result.tail).map(isRunning)).toEqual([false, false])
  })

  it('is ended past its time', async () => {
    const result = await runLimited(script('for (;;);', { timeoutMs: 300 }))
    expect(result.end).toBe('timeout')
    expect(result.durationMs).toBeGreaterThan(250)
  })

  it.skipIf(process.platform === 'win32')('cannot use more memory than it may', async () => {
    const python = 'b = bytearray(3 << 30); print(len(b))'
    const result = await runLimited({
      ...script(''),
      command: 'python3',
      args: ['-c', python],
      memoryBytes: 1 << 30,
    }).catch((error: unknown) => error)
    if (result instanceof WorkstationError) expect(result.message).toContain('python3')
    else expect(result).toMatchObject({ code: 1, tail: expect.arrayContaining(['MemoryError']) as unknown })
  })

  it('keeps only the end of a long output, and cuts endless lines', async () => {
    const result = await runLimited(
      script(`for (let i = 0; i < 5000; i++) console.log(i); process.stdout.write('x'.repeat(1 << 22))`),
    )
    expect(result.tail.length).toBeLessThanOrEqual(200)
    expect(result.tail.at(-2)).toBe('4999')
    expect(result.tail.at(-1)).toHaveLength(4001)
  })

  it('says so when there is no such program', async () => {
    const run = runLimited({ ...script(''), command: 'no-such-program-here' })
    await expect(run).rejects.toThrow(/"no-such-program-here" cannot be started/)
  })
})
