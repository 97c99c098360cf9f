import { execFile } from 'node:child_process'
import { WorkstationError } from '../errors'

/** A Python interpreter on this computer. */
export type Python = {
  /** The interpreter itself, behind any launcher or link. */
  readonly executable: string
  readonly version: string
  /** Folders that must be readable for it to run. */
  readonly folders: readonly string[]
  /** Installed packages by their lower-case name. */
  readonly packages: Readonly<Record<string, string>>
}

const DESCRIBE = `
import json, os, site, sys
from importlib.metadata import distributions
folders = {sys.prefix, sys.base_prefix, sys.exec_prefix, os.path.dirname(os.path.realpath(sys.executable))}
folders.update(p for p in sys.path if p and os.path.isdir(p))
packages = {}
for d in distributions():
    name = d.metadata["Name"]
    if name:
        packages.setdefault(name.lower(), d.version)
print(json.dumps({"executable": sys.executable, "version": sys.version.split()[0], "folders": sorted(folders), "packages": packages}))
`

const TRIAL_MS = 20_000
const OLDEST = [3, 8] as const

const isNewEnough = (version: string): boolean => {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])
}

function describePython(command: string, args: readonly string[]): Promise<Python | null> {
  return new Promise((resolve) => {
    const run = [...args, '-c', DESCRIBE]
    execFile(command, run, { timeout: TRIAL_MS, maxBuffer: 1 << 24, windowsHide: true }, (error, stdout) => {
      if (error !== null) return resolve(null)
      try {
        const python = JSON.parse(stdout) as Python
        resolve(isNewEnough(python.version) ? python : null)
      } catch {
        // Something of that name that is no Python, such as the shop link of Windows.
        resolve(null)
      }
    })
  })
}

/**
 * The first Python 3.8 or newer: the one asked for, the active virtual environment's, then the usual names.
 * @param asked path or name from the settings; '' for none
 * @throws WorkstationError not_found, saying what to install
 */
export async function findPython(asked = ''): Promise<Python> {
  const candidates: readonly (readonly [string, ...string[]])[] =
    asked !== ''
      ? [[asked]]
      : process.platform === 'win32'
        ? [['py', '-3'], ['python'], ['python3']]
        : [['python3'], ['python']]
  for (const [command, ...args] of candidates) {
    const python = await describePython(command, args)
    if (python !== null) return python
  }
  const tried = candidates.map((each) => each.join(' ')).join(', ')
  throw new WorkstationError(
    'not_found',
    `there is no Python 3.8 or newer on this computer (tried: ${tried}). Install Python from your system's packages or its website, or set PLUMBLINE_PYTHON to an interpreter`,
  )
}
