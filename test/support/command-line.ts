/** The real command line in a process of its own: for what only a process can show (signals, exit codes, its output). */
import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { cp, mkdtemp, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'vite'
import { inject, onTestFinished } from 'vitest'
import { ApiClient } from './api-client'
import { RESOURCES } from './workstation'

const ROOT = join(import.meta.dirname, '../..')

/**
 * Builds `main/cli.ts` beside copies of the worker entries and returns the path of the script. It lies in the folder
 * of this test run's workers, which is removed in the end.
 */
export async function buildCommandLine(): Promise<string> {
  const workers = inject('workersFolder')
  const folder = await mkdtemp(join(workers, 'command-line-'))
  for (const name of await readdir(workers)) {
    if (name.endsWith('.js')) await cp(join(workers, name), join(folder, name))
  }
  await build({
    configFile: false,
    root: ROOT,
    logLevel: 'silent',
    ssr: { noExternal: true, external: ['onnxruntime-node', 'better-sqlite3'] },
    build: {
      ssr: true,
      outDir: folder,
      emptyOutDir: false,
      target: 'node22',
      copyPublicDir: false,
      rolldownOptions: {
        input: { cli: join(ROOT, 'main/cli.ts') },
        output: { format: 'esm', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
      },
    },
  })
  return join(folder, 'cli.js')
}

export type Ended = { readonly code: number | null; readonly signal: NodeJS.Signals | null }

/** A running `plumbline serve`; killed when the test ends. */
export type CommandLine = {
  readonly process: ChildProcess
  /** What it has printed until now. */
  readonly stdout: () => string
  readonly stderr: () => string
  readonly ended: Promise<Ended>
}

export type Ready = {
  readonly event: 'ready'
  readonly url: string
  readonly api_key: string
  readonly data_dir: string
  readonly pid: number
}

/** Starts `plumbline serve` with these flags, and with no settings from the environment but those given. */
export function startCommandLine(
  script: string,
  flags: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): CommandLine {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('PLUMBLINE_'))
  const child = spawn(process.execPath, [script, 'serve', ...flags], {
    env: { ...Object.fromEntries(inherited), PLUMBLINE_RESOURCES: RESOURCES, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal }))
  })
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await ended
  })
  return { process: child, stdout: () => stdout, stderr: () => stderr, ended }
}

/** Waits for the first text on stdout that matches; fails with everything it printed when it ends before. */
export async function waitForOutput(command: CommandLine, pattern: RegExp): Promise<string> {
  let look: () => void = () => undefined
  const found = new Promise<string>((resolve) => {
    look = () => {
      const [match] = pattern.exec(command.stdout()) ?? []
      if (match !== undefined) resolve(match)
    }
    command.process.stdout?.on('data', look)
    look()
  })
  const ended = command.ended.then(({ code, signal }) => {
    throw new Error(
      `ended with ${code ?? signal} before it printed ${pattern}: ${command.stdout()}${command.stderr()}`,
    )
  })
  ended.catch(() => undefined)
  try {
    return await Promise.race([found, ended])
  } finally {
    command.process.stdout?.off('data', look)
  }
}

/** Starts with `--json` and waits for the ready line. */
export async function startReady(
  script: string,
  flags: readonly string[],
): Promise<{ readonly command: CommandLine; readonly ready: Ready; readonly api: ApiClient }> {
  const command = startCommandLine(script, ['--json', ...flags])
  const ready = JSON.parse(await waitForOutput(command, /^\{.*\}\n/)) as Ready
  return { command, ready, api: new ApiClient(ready.url, ready.api_key) }
}
