const SAVE_AS_ONNX = 'export the model to ONNX first'

/** First bytes, as Latin-1, of files that people hand in by mistake. None of them begins a ModelProto. */
const SIGNATURES: readonly (readonly [prefix: string, kind: string])[] = [
  ['\x89PNG', 'a PNG image'],
  ['\xff\xd8\xff', 'a JPEG image'],
  ['GIF8', 'a GIF image'],
  ['%PDF', 'a PDF document'],
  ['PK\x03\x04', `a zip archive (PyTorch, Keras and NumPy files are zip archives too: ${SAVE_AS_ONNX})`],
  ['PK\x05\x06', 'an empty zip archive'],
  ['\x1f\x8b', 'a gzip file; unpack it first'],
  ['BZh', 'a bzip2 file; unpack it first'],
  ['\xfd7zXZ', 'an xz file; unpack it first'],
  ['7z\xbc\xaf', 'a 7-Zip archive'],
  ['\x28\xb5\x2f\xfd', 'a zstd file; unpack it first'],
  ['\x89HDF', `an HDF5 file (Keras): ${SAVE_AS_ONNX}`],
  ['\x93NUMPY', 'a NumPy array'],
  ['PAR1', 'a Parquet table'],
  ['SQLite format 3', 'an SQLite database'],
  ['GGUF', 'a GGUF language model'],
  ['\x7fELF', 'a program'],
  ['MZ', 'a Windows program'],
  ['version https://git-lfs', 'a Git LFS pointer: the model itself was not downloaded (run "git lfs pull")'],
  ['binf', 'an XGBoost model file'],
  ['{L', 'an XGBoost model in UBJSON'],
]

/** Names what a file that is not ONNX looks like, for an error message; null when it may be ONNX. */
export function recognizeForeignFile(bytes: Uint8Array): string | null {
  const head = readLatin1(bytes, 64)
  const signature = SIGNATURES.find(([prefix]) => head.startsWith(prefix))
  if (signature !== undefined) return signature[1]
  const mark = head.slice(4, 8)
  if (mark === 'TFL3') return `a TensorFlow Lite model: ${SAVE_AS_ONNX}`
  if (mark === 'ORTM') return "a model in onnxruntime's own ORT format; use the .onnx file it was made from"
  if (/^\x80[\x02-\x05]/.test(head)) return `a Python pickle: ${SAVE_AS_ONNX}`
  if (bytes.every((byte) => byte === 0)) return 'a file of zeros; the copy or download did not finish'
  return recognizeText(bytes)
}

function recognizeText(bytes: Uint8Array): string | null {
  const text = readLatin1(bytes, 512).replace(/^\xef\xbb\xbf/, '')
  // Every ONNX file has control characters within its first fields; text has only tabs and line ends.
  if (!/^[\t\n\r\x20-\x7e\x80-\xff]+$/.test(text)) return null
  const start = text.trimStart().toLowerCase()
  if (/^<!doctype html|^<html/.test(start))
    return 'an HTML page; the download gave a web page instead of the file'
  if (start.startsWith('<')) return 'an XML document'
  if (/^[{[]/.test(start)) return 'a JSON document'
  if (start.startsWith('tree\n')) return `a LightGBM model in text form: ${SAVE_AS_ONNX}`
  return /^[\t\n\r\x20-\x7e]+$/.test(text) ? 'a text file' : null
}

function readLatin1(bytes: Uint8Array, length: number): string {
  return String.fromCharCode(...bytes.subarray(0, length))
}
