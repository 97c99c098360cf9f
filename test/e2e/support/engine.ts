/** What the end-to-end specs run on: real Electron where its binary is named, otherwise the double over a browser. */
import { existsSync } from 'node:fs'
import { delimiter, join, resolve } from 'node:path'

export const root = resolve(import.meta.dirname, '../../..')

const double = join(root, 'test/support/fake-electron/electron')
const realElectron = process.env['PLUMBLINE_E2E'] === 'double' ? undefined : process.env['PLUMBLINE_ELECTRON']

/** The engine behind the desktop window. */
export const engine =
  realElectron === undefined || realElectron === ''
    ? { name: 'the Electron double', executable: double, isDouble: true }
    : { name: 'real Electron', executable: realElectron, isDouble: false }

/** Chromium's switches on a machine without a screen, a graphics card or a user of its own. */
export const BROWSER_SWITCHES = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** The browser to drive; undefined leaves the choice to Playwright. */
export const browserPath = process.env['PLUMBLINE_BROWSER'] ?? findBrowser()

/** Why nothing that needs a browser can run here; undefined where it can. */
export const noBrowser = process.env['PLUMBLINE_NO_BROWSER']

/** Why the desktop specs cannot run here. */
export const noDesktop = engine.isDouble
  ? (noBrowser ?? (process.platform === 'win32' ? 'the Electron double is a shell script' : undefined))
  : undefined

function findBrowser(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  return ['chromium', 'chromium-browser', 'google-chrome']
    .flatMap((name) => folders.map((folder) => join(folder, name)))
    .find((path) => existsSync(path))
}
