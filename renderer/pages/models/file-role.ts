/** What a registration takes: the model, the data it was trained on, and rows with the original's predictions. */
export type FileRole = 'model' | 'training' | 'verification'

export const FILE_ROLES: readonly FileRole[] = ['model', 'training', 'verification']

/** Endings that a file picker offers; files are told by their content, whatever they are called. */
export const ACCEPTED: Record<FileRole, string> = {
  model: '.onnx,.pkl,.pickle,.sav,.joblib,.gz,.z,.json,.ubj,.model,.txt',
  training: '.csv,.tsv,.txt',
  verification: '.csv,.tsv,.txt',
}

const MODEL = /\.(onnx|pkl|pickle|sav|joblib|gz|z|json|ubj|model)$/i
const TABLE = /\.(csv|tsv|txt)$/i
const HEAD_BYTES = 65_536
const PREDICTION = /^(prediction|predicted|predictions|expected|y_pred|proba_.+)$/i

/** Decides by its name what a file is for, as far as that tells. */
export function findRole(name: string): FileRole | null {
  if (MODEL.test(name)) return 'model'
  return TABLE.test(name) ? 'training' : null
}

/** Whether the first line of a table names a column of predictions. */
export function hasPredictions(head: string): boolean {
  const [header = ''] = head.split(/\r?\n/)
  return header.split(/[,;\t]/).some((name) => PREDICTION.test(name.trim().replaceAll('"', '')))
}

/** First bytes of pickles, of what joblib compresses with, and of ONNX files. */
const MODEL_STARTS = [0x80, 0x78, 0x1f, 0x08]

/** Decides by its name and its first bytes what a file is for; null when it is nothing that is registered. */
export async function recognizeRole(file: File): Promise<FileRole | null> {
  const role = findRole(file.name)
  if (role === 'model') return role
  if (role === null) {
    const [first = 0] = new Uint8Array(await file.slice(0, 1).arrayBuffer())
    return MODEL_STARTS.includes(first) ? 'model' : null
  }
  const head = await file.slice(0, HEAD_BYTES).text()
  // LightGBM writes its models as text.
  if (/^tree\r?\n/.test(head)) return 'model'
  return hasPredictions(head) ? 'verification' : 'training'
}
