// SimpleImputer and MissingIndicator.
import type { GraphBuilder } from '../onnx/graph-builder'
import type { Conversion, Converter, ConverterTable, InputColumn, PassedColumn } from './conversion'
import { passNone } from './column-needs'
import type { Estimator } from './estimator'
import type { Block, Frame } from './frame'
import { numberFrame, pickColumns } from './frame'
import { joinPieces } from './categories'
import type { Plain } from './plain-values'
import { isMissing, readElements, toPlain } from './plain-values'
import { FLOAT64 } from './scalers'
import { isAtLeast } from './version'

/** `missing_values`: what counts as missing; NaN when the parameter is not there. */
function readMark(estimator: Estimator): Plain {
  const value = estimator.get('missing_values')
  if (value === undefined) return Number.NaN
  return toPlain(value) ?? (value === null ? null : estimator.refuse('its missing_values is no plain value'))
}

function readStatistics(imputer: Estimator): readonly Plain[] {
  return (readElements(imputer.array('statistics_')) ?? []).map((value) => {
    const plain = toPlain(value)
    return plain === undefined
      ? imputer.refuse('it fills in values that are neither text nor numbers')
      : plain
  })
}

/** Positions of the columns that stay. Those without any value are left out, by a constant only since scikit-learn 1.8. */
function readKept(imputer: Estimator, statistics: readonly Plain[]): number[] {
  const keepsAll =
    imputer.flag('keep_empty_features', false) ||
    (imputer.textOr('strategy', 'mean') === 'constant' && !isAtLeast(imputer, 1, 8))
  return statistics.flatMap((value, index) => (keepsAll || !Number.isNaN(value) ? [index] : []))
}

function readIndicated(imputer: Estimator): number[] {
  if (!imputer.flag('add_indicator', false) || !imputer.has('indicator_')) return []
  return readFeatures(imputer.estimator('indicator_'))
}

const readFeatures = (indicator: Estimator): number[] => Array.from(indicator.numbers('features_').values)

/** Where a block holds the mark, as booleans of the block's shape; null when it cannot hold it. */
function addMask(builder: GraphBuilder, block: Block, mark: Plain): string | null {
  if (block.type === 'string') {
    if (typeof mark === 'number' && !Number.isNaN(mark)) return null
    const text = typeof mark === 'string' ? mark : ''
    const constant = builder.constant({ type: 'string', values: [text], dims: [1, 1] })
    return builder.add('Equal', [block.value, constant])
  }
  if (typeof mark === 'string') return null
  if (isMissing(mark)) return builder.add('IsNaN', [block.value])
  return builder.add('Equal', [block.value, builder.numbers([Number(mark)])])
}

function fillBlock(
  { builder }: Conversion,
  imputer: Estimator,
  { block, fill, mark }: { readonly block: Block; readonly fill: readonly Plain[]; readonly mark: Plain },
): Block {
  const mask = addMask(builder, block, mark)
  if (mask === null) return block
  const wrong = block.type === 'string' ? 'number' : 'string'
  if (fill.some((value) => typeof value === wrong && !isMissing(value)))
    return imputer.refuse(
      `it fills in a ${wrong === 'string' ? 'text' : 'number'} where the column holds the other`,
    )
  const constant =
    block.type === 'string'
      ? builder.constant({
          type: 'string',
          values: fill.map((value) => (typeof value === 'string' ? value : '')),
          dims: [1, fill.length],
        })
      : builder.numbers(fill.map((value) => (typeof value === 'number' ? value : Number.NaN)))
  return { ...block, value: builder.add('Where', [mask, constant, block.value]) }
}

/** 1 where the columns at these positions hold the mark, 0 elsewhere. */
function addIndicator(
  { builder }: Conversion,
  frame: Frame,
  { positions, mark }: { readonly positions: readonly number[]; readonly mark: Plain },
): Frame {
  if (positions.length === 0) return []
  const pieces = pickColumns(builder, frame, positions).map((block) => {
    const mask = addMask(builder, block, mark)
    if (mask !== null) return builder.add('Cast', [mask], { attributes: { to: { int: FLOAT64 } } })
    // The column can never hold the mark: 0 for every row, from an operator that keeps the rows.
    const isFalse = builder.add('And', [...twice(builder, block)])
    return builder.add('Cast', [isFalse], { attributes: { to: { int: FLOAT64 } } })
  })
  return numberFrame(joinPieces(builder, pieces), positions.length)
}

function twice(builder: GraphBuilder, block: Block): [string, string] {
  const isEqual = builder.add('Equal', [block.value, block.value])
  return [isEqual, builder.add('Not', [isEqual])]
}

const SIMPLE: Converter = {
  inputs: (imputer) => {
    const names = imputer.featureNames
    const isObject = imputer.array('statistics_').type.code === 'O'
    const mark = readMark(imputer)
    return readStatistics(imputer).map((value, index): InputColumn => {
      const type = typeof value === 'string' ? 'string' : 'float64'
      return {
        name: names?.[index] ?? null,
        type,
        ...(isObject && isMissing(value) ? { isTypeOpen: true } : {}),
        acceptsMissing: isMissing(mark) || type === 'string',
      }
    })
  },
  passes: (imputer) => {
    const statistics = readStatistics(imputer)
    const mark = readMark(imputer)
    const kept = readKept(imputer, statistics).map((column): PassedColumn => {
      const keepsMissing = !isMissing(mark) || isMissing(statistics[column] ?? null)
      const replaced = mark === null || isMissing(mark) ? {} : { replaced: mark }
      return { column, isUnchanged: true, keepsMissing, ...replaced }
    })
    return [...kept, ...passNone(readIndicated(imputer).length)]
  },
  transform: (conversion, imputer, frame) => {
    const statistics = readStatistics(imputer)
    const mark = readMark(imputer)
    const kept = readKept(imputer, statistics)
    let start = 0
    const filled = pickColumns(conversion.builder, frame, kept).map((block) => {
      const fill = kept.slice(start, (start += block.width)).map((index) => statistics[index] ?? null)
      return fillBlock(conversion, imputer, { block, fill, mark })
    })
    return [...filled, ...addIndicator(conversion, frame, { positions: readIndicated(imputer), mark })]
  },
}

const INDICATOR: Converter = {
  inputs: (indicator, _, given) => {
    const names = indicator.featureNames
    const width =
      names?.length ?? indicator.numberOr('n_features_in_', null) ?? given ?? indicator.number('_n_features')
    const isSafe = !(
      indicator.textOr('features', 'missing-only') === 'missing-only' && indicator.flag('error_on_new', true)
    )
    const features = new Set(readFeatures(indicator))
    return Array.from({ length: width }, (__, index) => ({
      name: names?.[index] ?? null,
      type: 'float64' as const,
      isTypeOpen: true,
      acceptsMissing: isMissing(readMark(indicator)) && (isSafe || features.has(index)),
    }))
  },
  passes: (indicator) => passNone(readFeatures(indicator).length),
  transform: (conversion, indicator, frame) =>
    addIndicator(conversion, frame, { positions: readFeatures(indicator), mark: readMark(indicator) }),
}

export const IMPUTER_CONVERTERS: ConverterTable = {
  'sklearn.SimpleImputer': SIMPLE,
  'sklearn.MissingIndicator': INDICATOR,
}
