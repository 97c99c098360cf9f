/** Which words of Electron's command line are ours. */
import { SETTINGS } from './settings'

const OWN_FLAGS: ReadonlySet<string> = new Set(
  Object.values(SETTINGS).flatMap(({ flag }) => [flag, flag.replace(/^--/, '--no-')]),
)

/** Switches of Chromium, Electron, Node and the desktop, which share one command line with ours. */
const FOREIGN_SWITCH =
  /^(-psn_|--(no-sandbox|disable-|enable-|force-|ozone-|use-|inspect|remote-|js-flags|lang|proxy-|trace|user-data-dir|password-store|class|gtk-|high-dpi|log|v=|vmodule|allow-file-access|original-process|type=|in-process|ignore-|host-|auth-|window-))/

/**
 * The arguments that `readSettings` is to read: what comes after the application's path in a clone, everything
 * after the executable when packaged, Chromium's own switches left out. A misspelt option of ours stays in, to be refused.
 */
export function readOwnArguments(argv: readonly string[], isPackaged: boolean): string[] {
  const words = argv.slice(1)
  const start = isPackaged ? 0 : findApplicationPath(words) + 1
  return words
    .slice(start)
    .filter((word) => OWN_FLAGS.has(word.replace(/=.*/s, '')) || !FOREIGN_SWITCH.test(word))
}

function findApplicationPath(words: readonly string[]): number {
  return words.findIndex((word, index) => {
    const before = words[index - 1]
    return !word.startsWith('-') && before !== '-r' && before !== '--require'
  })
}
