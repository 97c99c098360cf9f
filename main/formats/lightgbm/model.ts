import type { LooseNode } from '../onnx/forest'
import type { CategoryCodes } from '../sklearn/category-codes'
import { readCategories } from './categories'
import { slotOf } from './linear-leaves'
import { cutModelText, invalidModel, readCount } from './model-text'
import type { GatheredTrees } from './read-tree'
import { readTree } from './read-tree'

export type LightgbmColumn = {
  readonly name: string | null
  readonly codes: CategoryCodes | null
  /** True where it is split by categories that the file does not name. */
  readonly takesCodes: boolean
}

/** A model as LightGBM's text describes it. */
export type LightgbmModel = {
  readonly columns: readonly LightgbmColumn[]
  /** As it stands there, with its options; null for one's own objective. */
  readonly objective: string | null
  /** Sums per row: 1, or the number of classes. */
  readonly groups: number
  /** First node of each tree. */
  readonly roots: readonly number[]
  readonly nodes: readonly LooseNode[]
  readonly sets: readonly (readonly number[])[]
  /** Columns whose zeros are missing values. */
  readonly zeroColumns: ReadonlySet<number>
  /** Columns with coefficients in the leaves; leaves then add to the sums of `slotOf`. */
  readonly linearColumns: readonly number[]
  /** True for a random forest, which answers with the mean of its rounds. */
  readonly isAveraged: boolean
  /** True when categories are in the file, but not the columns that they belong to. */
  readonly areCategoriesOpen: boolean
}

const MOST_COLUMNS = 100_000
const MOST_GROUPS = 10_000

const splitNames = (text: string | undefined): string[] =>
  (text ?? '').split(' ').filter((name) => name !== '')

function readNames(text: string | undefined, count: number): (string | null)[] {
  const names = splitNames(text)
  if (names.length !== count) throw invalidModel(`there are ${names.length} names for ${count} columns`)
  if (new Set(names).size !== count) throw invalidModel('two columns have the same name')
  // What LightGBM calls the columns of an array.
  return names.every((name, index) => name === `Column_${index}`) ? names.map(() => null) : names
}

/** Gives the sums of coefficients numbers without gaps: the columns that have some, in their order. */
function closeUp(
  nodes: readonly LooseNode[],
  columns: readonly number[],
  groups: number,
): readonly LooseNode[] {
  if (columns.length === 0) return nodes
  const order = new Map(columns.map((column, index) => [column, index]))
  const renumber = (target: number): number => {
    const column = Math.floor(target / groups) - 1
    return column < 0 ? target : slotOf(target % groups, order.get(column) ?? 0, groups)
  }
  return nodes.map((node) => ({
    ...node,
    weights: node.weights.map(([target, weight]) => [renumber(target), weight] as const),
  }))
}

/**
 * Reads the text that LightGBM's `save_model` writes, which is also what its pickles hold; versions 2 to 4.
 * @throws WorkstationError invalid where it is inconsistent, unsupported, too_large
 */
export function readLightgbmModel(text: string, refuse: (reason: string) => never): LightgbmModel {
  const parts = cutModelText(text)
  const { header } = parts
  const count = readCount(header, 'max_feature_idx', MOST_COLUMNS - 1) + 1
  const groups = readCount(header, 'num_tree_per_iteration', MOST_GROUPS)
  if (groups === 0 || parts.trees.length % groups !== 0)
    throw invalidModel(`${parts.trees.length} trees are no whole number of rounds of ${groups}`)
  const gathered: GatheredTrees = {
    nodes: [],
    sets: [],
    zeroColumns: new Set(),
    nanColumns: new Set(),
    categoryColumns: new Set(),
    linearColumns: new Set(),
    written: 0,
  }
  const roots = parts.trees.map((tree, index) => {
    const root = gathered.nodes.length
    readTree(tree, gathered, { columns: count, group: index % groups, groups, refuse })
    return root
  })
  for (const column of gathered.zeroColumns)
    if (gathered.nanColumns.has(column))
      return refuse(`zero is a missing value of column ${column} in some trees, and none in others`)
  if (gathered.linearColumns.size > 0 && gathered.zeroColumns.size > 0)
    return refuse('its leaves hold linear models, and zeros are missing values')
  const linearColumns = [...gathered.linearColumns].sort((a, b) => a - b)
  const infos = splitNames(header.get('feature_infos'))
  const { codes, isOpen } = readCategories(
    parts,
    Array.from({ length: count }, (_, index) => infos[index] ?? ''),
  )
  const names = readNames(header.get('feature_names'), count)
  return {
    columns: names.map((name, index) => ({
      name,
      codes: codes[index] ?? null,
      takesCodes: gathered.categoryColumns.has(index) && (codes[index] ?? null) === null,
    })),
    objective: header.get('objective') ?? null,
    groups,
    roots,
    nodes: closeUp(gathered.nodes, linearColumns, groups),
    linearColumns,
    sets: gathered.sets,
    zeroColumns: gathered.zeroColumns,
    isAveraged: header.has('average_output'),
    areCategoriesOpen: isOpen,
  }
}
