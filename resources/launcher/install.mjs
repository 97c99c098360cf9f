// Makes node_modules sound and picks the Node that runs everything else.
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { run, useNode } from './child.mjs'
import { findBundledNode, isNodeRecent, isTreeAsLocked } from './decisions.mjs'
import { withLock } from './lock.mjs'
import { at, mod, plainError, readJson, say } from './place.mjs'

const stampFile = mod('.ready')

function fingerprint() {
  const hash = createHash('sha256').update(readFileSync(at('package-lock.json')))
  return hash.update(`\n${process.platform} ${process.arch}`).digest('hex')
}

// The stamp names the Node by its place in node_modules, so that a moved folder stays valid; without `node` the
// running one was chosen.
function readStamp(wanted) {
  const stamp = readJson(stampFile)
  if (stamp?.lock !== wanted) return undefined
  if (stamp.node === undefined) return isNodeRecent(process.versions.node) ? process.execPath : undefined
  return existsSync(mod(stamp.node)) ? mod(stamp.node) : undefined
}

function findNpm() {
  const cli = process.env.npm_execpath
  if (cli !== undefined && existsSync(cli)) {
    if (basename(cli) === 'npm-cli.js') return [process.execPath, cli]
    const sibling = join(dirname(cli), 'npm-cli.js')
    if (basename(cli) === 'npx-cli.js' && existsSync(sibling)) return [process.execPath, sibling]
  }
  return [process.platform === 'win32' ? 'npm.cmd' : 'npm']
}

async function installPackages() {
  say('Installing packages (about half a minute)…')
  const [command, ...first] = findNpm()
  // --include wins over a NODE_ENV=production or omit setting of the user: the build tools are devDependencies.
  const flags = [
    '--ignore-scripts',
    '--include=dev',
    '--include=optional',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  ]
  const shell = command.endsWith('.cmd')
  const result = await run(command, [...first, 'ci', ...flags], {
    env: process.env,
    shell,
    stdio: ['ignore', 'ignore', 2],
  })
  if (result.error)
    throw plainError(`npm could not be started (${result.error.message}). Install Node 20 or newer with npm.`)
  if (result.code !== 0)
    throw plainError(`npm ci failed with exit code ${result.code}; its message is above.`)
}

async function chooseNode() {
  const bundled = findBundledNode(process.platform, process.arch)
  if (bundled !== undefined && existsSync(mod(bundled))) {
    // Tried once: the bundled Node is linked against glibc and does not start on a musl system.
    const probe = await run(mod(bundled), ['--version'], { capture: true, capMs: 20_000 })
    if (probe.code === 0) return bundled
  }
  if (isNodeRecent(process.versions.node)) return undefined
  throw plainError(
    `Plumbline runs on Node 22.15 or newer. It brings its own on Linux (x64, arm64; glibc) and Windows (x64), but not for ` +
      `${process.platform} ${process.arch}, and this is Node ${process.versions.node}. Install Node 24 and run the command again.`,
  )
}

/** Installs when the lockfile has changed since the last time, and turns to the Node that the app runs on. */
export async function ensureInstalled() {
  const wanted = fingerprint()
  const known = readStamp(wanted)
  if (known !== undefined) return useNode(known)
  await withLock('install', async () => {
    if (readStamp(wanted) !== undefined) return
    const isSound = isTreeAsLocked(
      readJson(at('package-lock.json')),
      readJson(mod('.package-lock.json')),
      process,
    )
    if (!isSound) await installPackages()
    writeFileSync(stampFile, JSON.stringify({ lock: wanted, node: await chooseNode() }))
  })
  useNode(readStamp(wanted) ?? process.execPath)
}
