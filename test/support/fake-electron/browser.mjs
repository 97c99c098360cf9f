// The Chromium behind the windows: one for the application, in a profile of its own.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { openProtocolServer } from './protocol.mjs'

let opening
let closing

const listeners = []
/** Hears of pages that Chromium opens by itself. */
export const onPage = (listener) => listeners.push(listener)

/** Starts the browser, once, and says where it can be debugged, as Electron does. */
export function openBrowser(userData) {
  opening ??= launch(join(userData, 'chromium'))
  return opening
}

async function launch(profile) {
  const port = await openProtocolServer()
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.PLUMBLINE_BROWSER || '/usr/bin/chromium',
    headless: true,
    viewport: null,
    colorScheme: null,
    chromiumSandbox: false,
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
    args: [
      '--remote-debugging-port=0',
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--window-size=1280,800',
      // Nothing but this machine can be reached.
      `--host-resolver-rules=MAP *.localhost 127.0.0.1:${port}, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1`,
    ],
  })
  context.on('page', (page) => listeners.forEach((listener) => listener(page)))
  const [debugPort, path] = readFileSync(join(profile, 'DevToolsActivePort'), 'utf8').split('\n')
  process.stderr.write(`\nDevTools listening on ws://127.0.0.1:${debugPort}${path}\n`)
  return context
}

/** Ends the browser if there is one. */
export function closeBrowser() {
  closing ??= (async () => (await opening)?.close())().catch(() => undefined)
  return closing
}
