import { WorkstationError } from '../../errors'

const REPLACEMENTS: Readonly<Record<string, string>> = { NaN: 'null', Infinity: '1e999' }

/** XGBoost writes NaN and Infinity, which JSON has not: null and a number beyond every double, outside of texts. */
function replaceSpecials(text: string): string {
  const parts: string[] = []
  let at = 0
  while (at < text.length) {
    const start = text.indexOf('"', at)
    const end = start < 0 ? text.length : start
    parts.push(text.slice(at, end).replace(/NaN|Infinity/g, (word) => REPLACEMENTS[word] ?? word))
    if (start < 0) break
    at = start + 1
    while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1
    at++
    parts.push(text.slice(start, at))
  }
  return parts.join('')
}

/**
 * Reads JSON as XGBoost writes it; NaN becomes null. Numbers are the shortest decimals of single-precision ones, and
 * mean those.
 * @throws WorkstationError invalid
 */
export function readXgboostJson(bytes: Uint8Array): unknown {
  const text = new TextDecoder().decode(bytes)
  try {
    return JSON.parse(/NaN|Infinity/.test(text) ? replaceSpecials(text) : text) as unknown
  } catch (cause) {
    throw new WorkstationError('invalid', 'the file is no valid JSON; was it cut off?', { cause })
  }
}
