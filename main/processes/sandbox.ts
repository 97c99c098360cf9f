import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'

/** What a sandboxed program may see besides the system and its own interpreter. */
export type SandboxView = {
  /** Files and folders it may read. */
  readonly readable: readonly string[]
  /** The one folder it may write to. */
  readonly writable: string
  readonly hasNetwork: boolean
}

export type Sandbox = {
  /** How the program is kept, in words for the person who starts it. */
  readonly description: string
  readonly isolates: boolean
  readonly wrap: (
    command: string,
    args: readonly string[],
    view: SandboxView,
  ) => { readonly command: string; readonly args: readonly string[] }
}

const NONE: Sandbox = {
  description:
    'without a sandbox: the program can read and change whatever you can, and reach the network (bubblewrap, which prevents that on Linux, is not installed or not allowed here)',
  isolates: false,
  wrap: (command, args) => ({ command, args }),
}

/** Folders of the system that programs need; personal ones are not among them. */
const SYSTEM = [
  '/usr',
  '/bin',
  '/sbin',
  '/lib',
  '/lib32',
  '/lib64',
  '/etc/ld.so.cache',
  '/etc/alternatives',
  '/etc/ssl',
]

function bindArguments({ readable, writable, hasNetwork }: SandboxView): string[] {
  const system = hasNetwork ? [...SYSTEM, '/etc/resolv.conf', '/etc/hosts', '/etc/nsswitch.conf'] : SYSTEM
  const visible = [...system, ...readable].filter((path) => existsSync(path))
  return [
    '--unshare-all',
    ...(hasNetwork ? ['--share-net'] : []),
    '--die-with-parent',
    '--new-session',
    '--cap-drop',
    'ALL',
    '--dev',
    '/dev',
    '--proc',
    '/proc',
    '--tmpfs',
    '/tmp',
    ...visible.flatMap((path) => ['--ro-bind', path, path]),
    '--bind',
    writable,
    writable,
    '--chdir',
    writable,
  ]
}

const BUBBLEWRAP: Sandbox = {
  description:
    'in a bubblewrap sandbox: no network, none of your files but the model, and only a temporary folder to write to',
  isolates: true,
  wrap: (command, args, view) => ({
    command: 'bwrap',
    args: [...bindArguments(view), '--', command, ...args],
  }),
}

const TRIAL_MS = 10_000

/** Bubblewrap where it is installed and the kernel allows it, which is tried; otherwise no sandbox. */
export function findSandbox(): Promise<Sandbox> {
  if (process.platform !== 'linux') return Promise.resolve(NONE)
  const view = { readable: [], writable: '/tmp', hasNetwork: false }
  const { command, args } = BUBBLEWRAP.wrap('true', [], view)
  return new Promise((resolve) => {
    execFile(command, [...args], { timeout: TRIAL_MS }, (error) =>
      resolve(error === null ? BUBBLEWRAP : NONE),
    )
  })
}
