import { isLightgbmText } from './lightgbm/model-text'
import { recognizeXgboostFile } from './xgboost/xgboost-file'

/** Kinds of model files that can be registered. */
export const MODEL_FORMATS = ['onnx', 'pickle', 'xgboost', 'lightgbm'] as const
export type ModelFormat = (typeof MODEL_FORMATS)[number]

/** How far into a JSON file the word is looked for that tells an XGBoost model from other documents. */
const HEAD_BYTES = 4096

/** gzip, old joblib, bz2, xz and lzma: what joblib compresses with. The reader says which of them it unpacks. */
const COMPRESSED = ['\x1f\x8b', 'ZF', 'BZh', '\xfd7zXZ', '\x5d\x00\x00']

const ZLIB_DEFLATE = 0x78
const STOP = 0x2e

const readHead = (bytes: Uint8Array): string => Buffer.from(bytes.subarray(0, HEAD_BYTES)).toString('latin1')

/** Two bytes that a zlib stream begins with: RFC 1950, deflate with a window of 32 KiB. */
function isZlib(bytes: Uint8Array): boolean {
  const [method = 0, flags = 0] = bytes
  return method === ZLIB_DEFLATE && (method * 256 + flags) % 31 === 0
}

/** JSON that another program wrote anew, with its keys in another order. */
const isOtherXgboost = (head: string): boolean => /^\s*\{/.test(head) && head.includes('"learner"')

/** Protocols 0 and 1 have no mark of their own: they begin with a global, a mark or a container, and end with a dot. */
function isOldPickle(bytes: Uint8Array, head: string): boolean {
  if (/^\(?[ci][\w.]+\n[\w.]+\n/.test(head)) return true
  return bytes.at(-1) === STOP && /^(\([cdilt(\])}IFGJKMNSTUVX]|[\])}](\.|q|r|p\d)|[IFSV][^\n]*\n)/.test(head)
}

/**
 * What kind of model a file is, by its first bytes and never by its name. Files that are none of these count as ONNX,
 * whose reader says what they look like.
 */
export function recognizeModelFile(bytes: Uint8Array): ModelFormat {
  const head = readHead(bytes)
  if (/^\x80[\x01-\xff]/.test(head) && (bytes[1] ?? 0) <= 5) return 'pickle'
  if (isZlib(bytes) || COMPRESSED.some((prefix) => head.startsWith(prefix))) return 'pickle'
  if (isLightgbmText(bytes)) return 'lightgbm'
  if (recognizeXgboostFile(bytes) !== null || isOtherXgboost(head)) return 'xgboost'
  return isOldPickle(bytes, head) ? 'pickle' : 'onnx'
}
