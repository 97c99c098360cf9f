import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { WorkstationError } from './errors'

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/** When a process started, in clock ticks since boot (Linux); tells a reused process number from the old process. */
function startOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[19] ?? ''
  } catch {
    return ''
  }
}

function readOwner(path: string): number | undefined {
  try {
    const [pid = '', start = ''] = readFileSync(path, 'utf8').split('\n')
    const owner = Number(pid)
    return Number.isInteger(owner) && owner > 0 && isAlive(owner) && startOf(owner) === start
      ? owner
      : undefined
  } catch {
    return undefined
  }
}

/**
 * Claims a data folder for this process: two workstations on one folder would overwrite each other's counts.
 * A lock that a killed process left is taken over.
 * @returns a function that gives the folder up
 * @throws WorkstationError conflict, naming the process that has it.
 */
export async function lockDataDirectory(folder: string): Promise<() => void> {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const path = join(folder, 'workstation.lock')
  for (let attempt = 0; ; attempt++) {
    try {
      const file = openSync(path, 'wx', 0o600)
      writeSync(file, `${process.pid}\n${startOf(process.pid)}\n`)
      closeSync(file)
      return () => rmSync(path, { force: true })
    } catch (error) {
      const isHeld = error instanceof Error && 'code' in error && error.code === 'EEXIST'
      if (!isHeld) throw error
    }
    const owner = readOwner(path)
    if (owner !== undefined || attempt > 3) {
      throw new WorkstationError(
        'conflict',
        `the data folder ${folder} is in use by another Plumbline${owner === undefined ? '' : ` (process ${owner})`}; close it or choose another folder with --data-dir`,
      )
    }
    rmSync(path, { force: true })
  }
}
