import { describeError, WorkstationError } from '../../errors'
import { ByteCursor } from './byte-cursor'
import type { GlobalUse } from './globals'
import { GlobalLog } from './globals'
import type { PickleLimits } from './limits'
import { PICKLE_LIMITS } from './limits'
import { Machine } from './machine'
import { isOperation, run } from './run'
import type { Compression } from './unpack'
import { detectCompression, refuseForeign, unpack } from './unpack'
import type { PickleValue } from './value'

/** A pickle as data. `globals` are all names that it mentions, in the order of the file. */
export type PickleFile = {
  readonly root: PickleValue
  readonly protocol: number
  readonly compression: Compression
  /** `joblib` when arrays lie between the operations, or when the file is compressed. */
  readonly wrapper: 'pickle' | 'joblib'
  readonly globals: readonly GlobalUse[]
  /** Bytes behind the end of the pickle, which Python ignores. */
  readonly trailingBytes: number
}

/**
 * Reads a pickle of protocol 0 to 5, or a joblib file, as inert data. Nothing in the file is executed, imported or
 * looked up: a short list of pure data constructors (numpy arrays and types, bytes, built-in containers) becomes
 * values, all else a `PickleObject`. Values that the file shares are the same objects here; they may be cyclic.
 * @param bytes kept, as the bytes of arrays are views of it
 * @throws WorkstationError `invalid` (damaged), `unsupported` (another kind of file), `too_large` (beyond the limits);
 *   with the place in the file
 */
export function readPickle(bytes: Uint8Array, options: PickleOptions = {}): PickleFile {
  const { file, problem } = readPickleAsFar(bytes, options)
  if (problem !== null) throw problem
  return file
}

export type PickleOptions = { readonly limits?: Partial<PickleLimits> }

/**
 * As `readPickle`, but a fault within the pickle is told beside what was read before it, with null as root: Python
 * carries out what stands before a fault, so that a damaged file can do harm too.
 * @throws WorkstationError for a file that does not begin like a pickle or cannot be unpacked
 */
export function readPickleAsFar(
  bytes: Uint8Array,
  options: PickleOptions = {},
): { readonly file: PickleFile; readonly problem: WorkstationError | null } {
  const limits = { ...PICKLE_LIMITS, ...options.limits }
  if (bytes.length > limits.memoryBytes) {
    const most = limits.memoryBytes
    throw new WorkstationError('too_large', `the file has ${bytes.length} bytes, at most ${most} are read`)
  }
  // A Buffer would hand out Buffers, whose slices are no copies.
  const packed = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const foreign = refuseForeign(packed)
  if (foreign !== null) throw foreign
  const compression = detectCompression(packed)
  const content = unpack(packed, compression, limits)
  if (!isOperation(content[0])) {
    throw new WorkstationError('invalid', 'the file is no pickle: it does not begin like one')
  }
  const cursor = new ByteCursor(content, limits, packed.length + (content === packed ? 0 : content.length))
  const globals = new GlobalLog(cursor)
  const machine = new Machine(cursor, globals)
  const { root, problem } = runSafely(machine)
  const isJoblib = machine.hasInlineArrays || compression !== 'none'
  const file: PickleFile = {
    root,
    protocol: machine.protocol ?? 0,
    compression,
    wrapper: isJoblib ? 'joblib' : 'pickle',
    globals: globals.list(),
    trailingBytes: problem === null ? cursor.remaining : 0,
  }
  return { file, problem }
}

function runSafely(machine: Machine): { root: PickleValue; problem: WorkstationError | null } {
  try {
    return { root: run(machine, { operations: 0 }), problem: null }
  } catch (error) {
    if (error instanceof WorkstationError) return { root: null, problem: error }
    // No input is known to lead here; whatever it is, the caller sees one kind of error.
    const message = `the pickle cannot be read: ${describeError(error)} (at byte ${machine.cursor.start})`
    return { root: null, problem: new WorkstationError('invalid', message, { cause: error }) }
  }
}
