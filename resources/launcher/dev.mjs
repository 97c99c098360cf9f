// `dev`: electron-vite's own development mode, or rebuild and restart on every change where there is no Electron.
import { watch } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { ensureBuilt } from './build.mjs'
import { childEnvironment, currentNode, isStopping, run, runForeground } from './child.mjs'
import { readStartArguments, whyNoWindow } from './decisions.mjs'
import { ensureElectron } from './electron.mjs'
import { at, mod, say } from './place.mjs'

/** Runs until stopped; returns the exit code. */
export async function develop(args) {
  const { isHeadless, hasSample, rest } = readStartArguments(args, process.env)
  const flags = [...(hasSample ? ['--sample'] : []), ...rest]
  const isRoot = process.getuid?.() === 0
  const canShow =
    !isHeadless && whyNoWindow({ platform: process.platform, env: process.env, isRoot }) === undefined
  if (canShow && (await ensureElectron()) !== undefined) {
    return runForeground(mod('electron-vite/bin/electron-vite.js'), ['dev', '--watch', '--', ...flags])
  }
  say('Running without a window; the app is rebuilt and restarted when a source file changes.')
  return restartOnChange(['serve', ...flags])
}

async function restartOnChange(args) {
  let changes = 0
  let abort = new AbortController()
  const notice = () => {
    changes += 1
    abort.abort()
  }
  const watchers = ['main', 'preload', 'renderer'].map((folder) =>
    watch(at(folder), { recursive: true }, notice),
  )
  try {
    while (!isStopping()) {
      const seen = changes
      abort = new AbortController()
      const isBuilt = await ensureBuilt().then(
        () => true,
        (error) => say(error.message),
      )
      if (isBuilt === true && changes === seen) await serveUntil(abort.signal, args)
      while (changes === seen && !isStopping()) await wait(100)
      // Editors write several files at once.
      await wait(150)
    }
  } finally {
    for (const watcher of watchers) watcher.close()
  }
  return 0
}

async function serveUntil(until, args) {
  const script = ['--require', at('resources/launcher/follow-parent.cjs'), at('out/main/cli.js'), ...args]
  await run(currentNode(), script, { stdio: 'inherit', env: childEnvironment(), until })
}
