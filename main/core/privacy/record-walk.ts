import type { JsonObject, JsonValue } from '../json'
import { isJsonObject } from '../json'
import { DROP } from './actions/apply-rule'
import type { Place } from './detection/scanner'

/** Deeper values than this are left out, so that no record can exhaust the stack. */
const DEEPEST = 32
const TOO_DEEP = '[NESTED TOO DEEP]'

export type Leaf = string | number | boolean

export type RecordVisitor = {
  /** What stands in place of a value; DROP removes its column. */
  readonly leaf: (value: Leaf, place: Place) => JsonValue | typeof DROP
  /** The name under which a column is kept. */
  readonly column: (name: string) => string
  /** Whether a list or object is one value, to be taken as its JSON. */
  readonly isWhole: (place: Place) => boolean
}

/** Rebuilds a record with every value seen by the visitor: nested ones too, elements of lists under their list's name. */
export function walkRecord(record: JsonObject, visitor: RecordVisitor): JsonObject {
  return walkObject(record, { visitor, prefix: '', depth: 0 })
}

type Step = { readonly visitor: RecordVisitor; readonly prefix: string; readonly depth: number }

function walkObject(object: JsonObject, step: Step): JsonObject {
  const { visitor, prefix } = step
  const entries: [string, JsonValue][] = []
  const taken = new Set<string>()
  for (const name of Object.keys(object)) {
    const place = { column: name, path: prefix === '' ? name : `${prefix}.${name}` }
    const value = walkValue(object[name] ?? null, place, step)
    if (value === DROP) continue
    const column = visitor.column(name)
    let kept = column
    for (let number = 2; taken.has(kept); number++) kept = `${column} ${number}`
    taken.add(kept)
    entries.push([kept, value])
  }
  return Object.fromEntries(entries)
}

function walkValue(value: JsonValue, place: Place, step: Step): JsonValue | typeof DROP {
  const { visitor, depth } = step
  if (value === null) return null
  if (typeof value !== 'object') return visitor.leaf(value, place)
  if (visitor.isWhole(place)) return visitor.leaf(JSON.stringify(value), place)
  if (depth >= DEEPEST) return TOO_DEEP
  if (isJsonObject(value)) return walkObject(value, { visitor, prefix: place.path, depth: depth + 1 })
  return value.map((element) => {
    const kept = walkValue(element, place, { ...step, depth: depth + 1 })
    return kept === DROP ? null : kept
  })
}
