// PolynomialFeatures: products of columns.
import { joinPieces } from './categories'
import type { Converter, ConverterTable } from './conversion'
import { passNone } from './column-needs'
import type { Estimator } from './estimator'
import { numberFrame, widthOf } from './frame'
import { readElements } from './plain-values'
import { requireNumbers } from './scalers'

type Shape = {
  readonly least: number
  readonly most: number
  readonly isInteraction: boolean
  readonly hasBias: boolean
}

const MOST_TERMS = 100_000

function readShape(features: Estimator): Shape {
  const pair = readElements(features.get('degree'))
  const [least, most] = pair === null ? [0, features.number('degree')] : pair.map(Number)
  if (least === undefined || most === undefined || !Number.isInteger(least) || !Number.isInteger(most))
    return features.refuse('its degree is neither a whole number nor a pair of them')
  return {
    least,
    most,
    isInteraction: features.flag('interaction_only', false),
    hasBias: features.flag('include_bias', true),
  }
}

/**
 * The terms of each degree as ascending column numbers, in Python's order of combinations (with replacement, unless
 * only interactions are wanted).
 */
function listTerms(features: Estimator, width: number, { most, isInteraction }: Shape): number[][][] {
  const degrees: number[][][] = [[[]]]
  let count = 0
  for (let degree = 1; degree <= most; degree++) {
    const terms: number[][] = []
    for (const term of degrees[degree - 1] ?? []) {
      const last = term.at(-1)
      const first = last === undefined ? 0 : isInteraction ? last + 1 : last
      for (let column = first; column < width; column++) terms.push([...term, column])
      if (count + terms.length > MOST_TERMS)
        return features.refuse(`it makes more than ${MOST_TERMS} columns`)
    }
    count += terms.length
    degrees.push(terms)
  }
  return degrees
}

const isShown = ({ least }: Shape, degree: number): boolean => degree >= Math.max(1, least)

const POLYNOMIAL: Converter = {
  passes: (features, inquiry, given) => {
    const shape = readShape(features)
    const degrees = listTerms(features, inquiry.inputs(features, given).length, shape)
    const shown = degrees.reduce((sum, terms, degree) => sum + (isShown(shape, degree) ? terms.length : 0), 0)
    return passNone(shown + (shape.hasBias ? 1 : 0))
  },
  transform: (conversion, features, frame) => {
    const { builder } = conversion
    const shape = readShape(features)
    const values = requireNumbers(conversion, features, frame)
    const degrees = listTerms(features, widthOf(frame), shape)
    const gather = (from: string, columns: readonly number[]): string =>
      builder.add('Gather', [from, builder.integers(columns)], { attributes: { axis: { int: 1 } } })
    const pieces: string[] = []
    if (shape.hasBias) {
      const first = gather(values, [0])
      // 1 for every row, whatever the value: NaN, too, is as equal to itself as to nothing else.
      pieces.push(builder.add('Pow', [first, builder.numbers([0])]))
    }
    let products = values
    for (let degree = 1; degree <= shape.most; degree++) {
      const terms = degrees[degree] ?? []
      if (terms.length === 0) break
      if (degree > 1) {
        const before = new Map((degrees[degree - 1] ?? []).map((term, index) => [term.join(), index]))
        const left = gather(
          products,
          terms.map((term) => before.get(term.slice(0, -1).join()) ?? 0),
        )
        products = builder.add('Mul', [
          left,
          gather(
            values,
            terms.map((term) => term.at(-1) ?? 0),
          ),
        ])
      }
      if (isShown(shape, degree)) pieces.push(products)
    }
    const width = degrees.reduce((sum, terms, degree) => sum + (isShown(shape, degree) ? terms.length : 0), 0)
    return numberFrame(joinPieces(builder, pieces), width + (shape.hasBias ? 1 : 0))
  },
}

export const POLYNOMIAL_CONVERTERS: ConverterTable = { 'sklearn.PolynomialFeatures': POLYNOMIAL }
