// OneHotEncoder: one column of 0 and 1 per category, rare categories together in one.
import type { GraphBuilder } from '../onnx/graph-builder'
import type { Converter, ConverterTable } from './conversion'
import type { Keys } from './categories'
import {
  addIndicators,
  categoryInputs,
  joinPieces,
  pickKeys,
  readCategories,
  splitByCategories,
} from './categories'
import { passNone } from './column-needs'
import type { Estimator } from './estimator'
import type { Block } from './frame'
import { numberFrame } from './frame'
import { readElements, toPlain } from './plain-values'

/** What becomes of the categories of one column. */
type Plan = {
  /** Positions of the categories of each output column. */
  readonly groups: readonly (readonly number[])[]
  /** The group of rare categories, which also takes unknown values when `takesUnknown`; null when there is none. */
  readonly rare: number | null
  readonly takesUnknown: boolean
  /** The group that has no output column. */
  readonly dropped: number | null
}

/** For every category the group that it belongs to, where rare ones were put together; the last group is theirs. */
export function readGrouping(encoder: Estimator, index: number): readonly number[] | null {
  const mappings = encoder.has('_default_to_infrequent_mappings')
    ? encoder.items('_default_to_infrequent_mappings')
    : []
  const mapping = readElements(mappings[index])
  return mapping?.map((group) => Number(toPlain(group))) ?? null
}

function readDropped(encoder: Estimator, index: number): number | null {
  const name = encoder.names().includes('_drop_idx_after_grouping') ? '_drop_idx_after_grouping' : 'drop_idx_'
  if (!encoder.has(name)) return null
  const dropped = toPlain(encoder.items(name)[index])
  return typeof dropped === 'number' ? dropped : null
}

function readPlan(encoder: Estimator, categories: number, index: number): Plan {
  const grouping = readGrouping(encoder, index)
  const unknown = encoder.textOr('handle_unknown', 'error')
  const dropped = readDropped(encoder, index)
  if (grouping === null) {
    const groups = Array.from({ length: categories }, (_, category) => [category])
    return { groups, rare: null, takesUnknown: false, dropped }
  }
  const groups: number[][] = []
  for (const [category, group] of grouping.entries()) {
    if (!Number.isInteger(group) || group < 0 || group >= categories)
      return encoder.refuse('its rare categories are put together in a way that does not fit its categories')
    while (groups.length <= group) groups.push([])
    groups[group]?.push(category)
  }
  const takesUnknown = unknown === 'infrequent_if_exist' || unknown === 'warn'
  return { groups, rare: groups.length - 1, takesUnknown, dropped }
}

const widthOfPlan = ({ groups, dropped }: Plan): number => groups.length - (dropped === null ? 0 : 1)

/** How many of these keys the value equals: 0 or 1, [N, 1]. */
function addAny(builder: GraphBuilder, column: Block, keys: Keys): string {
  const indicators = addIndicators(builder, column, keys)
  if (keys.keys.length === 1) return indicators
  return builder.add('ReduceSum', [indicators, builder.integers([1])], {
    attributes: { keepdims: { int: 1 } },
  })
}

function addColumn(
  builder: GraphBuilder,
  column: Block,
  { plan, keys }: { plan: Plan; keys: Keys },
): string[] {
  const { groups, rare, takesUnknown, dropped } = plan
  const frequent = groups.flatMap((group, index) => (index === rare ? [] : group))
  const shown = groups.flatMap((group, index) => (index === rare || index === dropped ? [] : group))
  const pieces = shown.length === 0 ? [] : [addIndicators(builder, column, pickKeys(keys, shown))]
  if (rare === null || rare === dropped) return pieces
  if (!takesUnknown) return [...pieces, addAny(builder, column, pickKeys(keys, groups[rare] ?? []))]
  const one = builder.numbers([1])
  if (frequent.length > 0)
    return [...pieces, builder.add('Sub', [one, addAny(builder, column, pickKeys(keys, frequent))])]
  // Whatever the value, it is rare.
  const any = addAny(builder, column, keys)
  return [...pieces, builder.add('Add', [any, builder.add('Sub', [one, any])])]
}

const ONE_HOT: Converter = {
  inputs: (encoder) =>
    categoryInputs(encoder, { isAnswered: encoder.textOr('handle_unknown', 'error') !== 'error' }),
  passes: (encoder) =>
    passNone(
      readCategories(encoder).reduce(
        (sum, { values }, index) => sum + widthOfPlan(readPlan(encoder, values.length, index)),
        0,
      ),
    ),
  transform: (conversion, encoder, frame) => {
    const { builder } = conversion
    let width = 0
    const pieces = splitByCategories(conversion, encoder, frame).flatMap(({ column, keys }, index) => {
      const plan = readPlan(encoder, keys.keys.length, index)
      width += widthOfPlan(plan)
      return addColumn(builder, column, { plan, keys })
    })
    return pieces.length === 0 ? [] : numberFrame(joinPieces(builder, pieces), width)
  },
}

export const ONE_HOT_CONVERTERS: ConverterTable = { 'sklearn.OneHotEncoder': ONE_HOT }
