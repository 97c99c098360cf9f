import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { WorkstationError } from './errors'

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return hasCode(error, 'EPERM')
  }
}

const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code

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

/** Puts a complete lock in place unless there is one: nobody ever reads a lock that is still being written. */
function placeLock(path: string, own: string): boolean {
  const content = `${process.pid}\n${startOf(process.pid)}\n`
  writeFileSync(own, content, { mode: 0o600 })
  try {
    linkSync(own, path)
    return true
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false
    return createLock(path, content)
  } finally {
    rmSync(own, { force: true })
  }
}

/** For file systems without hard links, such as exFAT. */
function createLock(path: string, content: string): boolean {
  try {
    writeFileSync(path, content, { flag: 'wx', mode: 0o600 })
    return true
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false
    throw error
  }
}

/**
 * Takes away a lock whose owner is gone. It is moved aside and read again there: another process that found the same
 * stale lock may have put its own in place meanwhile, which then goes back.
 */
function removeStale(path: string, aside: string): void {
  try {
    renameSync(path, aside)
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return
    throw error
  }
  if (readOwner(aside) === undefined) rmSync(aside, { force: true })
  else renameSync(aside, path)
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
  const own = `${path}.${process.pid}`
  for (let attempt = 0; ; attempt++) {
    if (placeLock(path, own)) return () => rmSync(path, { force: true })
    const owner = readOwner(path)
    if (owner !== undefined || attempt > 3) {
      throw new WorkstationError(
        'conflict',
        `the data folder ${folder} is in use by another Plumbline${owner === undefined ? '' : ` (process ${owner})`}; close it or choose another folder with --data-dir`,
      )
    }
    removeStale(path, own)
  }
}
