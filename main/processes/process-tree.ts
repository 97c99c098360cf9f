import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'

/**
 * The environment variable that marks a run and everything it starts: a grandchild that made itself a session of its
 * own still carries it.
 */
export const RUN_MARK = 'PLUMBLINE_RUN'

async function findMarked(mark: string): Promise<number[]> {
  const wanted = `${RUN_MARK}=${mark}`
  const names = await readdir('/proc').catch(() => [])
  const found = await Promise.all(
    names
      .filter((name) => /^\d+$/.test(name))
      .map(async (name) => {
        // A process of someone else, or one that ended meanwhile, cannot be read and is not ours.
        const environment = await readFile(`/proc/${name}/environ`, 'latin1').catch(() => '')
        return environment.split('\0').includes(wanted) ? [Number(name)] : []
      }),
  )
  return found.flat()
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    const isGone = error instanceof Error && 'code' in error && error.code === 'ESRCH'
    if (!isGone) throw error
  }
}

/**
 * Sends a signal to a process that was started as the head of its group, to its group, and on Linux to everything
 * that carries its mark; on Windows the tree is ended at once, whatever the signal.
 */
export async function signalTree(
  pid: number,
  { mark, signal }: { readonly mark: string; readonly signal: NodeJS.Signals },
): Promise<void> {
  if (process.platform === 'win32') {
    await new Promise<void>((resolve) => {
      execFile('taskkill', ['/pid', String(pid), '/T', '/F'], () => resolve())
    })
    return
  }
  send(-pid, signal)
  for (const marked of await findMarked(mark)) send(marked, signal)
}

/** Whether anything that carries the mark still runs. Linux only; false elsewhere. */
export async function isMarkedRunning(mark: string): Promise<boolean> {
  return (await findMarked(mark)).length > 0
}

/** Ends what a former process of ours left running under a mark. Linux only. */
export async function endMarked(mark: string): Promise<void> {
  for (const pid of await findMarked(mark)) send(pid, 'SIGKILL')
}
