import type { ModelBody } from '../../formats/onnx/model-body'
import { computeColumn } from '../../formats/onnx/column-source'
import type { FeatureValue } from '../distributions/value'
import type { Signature } from '../signatures/signature'

/** A model that was read out of its graph, with the background to explain against. Plain data, shared with threads. */
export type BodyModel = {
  readonly body: ModelBody
  readonly features: number
  /** The feature behind each model column; several columns of one feature count as one player. */
  readonly players: readonly number[]
  /** Whether the feature of a column reaches the graph as text. */
  readonly isText: readonly boolean[]
  /** Model columns of the background, row by row. */
  readonly background: Float64Array
  readonly backgroundRows: number
}

/** The model columns of a record. @param row values in the order of the signature's features */
export function toModelColumns(
  model: Pick<BodyModel, 'body' | 'players' | 'isText'>,
  row: readonly FeatureValue[],
): Float64Array {
  return Float64Array.from(model.body.columns, (source, index) => {
    const value = row[model.players[index] ?? 0] ?? null
    if (model.isText[index] === true) return computeColumn(source, value === null ? '' : String(value))
    return computeColumn(source, value === null ? Number.NaN : Number(value))
  })
}

/** Joins a graph's model with a signature; null when a column of the model comes from no feature. */
export function buildBodyModel(
  body: ModelBody,
  signature: Signature,
  background: readonly (readonly FeatureValue[])[],
): BodyModel | null {
  // A column that is the same for every record moves no answer, whichever feature it counts for.
  const places = new Map(signature.features.map(({ input, column }, index) => [`${input} ${column}`, index]))
  const players = body.columns.map(({ origin }) =>
    origin === null ? 0 : (places.get(`${origin.input} ${origin.column}`) ?? -1),
  )
  if (players.includes(-1)) return null
  const types = new Map(signature.inputs.map((input) => [input.name, input.elementType]))
  const isText = body.columns.map(({ origin }) => origin !== null && types.get(origin.input) === 'string')
  const width = body.columns.length
  const columns = new Float64Array(
    new SharedArrayBuffer(background.length * width * Float64Array.BYTES_PER_ELEMENT),
  )
  background.forEach((row, index) =>
    columns.set(toModelColumns({ body, players, isText }, row), index * width),
  )
  const features = signature.features.length
  return { body, features, players, isText, background: columns, backgroundRows: background.length }
}
