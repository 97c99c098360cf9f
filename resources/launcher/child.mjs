// Child processes: started on the right Node, told when to stop, and never left behind.
import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { delimiter, dirname } from 'node:path'
import { toExitCode } from './decisions.mjs'
import { at, mod, readText, root } from './place.mjs'

/** Thrown in the launcher's own steps once it has been told to stop. */
export class Stopped extends Error {
  constructor(signal) {
    super(`stopped by ${signal}`)
    this.exitCode = 128 + (constants.signals[signal] ?? 15)
  }
}

const living = new Set()
let stopSignal
let node = process.execPath

/** The Node that runs the app and its tools from here on. */
export const useNode = (path) => {
  node = path
}
export const currentNode = () => node

/** This process's environment with the chosen Node and the installed tools first on PATH. */
export function childEnvironment(extra = {}) {
  const env = { ...process.env, ...extra }
  const key = Object.keys(env).find((name) => name.toUpperCase() === 'PATH') ?? 'PATH'
  env[key] = [dirname(node), mod('.bin'), env[key]].filter(Boolean).join(delimiter)
  return env
}

function stop(signal) {
  if (stopSignal !== undefined) return
  stopSignal = signal
  if (living.size === 0) process.exit(128 + (constants.signals[signal] ?? 15))
  for (const child of living) {
    // A terminal's Ctrl-C reaches the whole process group: a second copy at once would read as "quit now".
    if (signal === 'SIGINT' && process.stdin.isTTY) setTimeout(() => child.kill('SIGINT'), 2_000).unref()
    else child.kill(signal)
  }
  setTimeout(() => {
    for (const child of living) child.kill('SIGKILL')
  }, 30_000).unref()
}
for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => stop(signal))
if (process.platform !== 'win32') process.on('SIGHUP', () => stop('SIGTERM'))

/** Under npm the launcher ends with npm, even where npm was killed and could not pass the signal on. */
export function stopWithParent() {
  if (process.env.npm_lifecycle_event === undefined) return
  const line = readAncestors()
  setInterval(() => {
    if (readAncestors() !== line) stop('SIGTERM')
  }, 250).unref()
}

// npm starts a shell and the shell starts this; a shell outlives a killed npm. Where the shell's own parent can be read
// it is watched as well.
function readAncestors() {
  if (process.platform === 'win32') {
    try {
      process.kill(process.ppid, 0)
      return 'alive'
    } catch (error) {
      return error.code === 'ESRCH' ? 'gone' : 'alive'
    }
  }
  const stat = readText(`/proc/${process.ppid}/stat`)
  const [, shell, grandparent] = /\((sh|dash|bash|ash|zsh)\) \S (\d+)/.exec(stat ?? '') ?? []
  return shell === undefined ? `${process.ppid}` : `${process.ppid} ${grandparent}`
}

/**
 * Starts a process and waits for its end. `capMs` kills it after that long. With `capture` both outputs are returned
 * as text; otherwise `stdio` says where they go (standard output goes to standard error by default). The `until`
 * signal ends it in good order.
 */
export function run(
  command,
  args,
  { env, capMs, capture = false, stdio, shell = false, cwd = root, until } = {},
) {
  if (stopSignal !== undefined) throw new Stopped(stopSignal)
  return new Promise((resolve) => {
    const started = Date.now()
    const pipes = stdio ?? ['ignore', capture ? 'pipe' : 2, capture ? 'pipe' : 2]
    const child = spawn(command, args, { cwd, env: env ?? childEnvironment(), stdio: pipes, shell })
    living.add(child)
    until?.addEventListener('abort', () => child.kill('SIGTERM'), { once: true })
    const chunks = []
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => chunks.push(chunk))
    const cap = capMs === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), capMs)
    const settle = (code, signal, error) => {
      clearTimeout(cap)
      living.delete(child)
      const output = Buffer.concat(chunks).toString('utf8')
      const elapsedMs = Date.now() - started
      resolve({
        code: error ? 127 : toExitCode(code, signal, constants.signals),
        signal,
        output,
        elapsedMs,
        error,
      })
    }
    child.once('error', (error) => settle(undefined, undefined, error))
    child.once('close', (code, signal) => settle(code, signal))
  })
}

/** Runs a tool's JavaScript on the chosen Node; see `run`. Throws `Stopped` if the launcher was told to stop. */
export async function runNode(script, args, options = {}) {
  const result = await run(
    node,
    ['--require', at('resources/launcher/follow-parent.cjs'), script, ...args],
    options,
  )
  if (stopSignal !== undefined) throw new Stopped(stopSignal)
  return result
}

/** Hands the terminal to a script on the chosen Node and returns its exit code: a clean stop stays a 0. */
export async function runForeground(script, args, env = {}) {
  const follow = ['--require', at('resources/launcher/follow-parent.cjs')]
  const result = await run(node, [...follow, script, ...args], {
    stdio: 'inherit',
    env: childEnvironment(env),
    cwd: process.cwd(),
  })
  return result.code
}

export const isStopping = () => stopSignal !== undefined
