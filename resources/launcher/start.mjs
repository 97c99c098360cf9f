// `start`: the desktop window where Electron can run, otherwise the same app on plain Node.
import { ensureBuilt } from './build.mjs'
import { childEnvironment, isStopping, run, runForeground } from './child.mjs'
import { isFailedLaunch, readStartArguments, whyNoWindow } from './decisions.mjs'
import { at, isClone, root, say } from './place.mjs'

/** Starts the app and returns its exit code. */
export async function start(args) {
  await ensureBuilt()
  const { isHeadless, hasSample, rest } = readStartArguments(args, process.env)
  const flags = [...(hasSample && isClone() ? ['--sample'] : []), ...rest]
  const isRoot = process.getuid?.() === 0
  const reason = isHeadless
    ? undefined
    : whyNoWindow({ platform: process.platform, env: process.env, isRoot })
  if (!isHeadless && reason === undefined) {
    const code = await startWindow(flags)
    if (code !== undefined) return code
  } else if (reason !== undefined) {
    say(`Running without a window: ${reason}.`)
  }
  // The switch is set as well as left out, so that --no-sample wins over the environment.
  return runForeground(at('out/main/cli.js'), ['serve', ...flags], hasSample ? {} : { PLUMBLINE_SAMPLE: '0' })
}

/** Exit code of the desktop app, or undefined where Electron is missing or could not come up. */
async function startWindow(flags) {
  const { ensureElectron } = await import('./electron.mjs')
  const electron = await ensureElectron()
  if (electron === undefined) {
    say('Running without a window: Electron is not installed here.')
    return undefined
  }
  const result = await run(electron, [root, ...flags], {
    stdio: 'inherit',
    env: childEnvironment(),
    cwd: process.cwd(),
  })
  if (isStopping() || (!result.error && !isFailedLaunch(result))) return result.code
  say('Electron could not start here (its message, if any, is above). Running without a window.')
  return undefined
}

/** `plumbline serve`, `plumbline predict` and all the others: straight to the app's command line. */
export async function runCommandLine(args) {
  await ensureBuilt()
  return runForeground(at('out/main/cli.js'), args)
}
