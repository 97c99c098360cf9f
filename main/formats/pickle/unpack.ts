import { gunzipSync, inflateSync } from 'node:zlib'
import { WorkstationError } from '../../errors'
import { SAVE_PLAIN } from './joblib'
import type { PickleLimits } from './limits'
import { FREE_GROWTH_BYTES, MOST_GROWTH } from './limits'

export type Compression = 'none' | 'zlib' | 'gzip'

const SMALLEST_CHUNK = 65_536

/** First bytes, as Latin-1, of what is neither a pickle nor unpacked here. */
const FOREIGN: readonly (readonly [prefix: string, what: string])[] = [
  ['BZh', 'compressed with bz2'],
  ['\xfd7zXZ\x00', 'compressed with xz'],
  ['\x5d\x00\x00', 'compressed with lzma'],
  ['\x04\x22\x4d\x18', 'compressed with lz4'],
  ['\x28\xb5\x2f\xfd', 'compressed with zstd'],
  ['ZF', 'compressed by joblib before 0.10'],
  ['PK\x03\x04', 'a zip archive, such as PyTorch, Keras, skops and numpy (.npz) write'],
  ['PK\x05\x06', 'an empty zip archive'],
  ['\x89HDF', 'an HDF5 file, such as Keras and pandas write'],
  ['\x93NUMPY', 'a single numpy array (.npy)'],
]

/** Names a file that is known not to be readable as pickle, with the way out; null for all others. */
export function refuseForeign(bytes: Uint8Array): WorkstationError | null {
  const head = Buffer.from(bytes.subarray(0, 16)).toString('latin1')
  const what = FOREIGN.find(([prefix]) => head.startsWith(prefix))?.[1]
  if (what === undefined) return null
  return new WorkstationError('unsupported', `the file is ${what}, which is not read here: ${SAVE_PLAIN}`)
}

/** How joblib compressed a file, told by its first bytes. */
export function detectCompression(bytes: Uint8Array): Compression {
  const [first = 0, second = 0] = bytes
  if (first === 0x1f && second === 0x8b) return 'gzip'
  // RFC 1950: method 8, window 32 KiB; the first two bytes are a multiple of 31.
  return first === 0x78 && (first * 256 + second) % 31 === 0 ? 'zlib' : 'none'
}

/**
 * Unpacks a compressed file.
 * @throws WorkstationError `invalid` for damaged data; `too_large` beyond the limits, found while unpacking
 */
export function unpack(bytes: Uint8Array, compression: Compression, limits: PickleLimits): Uint8Array {
  if (compression === 'none') return bytes
  const room = Math.min(limits.unpackedBytes, limits.memoryBytes - bytes.length)
  const most = Math.max(1, Math.min(room, Math.max(FREE_GROWTH_BYTES, bytes.length * MOST_GROWTH)))
  const inflate = compression === 'gzip' ? gunzipSync : inflateSync
  try {
    // One chunk for everything: the system gives memory page by page as it is filled, and nothing is copied together.
    // With one byte more than is allowed, a bomb is found out before a second chunk. Small files do with small chunks.
    const chunkSize = most > FREE_GROWTH_BYTES ? most + 1 : Math.max(SMALLEST_CHUNK, 16 * bytes.length)
    const unpacked = inflate(bytes, { maxOutputLength: most, chunkSize: Math.min(chunkSize, most + 1) })
    return unpacked.length < most / 2
      ? new Uint8Array(unpacked)
      : new Uint8Array(unpacked.buffer, unpacked.byteOffset, unpacked.length)
  } catch (error) {
    const isTooLarge = error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE'
    if (isTooLarge) {
      throw new WorkstationError('too_large', `the compressed file holds more than ${most} bytes`)
    }
    throw new WorkstationError('invalid', `the ${compression} data of the file is damaged or cut off`, {
      cause: error,
    })
  }
}
