// From the bytes of somebody else's model file to the ONNX file that is served, without running any of it.
import { WorkstationError, describeError } from '../errors'
import { findModel } from './find-model'
import { convertLightgbmFile } from './lightgbm/convert-file'
import { recognizeForeignFile } from './onnx/recognize-foreign-file'
import type { PickleFile } from './pickle/read-pickle'
import { readPickle } from './pickle/read-pickle'
import type { ModelFormat } from './recognize-model-file'
import { refuseHostile, warnOfDanger } from './refuse-hostile'
import { recognizeModelFile } from './recognize-model-file'
import type { ConvertedEstimator } from './sklearn/convert'
import { convertEstimator } from './sklearn/convert'
import { convertXgboostFile } from './xgboost/convert-file'
import { recognizeXgboostFile } from './xgboost/xgboost-file'

/** A column that callers send, and where it goes in the graph. */
export type ConvertedColumn = ConvertedEstimator['columns'][number]
export type ConvertedAnswer = ConvertedEstimator['answer']

/** What was converted, and what is known about the result beyond its graph. Plain JSON, kept with the version. */
export type ConversionReport = {
  readonly format: Exclude<ModelFormat, 'onnx'>
  /** How the file is packed, in words, such as `joblib, zlib, protocol 4`. */
  readonly packing: string
  /** `scikit-learn`, `XGBoost`, `LightGBM`, or another library's own name. */
  readonly library: string
  /** Null when the file does not say. */
  readonly libraryVersion: string | null
  /** Name of the class, such as `Pipeline`. */
  readonly estimator: string
  /** Where the model lay in the file: '' for the file's own value, `['model']` in a dict. */
  readonly place: string
  /** The columns that callers send, in the order of the training data. */
  readonly columns: readonly ConvertedColumn[]
  /** True when the names of `columns` come from the file; false when they are `x0`, `x1` … by position. */
  readonly hasNames: boolean
  readonly answer: ConvertedAnswer
  readonly notes: readonly string[]
  /** True when the file's own code was run in Python to convert it; absent when it was read as data. */
  readonly ranCode?: true
}

export type ConvertedModel = { readonly bytes: Uint8Array; readonly report: ConversionReport }

/** A text of more would not fit into one string. */
const MOST_TEXT_BYTES = 400_000_000
const VERSION_BYTES = 2048

const LIBRARY_NAMES: Readonly<Record<string, string>> = {
  sklearn: 'scikit-learn',
  xgboost: 'XGBoost',
  lightgbm: 'LightGBM',
}

/** What people call the library whose modules begin with this word. */
export const nameLibrary = (root: string): string => LIBRARY_NAMES[root] ?? root

/** Missing marks among the categories are told by `acceptsMissing`, and NaN would not survive JSON. */
function cleanColumn(column: ConvertedColumn): ConvertedColumn {
  const categories = column.categories?.filter((value) => value !== '' && !Number.isNaN(value)) ?? null
  return { ...column, categories }
}

/** Gives columns the names that lay next to the model; refuses names that are not as many as it has columns. */
function nameColumns(
  columns: readonly ConvertedColumn[],
  names: readonly string[] | null,
): readonly ConvertedColumn[] {
  if (names === null || names.length !== columns.length) return columns
  return columns.map((column, index) => ({ ...column, name: names[index] ?? column.name }))
}

function isNamed(columns: readonly ConvertedColumn[]): boolean {
  return columns.some((column, index) => column.name !== `x${index}`)
}

function describePacking({ wrapper, compression, protocol }: PickleFile): string {
  return [wrapper, ...(compression === 'none' ? [] : [compression]), `protocol ${protocol}`].join(', ')
}

function convertPickle(bytes: Uint8Array): ConvertedModel {
  const file = readPickle(bytes)
  refuseHostile(file)
  try {
    return convertRoot(file)
  } catch (error) {
    throw warnOfDanger(error, file)
  }
}

function convertRoot(file: PickleFile): ConvertedModel {
  const { estimator, place, names, notes } = findModel(file.root)
  const converted = convertEstimator(estimator)
  const own = converted.columns.map(cleanColumn)
  const columns = isNamed(own) ? own : nameColumns(own, names)
  return {
    bytes: converted.bytes,
    report: {
      format: 'pickle',
      packing: describePacking(file),
      library: nameLibrary(estimator.library),
      libraryVersion: estimator.version,
      estimator: estimator.name,
      place,
      columns,
      hasNames: isNamed(columns),
      answer: converted.answer,
      notes: [...notes, ...converted.notes],
    },
  }
}

/** The version that wrote an XGBoost JSON file, which stands at its start or end; a `.ubj` file is not searched. */
function findXgboostVersion(bytes: Uint8Array): string | null {
  const ends = [bytes.subarray(0, VERSION_BYTES), bytes.subarray(-VERSION_BYTES)]
  const text = ends.map((part) => Buffer.from(part).toString('latin1')).join('\n')
  const found = /"version"\s*:\s*\[\s*(\d+)\s*,\s*(\d+)\s*,\s*(\d+)\s*\]/.exec(text)
  return found === null ? null : found.slice(1).join('.')
}

type Booster = Pick<ConversionReport, 'format' | 'packing' | 'libraryVersion'> & {
  readonly format: 'xgboost' | 'lightgbm'
}

function reportBooster(
  { bytes, columns, answer, notes }: ConvertedEstimator,
  booster: Booster,
): ConvertedModel {
  const cleaned = columns.map(cleanColumn)
  return {
    bytes,
    report: {
      ...booster,
      library: nameLibrary(booster.format),
      estimator: 'Booster',
      place: '',
      columns: cleaned,
      hasNames: isNamed(cleaned),
      answer,
      notes,
    },
  }
}

function convertXgboost(bytes: Uint8Array): ConvertedModel {
  const isUbjson = recognizeXgboostFile(bytes) === 'ubj'
  return reportBooster(convertXgboostFile(bytes), {
    format: 'xgboost',
    packing: isUbjson ? 'UBJSON' : 'JSON',
    libraryVersion: isUbjson ? null : findXgboostVersion(bytes),
  })
}

function convertLightgbm(bytes: Uint8Array): ConvertedModel {
  if (bytes.length > MOST_TEXT_BYTES)
    throw new WorkstationError(
      'too_large',
      `the LightGBM model has ${bytes.length} bytes; at most ${MOST_TEXT_BYTES} are read`,
    )
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
  return reportBooster(convertLightgbmFile(text), {
    format: 'lightgbm',
    packing: 'text',
    libraryVersion: null,
  })
}

function refuseForeign(bytes: Uint8Array): WorkstationError {
  const kind = recognizeForeignFile(bytes)
  if (kind === null)
    return new WorkstationError('invalid', 'the file is ONNX already, or no model file at all')
  return new WorkstationError('unsupported', `the file looks like ${kind}`)
}

/**
 * Converts a model file to ONNX in double precision. Nothing in the file is executed, imported or looked up.
 * @throws WorkstationError unsupported, naming the class, the reason and the way out; invalid for a broken file;
 * too_large for one that would cost more than the reader allows
 */
export function convertModelFile(bytes: Uint8Array): ConvertedModel {
  try {
    return convertRecognized(bytes)
  } catch (error) {
    if (error instanceof WorkstationError) throw error
    // What no reader expected is in a file that its library did not write so.
    throw new WorkstationError('invalid', `the model in the file is damaged: ${describeError(error)}`, {
      cause: error,
    })
  }
}

function convertRecognized(bytes: Uint8Array): ConvertedModel {
  const format = recognizeModelFile(bytes)
  switch (format) {
    case 'pickle':
      return convertPickle(bytes)
    case 'xgboost':
      return convertXgboost(bytes)
    case 'lightgbm':
      return convertLightgbm(bytes)
    case 'onnx':
      throw refuseForeign(bytes)
  }
}
