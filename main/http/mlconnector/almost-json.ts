// The documents of this dialect show bodies as Python prints them; this reads those as well.

const STRING = /"(?:[^"\\]|\\[^])*"/g
const WORDS: Readonly<Record<string, string>> = { True: 'true', False: 'false', None: 'null', NaN: 'null' }

/** Rewrites what stands between strings: tuples as lists, Python's words as JSON's, no comma before an end. */
const rewrite = (text: string): string =>
  text
    .replaceAll('(', '[')
    .replaceAll(')', ']')
    .replaceAll(/\b(True|False|None|NaN)\b/g, (word) => WORDS[word] ?? word)
    .replaceAll(/,(\s*[\]}])/g, '$1')

/**
 * Parses JSON; what is none is read as Python would print it: `(5.1, 3.5)`, `True`, `None`, a comma at the end.
 * @throws SyntaxError as JSON.parse does on the original text, when that is no JSON either way
 */
export function parseAlmostJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    const parts: string[] = []
    let from = 0
    for (const { index, 0: string } of text.matchAll(STRING)) {
      parts.push(rewrite(text.slice(from, index)), string)
      from = index + string.length
    }
    parts.push(rewrite(text.slice(from)))
    try {
      return JSON.parse(parts.join(''))
    } catch {
      throw error
    }
  }
}
