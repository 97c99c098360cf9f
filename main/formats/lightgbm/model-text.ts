// LightGBM's model text, cut into its sections: a header, one section per tree, parameters, pandas categories.
import { WorkstationError } from '../../errors'

/** The `key=value` lines of one section; a line without `=` has the value ''. */
export type TextSection = ReadonlyMap<string, string>

export type ModelText = {
  readonly header: TextSection
  readonly trees: readonly TextSection[]
  /** `[key: value]` lines; empty in files that were cut down to their trees. */
  readonly parameters: TextSection
  /** JSON behind `pandas_categorical:`, or null. */
  readonly categories: string | null
}

const MOST_CHARACTERS = 400_000_000

export function invalidModel(why: string): WorkstationError {
  return new WorkstationError('invalid', `the LightGBM model cannot be read: ${why}`)
}

/** True for the start of a file that LightGBM's `save_model` wrote. */
export const isLightgbmText = (bytes: Uint8Array): boolean =>
  /^(\uFEFF)?tree\r?\n(version|num_class)=/.test(new TextDecoder().decode(bytes.subarray(0, 64)))

/**
 * @throws WorkstationError invalid where it does not begin as LightGBM's text or has no end, too_large
 */
export function cutModelText(text: string): ModelText {
  if (text.length > MOST_CHARACTERS)
    throw new WorkstationError(
      'too_large',
      `the LightGBM model has ${text.length} characters; at most ${MOST_CHARACTERS} are read`,
    )
  const header = new Map<string, string>()
  const trees: Map<string, string>[] = []
  const parameters = new Map<string, string>()
  let categories: string | null = null
  let section: Map<string, string> | null = header
  let isFirst = true
  for (const line of splitLines(text)) {
    if (isFirst && line !== 'tree') throw invalidModel("it does not begin with the line 'tree'")
    isFirst = false
    if (line.startsWith('Tree=')) {
      section = new Map()
      trees.push(section)
    } else if (line === 'end of trees') section = null
    else if (line.startsWith('pandas_categorical:')) categories = line.slice('pandas_categorical:'.length)
    else if (section !== null) addPair(section, line)
    else {
      const [, key, value] = /^\[([^:\]]+): ?(.*)\]$/.exec(line) ?? []
      if (key !== undefined) parameters.set(key, value ?? '')
    }
  }
  if (section !== null) throw invalidModel("the line 'end of trees' is missing; was the file cut off?")
  return { header, trees, parameters, categories }
}

function* splitLines(text: string): Generator<string> {
  for (let at = text.startsWith('\uFEFF') ? 1 : 0; at < text.length;) {
    const found = text.indexOf('\n', at)
    const end = found < 0 ? text.length : found
    const line = text.slice(at, text[end - 1] === '\r' ? end - 1 : end)
    at = end + 1
    if (line !== '') yield line
  }
}

function addPair(section: Map<string, string>, line: string): void {
  const equals = line.indexOf('=')
  if (equals < 0) section.set(line, '')
  else section.set(line.slice(0, equals), line.slice(equals + 1))
}

/** A whole number from 0. @throws WorkstationError invalid, too_large above `most` */
export function readCount(section: TextSection, key: string, most: number): number {
  const value = Number(section.get(key) ?? Number.NaN)
  if (!Number.isInteger(value) || value < 0) throw invalidModel(`${key} is no whole number from 0`)
  if (value > most)
    throw new WorkstationError('too_large', `the LightGBM model has ${key}=${value}; at most ${most} is read`)
  return value
}

function readNumber(text: string): number {
  if (text === 'inf') return Infinity
  return text === '-inf' ? -Infinity : Number(text)
}

/** Numbers with blanks between; an absent list is empty. @throws WorkstationError invalid for what is no number */
export function readNumberList(section: TextSection, key: string): Float64Array {
  const text = section.get(key)?.trim() ?? ''
  if (text === '') return new Float64Array()
  const values = Float64Array.from(text.split(/ +/), readNumber)
  if (values.some(Number.isNaN)) throw invalidModel(`${key} holds something that is no number`)
  return values
}
