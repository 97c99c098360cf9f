/** A Python with `requests`, kept between test runs in the system's temporary folder. */
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { describeError } from '../../main/errors'

const run = promisify(execFile)
const KEPT = join(tmpdir(), `plumbline-python-${process.getuid?.() ?? 'user'}`, 'requests')
const INSTALL_WITHIN_MS = 60_000

const hasRequests = (python: string): Promise<boolean> =>
  run(python, ['-c', 'import requests']).then(
    () => true,
    () => false,
  )

const inside = (folder: string): string =>
  process.platform === 'win32' ? join(folder, 'Scripts/python.exe') : join(folder, 'bin/python')

export type Python = { readonly path: string } | { readonly reason: string }

/** The interpreter to use, or why there is none: no Python here, or no way to install `requests`. */
export async function findPython(): Promise<Python> {
  if (await hasRequests('python3')) return { path: 'python3' }
  if (await hasRequests(inside(KEPT))) return { path: inside(KEPT) }
  try {
    await mkdir(dirname(KEPT), { recursive: true })
    // Made aside and named when complete, so that an interrupted or parallel run leaves no half of one.
    const made = await mkdtemp(join(dirname(KEPT), 'making-'))
    await run('python3', ['-m', 'venv', made], { timeout: INSTALL_WITHIN_MS })
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', 'requests']
    await run(inside(made), pip, { timeout: INSTALL_WITHIN_MS })
    await rm(KEPT, { recursive: true, force: true })
    await rename(made, KEPT)
    return { path: inside(KEPT) }
  } catch (error) {
    return { reason: `no Python with requests: ${describeError(error).split('\n')[0]}` }
  }
}
