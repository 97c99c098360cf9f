import { nameType } from './numpy'
import type { NumpyType, PickleObject, PickleValue } from './value'
import { isKind, pathOf } from './value-kinds'

const MOST_CHARACTERS = 120
const MOST_ITEMS = 6
const MOST_DEPTH = 3
/** A whole number beyond this is told by its size. */
const MOST_DIGITS_SHOWN = 2n ** 128n

/** A value in a short line, as Python would write it where that is possible: `[1, 2, … 98 more]`. */
export function describeShort(value: PickleValue | undefined): string {
  return clip(describe(value, MOST_DEPTH), MOST_CHARACTERS)
}

/** What a value is rather than what it says: `float64 array`, `list of 3`, `DecisionTreeClassifier`. */
export function describeKind(value: PickleValue): { readonly type: string; readonly shape: number[] | null } {
  if (isKind(value, 'array')) return { type: `${nameElements(value.type)} array`, shape: [...value.shape] }
  if (isKind(value, 'list')) return { type: `list of ${value.items.length}`, shape: null }
  if (isKind(value, 'tuple')) return { type: `tuple of ${value.items.length}`, shape: null }
  if (isKind(value, 'set')) return { type: `set of ${value.items.length}`, shape: null }
  if (isKind(value, 'dict')) return { type: `dict of ${value.entries.length}`, shape: null }
  if (isKind(value, 'object')) return { type: classPathOf(value), shape: null }
  return { type: describeShort(value), shape: null }
}

/** What the file asks to be called, as Python would write it: `posix.system("touch x")`. */
export function describeCall(call: PickleObject): string {
  return clip(`${classPathOf(call)}(${describeItems(call.args, MOST_DEPTH - 1)})`, 2 * MOST_CHARACTERS)
}

/** `sklearn.pipeline.Pipeline`; of what is no plain name, what it is. */
export function classPathOf(object: PickleObject): string {
  const path = pathOf(object.callable)
  if (path !== undefined) return clip(path, MOST_CHARACTERS)
  return isKind(object.callable, 'object') ? 'the result of a call' : 'an unnamed call'
}

export function clip(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text
}

function describe(value: PickleValue | undefined, depth: number): string {
  if (value === undefined) return ''
  if (value === null) return 'None'
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (typeof value === 'string') return JSON.stringify(clip(value, MOST_CHARACTERS))
  if (typeof value === 'number') return describeNumber(value)
  if (typeof value === 'bigint') {
    const isShort = value < MOST_DIGITS_SHOWN && value > -MOST_DIGITS_SHOWN
    return isShort ? `${value}` : 'a huge whole number'
  }
  if (value instanceof Uint8Array) return `${value.length} bytes`
  if (depth === 0) return '…'
  switch (value.kind) {
    case 'list':
      return `[${describeItems(value.items, depth - 1)}]`
    case 'tuple':
      return `(${describeItems(value.items, depth - 1)}${value.items.length === 1 ? ',' : ''})`
    case 'set':
      return `{${describeItems(value.items, depth - 1)}}`
    case 'dict':
      return `{${describeEntries(value.entries, depth - 1)}}`
    case 'global':
      return clip(`${value.module}.${value.name}`, MOST_CHARACTERS)
    case 'object':
      return `${classPathOf(value).split('.').at(-1)}(${value.args.length > 0 ? describeItems(value.args, depth - 1) : ''})`
    case 'array':
      return `${nameElements(value.type)} array (${value.shape.join(', ')})`
    case 'dtype':
      return `numpy type ${nameType(value)}`
  }
}

function nameElements(type: NumpyType): string {
  if (type.code === 'O') return 'object'
  return type.fields === null ? nameType(type) : 'structured'
}

function describeNumber(value: number): string {
  if (Number.isNaN(value)) return 'nan'
  if (Number.isFinite(value)) return String(value)
  return value > 0 ? 'inf' : '-inf'
}

function describeItems(items: readonly PickleValue[], depth: number): string {
  const shown = items.slice(0, MOST_ITEMS).map((item) => describe(item, depth))
  return [...shown, ...moreThan(items.length)].join(', ')
}

function describeEntries(entries: readonly [PickleValue, PickleValue][], depth: number): string {
  const shown = entries
    .slice(0, MOST_ITEMS)
    .map(([key, value]) => `${describe(key, depth)}: ${describe(value, depth)}`)
  return [...shown, ...moreThan(entries.length)].join(', ')
}

function moreThan(count: number): string[] {
  return count > MOST_ITEMS ? [`… ${count - MOST_ITEMS} more`] : []
}
