// Runs somebody else's program with limits, and leaves nothing of it behind.
import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { WorkstationError } from '../errors'
import { readLines } from './lines'
import { RUN_MARK, isMarkedRunning, signalTree } from './process-tree'

export type LimitedRun = {
  readonly command: string
  readonly args: readonly string[]
  readonly directory: string
  /** The whole environment; nothing is inherited, so that no key or token of ours gets there. */
  readonly environment: Readonly<Record<string, string>>
  readonly timeoutMs: number
  /** Address space that each process may use, in bytes; not enforced on Windows. Null: no limit. */
  readonly memoryBytes: number | null
  readonly signal?: AbortSignal | undefined
  /** What the run and all that it starts can be found by after a crash of this process; see `endMarked`. */
  readonly mark?: string
  /** Hears every line as it is printed. */
  readonly onLine?: ((line: string, stream: 'stdout' | 'stderr') => void) | undefined
}

export type LimitedResult = {
  readonly code: number | null
  /** How it ended: by itself, or by us. */
  readonly end: 'exit' | 'timeout' | 'cancelled'
  /** The last lines of both streams, as they came. */
  readonly tail: readonly string[]
  readonly durationMs: number
}

/** How long a program may take to tidy up after SIGTERM. */
const GRACE_MS = 3000
const CHECK_EVERY_MS = 50
const TAIL_LINES = 200
const STOP_CHECKING_AFTER_MS = 10_000

/** The command behind a shell that lowers its own limits first; the program never sees the shell. */
function limitMemory({ command, args, memoryBytes }: LimitedRun): {
  command: string
  args: readonly string[]
} {
  if (memoryBytes === null || process.platform === 'win32') return { command, args }
  const kibibytes = Math.max(1, Math.floor(memoryBytes / 1024))
  return { command: '/bin/sh', args: ['-c', `ulimit -v ${kibibytes} && exec "$0" "$@"`, command, ...args] }
}

/**
 * Runs a program to its end in a process group of its own. Past the time limit, and when `signal` aborts, it and all
 * that it started get SIGTERM, and SIGKILL three seconds later; the promise resolves when they are gone. What it
 * leaves running when it ends by itself is ended too.
 * @throws WorkstationError not_found when the program cannot be started
 */
export function runLimited(run: LimitedRun): Promise<LimitedResult> {
  const startedAt = performance.now()
  const mark = run.mark ?? randomUUID()
  const { command, args } = limitMemory(run)
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: run.directory,
      env: { ...run.environment, [RUN_MARK]: mark },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: process.platform !== 'win32',
      windowsHide: true,
    })
    const tail: string[] = []
    for (const stream of ['stdout', 'stderr'] as const) {
      readLines(child[stream], (line) => {
        tail.push(line)
        if (tail.length > TAIL_LINES) tail.shift()
        run.onLine?.(line, stream)
      })
    }
    let end: LimitedResult['end'] = 'exit'
    let killing: NodeJS.Timeout | undefined
    const stop = (why: 'timeout' | 'cancelled'): void => {
      if (end !== 'exit' || child.pid === undefined) return
      end = why
      const { pid } = child
      void signalTree(pid, { mark, signal: 'SIGTERM' })
      killing = setTimeout(() => void signalTree(pid, { mark, signal: 'SIGKILL' }), GRACE_MS)
    }
    const onAbort = (): void => stop('cancelled')
    const timer = setTimeout(() => stop('timeout'), run.timeoutMs)
    const settle = (): void => {
      clearTimeout(timer)
      clearTimeout(killing)
      run.signal?.removeEventListener('abort', onAbort)
    }
    child.once('error', (error) => {
      settle()
      reject(new WorkstationError('not_found', `"${run.command}" cannot be started: ${error.message}`))
    })
    // 'exit' and not 'close': a grandchild that keeps the pipes open must not hold this up.
    child.once('exit', (code) => {
      settle()
      const finish = async (): Promise<void> => {
        if (child.pid !== undefined) await endRest(child.pid, mark)
        child.stdout.destroy()
        child.stderr.destroy()
        resolve({ code, end, tail, durationMs: performance.now() - startedAt })
      }
      // What was printed last is still in the pipes.
      setImmediate(() => void finish().catch(reject))
    })
    if (run.signal?.aborted === true) onAbort()
    else run.signal?.addEventListener('abort', onAbort)
  })
}

/** Ends what a program left behind, and waits until it is gone. */
async function endRest(pid: number, mark: string): Promise<void> {
  if (process.platform === 'win32') return
  await signalTree(pid, { mark, signal: 'SIGKILL' })
  const until = performance.now() + STOP_CHECKING_AFTER_MS
  while ((await isMarkedRunning(mark)) && performance.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, CHECK_EVERY_MS))
    await signalTree(pid, { mark, signal: 'SIGKILL' })
  }
}
