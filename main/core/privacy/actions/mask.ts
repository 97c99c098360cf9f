import type { RuleConfig } from '../policy'

const DEFAULT_LAST = 4
const IS_COVERED = /[\p{L}\p{N}]/u

/**
 * Covers letters and digits and leaves separators: `4111-1111-1111-1111` becomes `****-****-****-1111`. Characters
 * stay at the end (`show_last`, 4 unless told otherwise) and at the front (`show_first`), never more than half of all.
 */
export function maskText(text: string, config: RuleConfig): string {
  const characters = Array.from(text)
  const total = characters.filter((character) => IS_COVERED.test(character)).length
  const room = Math.floor(total / 2)
  const first = Math.min(config.show_first ?? 0, room)
  const last = Math.min(
    config.show_last ?? (config.show_first === undefined ? DEFAULT_LAST : 0),
    room - first,
  )
  let seen = 0
  return characters
    .map((character) => {
      if (!IS_COVERED.test(character)) return character
      seen++
      return seen <= first || seen > total - last ? character : (config.character ?? '*')
    })
    .join('')
}
