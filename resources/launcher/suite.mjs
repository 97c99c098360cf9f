// `test`: a browser, a build, the checks, the unit and the end-to-end suites, and one closing line.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureBrowser, hasXvfb } from './browser.mjs'
import { ensureBuilt } from './build.mjs'
import { countChecks } from './check.mjs'
import { childEnvironment, currentNode, run, runNode } from './child.mjs'
import {
  addCounts,
  countPlaywright,
  countVitest,
  readTestArguments,
  toClosingLine,
  whyNoWindow,
} from './decisions.mjs'
import { ensureElectron } from './electron.mjs'
import { at, mod, plainError, readJson } from './place.mjs'

const SHOWN = ['ignore', 'inherit', 'inherit']

/** Runs what was asked for and returns 0 when nothing failed. */
export async function test(args) {
  const plan = readTestArguments(args)
  if (plan.unknown.length > 0) {
    throw plainError(`Unknown option ${plan.unknown[0]}. Known: --unit, --e2e, and parts of test file names.`)
  }
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-test-'))
  try {
    const engine = plan.hasE2e && hasSpecs() ? await chooseEngine() : undefined
    const counts = []
    const isBuilt = await build()
    if (!isBuilt) counts.push({ passed: 0, failed: 1, skipped: 0 })
    if (plan.hasChecks) counts.push(await countChecks({ withArchitecture: false }))
    if (plan.hasUnit) counts.push(await runUnit(plan.unitFilters, join(folder, 'unit.json')))
    if (engine !== undefined && isBuilt)
      counts.push(await runE2e(engine, plan.e2eFilters, join(folder, 'e2e.json')))
    const sum = addCounts(counts)
    console.log(toClosingLine(sum))
    return sum.failed === 0 ? 0 : 1
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

// A build that fails is one failure: the checks and the unit suite still say why.
async function build() {
  try {
    await ensureBuilt()
    return true
  } catch (error) {
    if (error.isPlain !== true) throw error
    console.log(error.message)
    return false
  }
}

function hasSpecs() {
  try {
    return readdirSync(at('test/e2e'), { recursive: true }).some((name) => /\.(spec|test)\.tsx?$/.test(name))
  } catch {
    return false
  }
}

/**
 * What the end-to-end specs run on. PLUMBLINE_ELECTRON names the real binary; without it the specs use the double
 * over PLUMBLINE_BROWSER. PLUMBLINE_NO_BROWSER holds the reason where there is no browser either.
 */
async function chooseEngine() {
  const browser = await ensureBrowser()
  const electron = await findUsableElectron()
  const env = {
    ...(electron === undefined ? {} : { PLUMBLINE_ELECTRON: electron.path }),
    ...(browser.path === undefined
      ? { PLUMBLINE_NO_BROWSER: browser.reason }
      : { PLUMBLINE_BROWSER: browser.path }),
  }
  return { electron, browser, env }
}

async function findUsableElectron() {
  if (process.env.PLUMBLINE_E2E === 'double') return undefined
  const isRoot = process.getuid?.() === 0
  const { CI: _, ...env } = process.env
  const reason = whyNoWindow({ platform: process.platform, env, isRoot })
  const isVirtual = reason !== undefined && !isRoot && hasXvfb()
  if (reason !== undefined && !isVirtual) return undefined
  const path = await ensureElectron()
  return path === undefined ? undefined : { path, isVirtual }
}

async function runUnit(filters, file) {
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
  const result = await runNode(
    mod('vitest/vitest.mjs'),
    ['run', '--exclude', '**/e2e/**', ...reporters, ...filters],
    {
      stdio: SHOWN,
    },
  )
  return countVitest(readJson(file), result.code)
}

async function runE2e({ electron, browser, env }, filters, file) {
  const cli = mod('@playwright/test/cli.js')
  const childEnv = childEnvironment({ ...env, PLUMBLINE_E2E_REPORT: file })
  if (electron === undefined && browser.path === undefined) {
    await runNode(cli, ['test', '--list', '--reporter=json', ...filters], {
      capture: true,
      env: { ...childEnv, PLAYWRIGHT_JSON_OUTPUT_NAME: file },
    })
    const specs = countSpecs(readJson(file)?.suites ?? [])
    console.log(`end-to-end specs skipped: ${browser.reason}`)
    return { passed: 0, failed: 0, skipped: specs }
  }
  const args = [cli, 'test', ...filters]
  const result = electron?.isVirtual
    ? await run('xvfb-run', ['-a', currentNode(), ...args], { stdio: SHOWN, env: childEnv })
    : await runNode(args[0], args.slice(1), { stdio: SHOWN, env: childEnv })
  console.log(
    `end-to-end specs ran on: ${electron ? 'real Electron' : `Electron double over ${browser.version}`}`,
  )
  return countPlaywright(readJson(file), result.code)
}

const countSpecs = (suites) =>
  suites.reduce((sum, suite) => sum + (suite.specs?.length ?? 0) + countSpecs(suite.suites ?? []), 0)
