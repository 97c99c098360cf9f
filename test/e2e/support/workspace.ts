/** One running Plumbline with a data folder of its own, in the desktop window or headless. */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { createInterface } from 'node:readline'
import { _electron } from '@playwright/test'
import type { ElectronApplication, Page } from '@playwright/test'
import { browserPath, engine, root } from './engine'

export const API_KEY = 'plb_end_to_end_0123456789abcdef'

export type Workspace = {
  readonly directory: string
  readonly url: string
  /** Calls the local API as a program would, and answers status and JSON. */
  call(method: string, path: string, body?: unknown): Promise<{ status: number; json: unknown }>
}

function openWorkspace(directory: string, url: string): Workspace {
  return {
    directory,
    url,
    async call(method, path, body) {
      const response = await fetch(`${url}${path}`, {
        method,
        headers: { Authorization: `Bearer ${API_KEY}`, 'Content-Type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      return { status: response.status, json: (await response.json()) as unknown }
    },
  }
}

/** The environment of the product: nothing of the developer's own settings. */
export function productEnvironment(): Record<string, string> {
  const kept = Object.entries(process.env).filter(
    ([name, value]) => value !== undefined && !name.startsWith('PLUMBLINE_') && name !== 'NODE_OPTIONS',
  )
  return {
    ...(Object.fromEntries(kept) as Record<string, string>),
    PLUMBLINE_API_KEY: API_KEY,
    PLUMBLINE_NODE: process.execPath,
    ...(browserPath === undefined ? {} : { PLUMBLINE_BROWSER: browserPath }),
  }
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port was given')
  return address.port
}

export type Desktop = {
  readonly workspace: Workspace
  readonly app: ElectronApplication
  readonly page: Page
  /** Everything but the executable, to start the same application again. */
  readonly arguments: readonly string[]
}

/** Starts the application with its window; resolves when the window shows our page. */
export async function startDesktop(directory: string, flags: readonly string[]): Promise<Desktop> {
  const port = await findFreePort()
  const words = [root, '--data-dir', directory, '--port', String(port), ...flags]
  const app = await _electron.launch({
    executablePath: engine.executable,
    args: words,
    cwd: root,
    env: productEnvironment(),
  })
  const page = await app.firstWindow()
  // A window exists before its page does.
  await page.waitForURL((url) => url.protocol !== 'about:')
  return { workspace: openWorkspace(directory, `http://127.0.0.1:${port}`), app, page, arguments: words }
}

export type Headless = {
  readonly workspace: Workspace
  readonly signInUrl: string
  readonly process: ChildProcess
}

/** Starts `plumbline serve` and waits for its line of JSON. */
export async function startHeadless(directory: string, flags: readonly string[]): Promise<Headless> {
  const words = ['out/main/cli.js', 'serve', '--json', '--port', '0', '--data-dir', directory, ...flags]
  const child = spawn(process.execPath, words, {
    cwd: root,
    env: productEnvironment(),
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const line = await Promise.race([
    once(createInterface(child.stdout), 'line').then(([text]) => String(text)),
    once(child, 'exit').then(([code]) =>
      Promise.reject(new Error(`plumbline serve ended with code ${code}`)),
    ),
  ])
  const ready = JSON.parse(line) as { url: string; sign_in_url: string }
  return { workspace: openWorkspace(directory, ready.url), signInUrl: ready.sign_in_url, process: child }
}

/** Asks the process to stop and waits until it has; resolves with its exit code. */
export async function stopProcess(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  await ended
  return child.exitCode
}
