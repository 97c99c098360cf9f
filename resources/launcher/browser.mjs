// A Chromium-family browser for the end-to-end specs: an installed one, Debian's package, or Playwright's download.
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { run, runNode } from './child.mjs'
import { hasChromiumPackage, listBrowserPlaces } from './decisions.mjs'
import { forgetFailure, hasFailedLately, rememberFailure } from './failures.mjs'
import { mod, readText, say } from './place.mjs'

const MISSING = '.browser-missing'

function onPath(name) {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean)
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path))
}

function findInstalled() {
  for (const place of listBrowserPlaces(process.platform, process.env)) {
    const path = /[\\/]/.test(place) ? place : onPath(place)
    if (path !== undefined && existsSync(path)) return path
  }
  return undefined
}

async function installDebianPackage() {
  if (process.getuid?.() !== 0 || onPath('apt-get') === undefined) return undefined
  if (!hasChromiumPackage(readText('/etc/os-release'))) return undefined
  say('Installing Chromium for the end-to-end specs (apt-get, once)…')
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const wait = ['-o', 'DPkg::Lock::Timeout=120', '-qq']
  const update = await run('apt-get', [...wait, 'update'], { env, capture: true, capMs: 120_000 })
  const args = [...wait, 'install', '-y', '--no-install-recommends', 'chromium']
  const install = await run('apt-get', args, { env, capture: true, capMs: 240_000 })
  if (install.code === 0) return findInstalled()
  say(`apt-get could not install Chromium: ${lastLine(install.output) || lastLine(update.output)}`)
  return undefined
}

const lastLine = (text) => text.trim().split('\n').at(-1) ?? ''

async function findDownloaded() {
  const script = "process.stdout.write(require('playwright-core').chromium.executablePath())"
  const result = await runNode('-e', [script], { capture: true, capMs: 20_000 })
  return result.code === 0 && existsSync(result.output) ? result.output : undefined
}

async function download() {
  const known = await findDownloaded()
  if (known !== undefined || hasFailedLately(MISSING)) return known
  say('Downloading Chromium for the end-to-end specs (Playwright, once)…')
  const needsLibraries = process.getuid?.() === 0 && onPath('apt-get') !== undefined
  const args = ['install', 'chromium', ...(needsLibraries ? ['--with-deps'] : [])]
  const result = await runNode(mod('@playwright/test', 'cli.js'), args, { capture: true, capMs: 240_000 })
  const fetched = await findDownloaded()
  if (fetched === undefined) rememberFailure(MISSING, lastLine(result.output))
  else forgetFailure(MISSING)
  return fetched
}

// Some browsers print no version on Windows, so there the file alone must do.
async function readVersion(path) {
  if (process.platform === 'win32') return path.split('\\').at(-1)
  const result = await run(path, ['--version'], { capture: true, capMs: 20_000 })
  const version = /^.*?\d+(\.\d+)+/m.exec(result.output)?.[0]
  return result.code === 0 ? version?.trim() : undefined
}

/** `{ path, version }` of a browser that starts, or `{ reason }` where none can be had. */
export async function ensureBrowser() {
  const asked = process.env.PLUMBLINE_BROWSER || process.env.CHROME_PATH
  if (asked) {
    const version = existsSync(asked) ? await readVersion(asked) : undefined
    return version === undefined
      ? { reason: `the browser asked for (${asked}) does not start` }
      : { path: asked, version }
  }
  for (const find of [findInstalled, installDebianPackage, download]) {
    const path = await find()
    const version = path === undefined ? undefined : await readVersion(path)
    if (version !== undefined) return { path, version }
  }
  return { reason: 'no Chrome, Chromium or Edge is installed and none could be fetched' }
}

export const hasXvfb = () => process.platform === 'linux' && onPath('xvfb-run') !== undefined
