#!/usr/bin/env node
// The one way in for `npm start`, `npm test` and the other scripts, and the package's `plumbline` command.
// Plain JavaScript without dependencies: it runs before anything is installed, on Node 18 and later.
import { ensureBuilt } from './build.mjs'
import { Stopped, runForeground, stopWithParent } from './child.mjs'
import { ensureInstalled } from './install.mjs'
import { isClone, mod, say } from './place.mjs'

const verbs = {
  start: async (args) => (await import('./start.mjs')).start(args),
  dev: async (args) => (await import('./dev.mjs')).develop(args),
  build: async (args) => ensureBuilt({ force: args.includes('--force') }).then(() => 0),
  check: async () => (await import('./check.mjs')).check({ withArchitecture: true }),
  test: async (args) => (await import('./suite.mjs')).test(args),
  bench: async (args) => (await import('./bench.mjs')).bench(args),
  package: async (args) => {
    await ensureBuilt()
    return runForeground(mod('electron-builder', 'cli.js'), ['--publish', 'never', ...args])
  },
}

async function main([verb, ...rest]) {
  stopWithParent()
  if (isClone()) await ensureInstalled()
  if (verb !== undefined && Object.hasOwn(verbs, verb)) return verbs[verb](rest)
  const { runCommandLine } = await import('./start.mjs')
  return runCommandLine(verb === undefined ? ['--help'] : [verb, ...rest])
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code
  },
  (error) => {
    if (error instanceof Stopped) process.exit(error.exitCode)
    say(error instanceof Error && error.isPlain === true ? error.message : (error?.stack ?? String(error)))
    process.exit(1)
  },
)
