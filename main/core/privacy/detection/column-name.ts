import type { Detector } from './detector'
import { DETECTORS } from './detectors'

const MOST_KNOWN_NAMES = 2000
const LONGEST_NAME = 120

/** `Customer e-Mail` and `customerEMail` as `_customer_e_mail_`. */
export function normalizeName(name: string): string {
  const words = name
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/[^a-z\d]+/g, '_')
  return `_${words.replace(/^_|_$/g, '')}_`
}

/** Names that say something about personal data without being it: `email_count`, `has_phone`. */
const ABOUT_PREFIX = /^_(?:is|has|num|n|number_of|count|total|avg|mean|max|min)_/
const ABOUT_SUFFIX =
  /_(?:count|flag|rate|ratio|score|verified|valid|validated|length|len|domain|provider|type|kind|format|sent|opened|clicks?|opt_in|opted_in|status|enabled|present|missing|changed|updated_at|created_at|at)_$/

function compile(names: string): RegExp {
  const parts = names
    .split(' ')
    // The longest first, so that the match reaches as far as it can.
    .sort((left, right) => right.length - left.length)
    .map((name) => (name.startsWith('=') ? `^_${name.slice(1)}_$` : `_${name}_`))
  return new RegExp(parts.join('|'))
}

type NamePattern = {
  readonly detector: Detector
  readonly names: RegExp
  readonly except: RegExp | undefined
}

const NAME_PATTERNS: readonly NamePattern[] = DETECTORS.flatMap((detector) =>
  detector.names === undefined
    ? []
    : {
        detector,
        names: compile(detector.names),
        except: detector.exceptNames === undefined ? undefined : compile(detector.exceptNames),
      },
)

const CONTEXT = new Map(NAME_PATTERNS.map(({ detector, names }) => [detector, names]))

const known = new Map<string, readonly Detector[]>()

/** The kinds of personal data that a column of this name may hold. */
export function readHints(column: string): readonly Detector[] {
  const remembered = known.get(column)
  if (remembered !== undefined) return remembered
  const hints = column.length > LONGEST_NAME ? [] : findHints(normalizeName(column))
  // Names come from callers, so that there may be any number of them.
  if (known.size >= MOST_KNOWN_NAMES) known.clear()
  known.set(column, hints)
  return hints
}

function findHints(name: string): readonly Detector[] {
  if (ABOUT_PREFIX.test(name)) return []
  const isAbout = ABOUT_SUFFIX.test(name)
  return NAME_PATTERNS.flatMap(({ detector, names, except }) => {
    const match = names.exec(name)
    if (match === null || except?.test(name) === true) return []
    const isToTheEnd = match.index + match[0].length === name.length
    return isAbout && !isToTheEnd ? [] : detector
  })
}

/** Whether the words right before a match say that it is of this kind: "SSN: 123456789". */
export function isAnnounced(detector: Detector, before: string): boolean {
  return before !== '' && CONTEXT.get(detector)?.test(normalizeName(before)) === true
}
