import type { PickleValue } from './value'
import { isKind } from './value-kinds'

/** The version stands behind the settings, which come first. */
const SEARCHED_BYTES = 65_536

/**
 * The version of the library that wrote a booster, as its own format tells it inside the pickle: XGBoost in UBJSON or
 * JSON, LightGBM in text (which tells only the version of its text). Null when it is not told.
 */
export function readBoosterVersion(booster: PickleValue | undefined): string | null {
  if (!isKind(booster, 'object') || !isKind(booster.state, 'dict')) return null
  const handle = booster.state.entries.find(([name]) => name === 'handle' || name === '_handle')?.[1]
  const head = readHead(handle)
  const text = /^tree\r?\nversion=(v\d{1,3})\r?\n/.exec(head)?.[1]
  if (text !== undefined) return `text format ${text}`
  const json = /version":\[(\d{1,4}),(\d{1,4}),(\d{1,4})\]/.exec(head)
  if (json !== null) return json.slice(1, 4).join('.')
  // UBJSON: an array of three int8.
  const at = head.indexOf('version[#L\0\0\0\0\0\0\0\x03i')
  if (at < 0) return null
  return [19, 21, 23].map((offset) => head.charCodeAt(at + offset)).join('.')
}

function readHead(handle: PickleValue | undefined): string {
  if (typeof handle === 'string') return handle.slice(0, SEARCHED_BYTES)
  if (!(handle instanceof Uint8Array)) return ''
  return Buffer.from(handle.subarray(0, SEARCHED_BYTES)).toString('latin1')
}
