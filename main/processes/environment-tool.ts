// What virtual environments are built with: uv where it is installed, otherwise Python's own venv and pip.
import { execFile } from 'node:child_process'
import { homedir } from 'node:os'
import { delimiter, dirname, isAbsolute, join } from 'node:path'

type Target = {
  readonly folder: string
  readonly interpreter: string
  /** Path of the requirements file. */
  readonly list: string
}

export type EnvironmentTool = {
  readonly name: string
  /** Commands that build an environment, in their order. */
  readonly steps: (python: string, target: Target) => readonly (readonly [string, ...string[]])[]
  /** What it must be able to read, besides the interpreter. */
  readonly readable: readonly string[]
  /** The whole environment of a command that may write to a folder only. */
  readonly environment: (folder: string) => Record<string, string>
}

const TRIAL_MS = 10_000

/** How a person tells pip and uv where packages come from; other variables of ours stay here. */
const isPassedOn = (name: string): boolean =>
  /^(PIP|UV)_[A-Z_]+$/.test(name) ||
  /^(https?|all|no)_proxy$/i.test(name) ||
  ['PATH', 'SystemRoot', 'LD_LIBRARY_PATH', 'SSL_CERT_FILE', 'SSL_CERT_DIR', 'REQUESTS_CA_BUNDLE'].includes(
    name,
  )

function readPassedOn(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      value !== undefined && isPassedOn(name) ? [[name, value] as const] : [],
    ),
  )
}

function describeSurroundings(folder: string): Record<string, string> {
  return {
    ...readPassedOn(),
    // Where pip looks for its configuration.
    HOME: homedir(),
    LANG: 'C.UTF-8',
    TMPDIR: folder,
    PIP_CACHE_DIR: join(folder, '.cache'),
    UV_CACHE_DIR: join(folder, '.cache'),
    PIP_DISABLE_PIP_VERSION_CHECK: '1',
    PIP_NO_INPUT: '1',
    PIP_PROGRESS_BAR: 'off',
    UV_NO_PROGRESS: '1',
  }
}

/** Configuration, and folders of packages that the person's variables name. */
function findReadable(): string[] {
  const variables = [
    'PIP_FIND_LINKS',
    'UV_FIND_LINKS',
    'PIP_CONFIG_FILE',
    'SSL_CERT_FILE',
    'REQUESTS_CA_BUNDLE',
    'PIP_CERT',
  ]
  const named = variables.flatMap((name) => (process.env[name] ?? '').split(/\s+/)).filter(isAbsolute)
  const configuration = ['.config/pip', '.pip', '.config/uv'].map((path) => join(homedir(), path))
  return [...configuration, '/etc/pip.conf', '/etc/ca-certificates', '/etc/pki', ...named]
}

const withPip = (): EnvironmentTool => ({
  name: 'venv and pip',
  steps: (python, { folder, interpreter, list }) => [
    [python, '-m', 'venv', folder],
    [interpreter, '-m', 'pip', 'install', '-r', list],
  ],
  readable: findReadable(),
  environment: describeSurroundings,
})

const withUv = (uv: string): EnvironmentTool => ({
  name: 'uv',
  steps: (python, { folder, interpreter, list }) => [
    [uv, 'venv', '--allow-existing', '--python', python, folder],
    [uv, 'pip', 'install', '--python', interpreter, '-r', list],
  ],
  readable: [dirname(uv), ...findReadable()],
  environment: describeSurroundings,
})

const works = (command: string): Promise<boolean> =>
  new Promise((resolve) => {
    execFile(command, ['--version'], { timeout: TRIAL_MS, windowsHide: true }, (error) =>
      resolve(error === null),
    )
  })

/** uv when it is on the PATH and answers, otherwise what every Python brings. */
export async function findEnvironmentTool(): Promise<EnvironmentTool> {
  const name = process.platform === 'win32' ? 'uv.exe' : 'uv'
  for (const folder of (process.env['PATH'] ?? '').split(delimiter).filter(isAbsolute)) {
    const uv = join(folder, name)
    if (await works(uv)) return withUv(uv)
  }
  return withPip()
}
