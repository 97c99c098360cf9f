import type { PiiType } from '../pii-type'
import { isAnnounced, readHints } from './column-name'
import type { Detector, Match } from './detector'
import { DETECTORS } from './detectors'

/** How a finding is known: the caller said so, the column's name says so, or what is written there. */
export type FindingSource = 'column_map' | 'column_name' | 'content'

/** Personal data in a value; `start` and `end` in UTF-16 units of its text. */
export type Finding = {
  readonly piiType: PiiType
  readonly confidence: number
  readonly source: FindingSource
  readonly start: number
  readonly end: number
}

export type ScanSettings = {
  /** Findings below this (0 to 1) are left out. */
  readonly threshold: number
  /** What columns hold, by their name or dotted path. */
  readonly columnMap: ReadonlyMap<string, PiiType>
  /** False looks at the column map alone. */
  readonly isAutomatic: boolean
  /** Kinds to look for; all when absent. What may be two kinds is then told as the one that is looked for. */
  readonly isWanted?: (type: PiiType) => boolean
}

/** Where a value stands: the name of its column, and the dotted path that leads to it. */
export type Place = { readonly column: string; readonly path: string }

/** Longer texts are not searched; whoever keeps texts clean leaves them out. */
export const LONGEST_TEXT = 20_000

const CONTEXT_LENGTH = 32
/** Shorter whole numbers hold nothing that is known by its digits alone. */
const LEAST_NUMBER = 1e8
const NOTHING: readonly Finding[] = []
const SHORTEST_REMAINDER = 4

const CONTENT_DETECTORS = DETECTORS.filter(
  (detector) => detector.pattern !== undefined || detector.find !== undefined,
)
/** Numbers carry no letters and no signs. */
const DIGIT_DETECTORS = CONTENT_DETECTORS.filter(
  ({ digits, signs }) => digits !== undefined && digits >= 7 && signs === undefined,
)

function countDigits(text: string): number {
  let digits = 0
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code >= 48 && code <= 57) digits++
  }
  return digits
}

function isWorthReading(detector: Detector, text: string, digits: number): boolean {
  if (detector.digits !== undefined && digits < detector.digits) return false
  return detector.signs === undefined || detector.signs.some((sign) => text.includes(sign))
}

function findMatches(detector: Detector, text: string): readonly Match[] {
  if (detector.find !== undefined) return detector.find(text)
  const { pattern, accepts, confidence = 0 } = detector
  if (pattern === undefined) return []
  const matches: Match[] = []
  pattern.lastIndex = 0
  for (let found = pattern.exec(text); found !== null; found = pattern.exec(text)) {
    if (found[0] === '') {
      pattern.lastIndex++
      continue
    }
    const verdict = accepts?.(found[0]) ?? true
    const sureness = typeof verdict === 'number' ? verdict : verdict ? confidence : 0
    if (sureness > 0)
      matches.push({ start: found.index, end: found.index + found[0].length, confidence: sureness })
  }
  return matches
}

/** Finds personal data in values, by what is said of their columns, by the columns' names and by content. */
export class Scanner {
  private readonly settings: ScanSettings
  private readonly forText: readonly Detector[]
  private readonly forNumbers: readonly Detector[]

  constructor(settings: ScanSettings) {
    this.settings = settings
    const isWanted = (detector: Detector): boolean => settings.isWanted?.(detector.type) ?? true
    this.forText = CONTENT_DETECTORS.filter(isWanted)
    this.forNumbers = DIGIT_DETECTORS.filter(isWanted)
  }

  /** What the caller said a column holds. */
  mappedType({ column, path }: Place): PiiType | undefined {
    const { columnMap } = this.settings
    return columnMap.size === 0 ? undefined : (columnMap.get(path) ?? columnMap.get(column))
  }

  /** Findings in a value, in the order of their places; one that covers the whole value stands alone. */
  scan(value: string | number, place: Place): readonly Finding[] {
    const { isAutomatic, threshold } = this.settings
    const mapped = this.mappedType(place)
    if (mapped !== undefined) {
      const end = String(value).length
      return [{ piiType: mapped, confidence: 1, source: 'column_map', start: 0, end }]
    }
    if (!isAutomatic) return NOTHING
    const hints = readHints(place.column)
    const isNumber = typeof value === 'number'
    const isLong = isNumber && Number.isSafeInteger(value) && Math.abs(value) >= LEAST_NUMBER
    if (isNumber && hints.length === 0 && !isLong) return NOTHING
    const text = String(value)
    if (text.length > LONGEST_TEXT) return NOTHING
    const parts = isNumber && !isLong ? NOTHING : this.search(text, hints, isNumber)
    const whole = parts.find(({ start, end }) => end - start === text.trim().length)
    const named = this.nameWhole(value, text, hints)
    if (named === undefined || named.confidence < threshold) return parts
    return whole !== undefined && whole.confidence >= named.confidence ? [whole] : [named]
  }

  /** Findings in a text without a column. */
  scanText(text: string): readonly Finding[] {
    if (!this.settings.isAutomatic || text.length > LONGEST_TEXT) return NOTHING
    return this.search(text, [], false)
  }

  private search(text: string, hints: readonly Detector[], isNumber: boolean): readonly Finding[] {
    const { threshold } = this.settings
    const digits = countDigits(text)
    const findings: Finding[] = []
    for (const detector of isNumber ? this.forNumbers : this.forText) {
      if (!isWorthReading(detector, text, digits)) continue
      const isHinted = hints.includes(detector)
      for (const { start, end, confidence } of findMatches(detector, text)) {
        const { hinted = 0 } = detector
        let sureness = isHinted ? Math.max(hinted, confidence) : confidence
        if (sureness < threshold && hinted >= threshold) {
          const before = text.slice(Math.max(0, start - CONTEXT_LENGTH), start)
          if (isAnnounced(detector, before)) sureness = hinted
        }
        if (sureness >= threshold)
          findings.push({ piiType: detector.type, confidence: sureness, source: 'content', start, end })
      }
    }
    return findings.length > 1 ? keepSurest(findings) : findings
  }

  /** What the name of the column says about a value whose content does not tell. */
  private nameWhole(value: string | number, text: string, hints: readonly Detector[]): Finding | undefined {
    let best: Finding | undefined
    for (const { type, nameOnly = 0, texts, numbers } of hints) {
      const isFitting =
        typeof value === 'number' ? numbers?.(value) === true : text.trim() !== '' && (texts?.(text) ?? true)
      if (this.settings.isWanted?.(type) === false) continue
      if (isFitting && nameOnly > (best?.confidence ?? 0)) {
        best = { piiType: type, confidence: nameOnly, source: 'column_name', start: 0, end: text.length }
      }
    }
    return best
  }
}

/**
 * Of findings that overlap, the surest, then the longest; of the others what sticks out, so that nothing that was
 * found is left over. In the order of their places.
 */
function keepSurest(findings: readonly Finding[]): Finding[] {
  const ranked = [...findings].sort(
    (left, right) => right.confidence - left.confidence || right.end - right.start - (left.end - left.start),
  )
  const kept: Finding[] = []
  for (const finding of ranked) {
    let pieces: readonly Finding[] = [finding]
    for (const { start, end } of kept) {
      if (finding.end > start && finding.start < end)
        pieces = pieces.flatMap((piece) => cutOut(piece, start, end))
    }
    kept.push(...pieces)
  }
  return kept.sort((left, right) => left.start - right.start)
}

/** What is left of a finding outside a place; a remainder too short to tell anything is dropped. */
function cutOut(finding: Finding, start: number, end: number): Finding[] {
  if (finding.end <= start || finding.start >= end) return [finding]
  return [
    { ...finding, end: Math.min(finding.end, start) },
    { ...finding, start: Math.max(finding.start, end) },
  ].filter((piece) => piece.end - piece.start >= SHORTEST_REMAINDER)
}
