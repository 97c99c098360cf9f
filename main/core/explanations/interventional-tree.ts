import type { Forest } from '../../formats/onnx/forest'
import { takesYes, weighLeaves } from '../../formats/onnx/forest'
import type { Margin } from './margin'
import { findTrees, sumBase } from './trees'

/** What a method finds for one record: bias and contributions add up to the margin. */
export type Attribution = { readonly bias: number; readonly contributions: Float64Array }

export type TreeQuestion = {
  readonly forest: Forest
  /** The feature behind each model column. */
  readonly players: readonly number[]
  readonly features: number
  readonly margin: Pick<Margin, 'coefficients'>
}

const UNDECIDED = 0
const FROM_RECORD = 1
const FROM_BACKGROUND = 2
/** Bytes that the remembered ways of the background may take. */
const MOST_WAYS = 50_000_000

/** Shares of a leaf that needs `a` features from the record and `b` from the background: (a-1)! b! / (a+b)! at [a, b]. */
function tabulateShares(most: number): { readonly table: Float64Array; readonly width: number } {
  const width = most + 1
  const table = new Float64Array(width * width)
  for (let a = 1; a < width; a++) {
    // 1 / (a · C(a+b, a)); C grows from one b to the next by (a+b)/b.
    let binomial = 1
    for (let b = 0; b < width; b++) {
      if (b > 0) binomial *= (a + b) / b
      table[a * width + b] = 1 / (a * binomial)
    }
  }
  return { table, width }
}

/**
 * Interventional TreeSHAP: exact Shapley values of the game in which absent features take a background row's values,
 * averaged over the background. Per tree and background row both rows walk down together; where they part, a feature
 * is taken from one side or from the other (Lundberg et al., Nature Machine Intelligence 2, 2020, algorithm 3).
 * Bias: the mean margin of the background.
 */
export class InterventionalTree {
  private readonly question: TreeQuestion
  private readonly values: Float64Array
  private readonly trees: readonly number[]
  private readonly shares: ReturnType<typeof tabulateShares>
  private readonly side: Uint8Array
  private readonly background: readonly Float64Array[]
  private readonly base: number
  /** Which way each background row takes at each node, row by row; made when a second record asks for them. */
  private ways: Uint8Array | null = null
  private readonly rowWays: Uint8Array
  private explained = 0

  /** @param background rows of model columns */
  constructor(question: TreeQuestion, background: readonly Float64Array[]) {
    const { forest, features, margin } = question
    this.question = question
    this.background = background
    this.values = weighLeaves(forest, margin.coefficients)
    this.trees = findTrees(forest, this.values)
    this.shares = tabulateShares(Math.min(forest.depth, features))
    this.side = new Uint8Array(features)
    this.base = sumBase(forest, margin.coefficients)
    this.rowWays = new Uint8Array(forest.column.length)
  }

  explain(row: Float64Array): Attribution {
    const { forest, features } = this.question
    const contributions = new Float64Array(features)
    const nodes = forest.column.length
    this.explained++
    if (this.explained === 2 && nodes * this.background.length <= MOST_WAYS) this.ways = this.findAllWays()
    if (this.ways !== null) findWays(forest, row, this.rowWays)
    let bias = 0
    this.background.forEach((background, index) => {
      const ways = this.ways?.subarray(index * nodes, (index + 1) * nodes) ?? null
      for (const root of this.trees) bias += this.walkTree({ root, row, background, ways, contributions })
    })
    const rows = Math.max(1, this.background.length)
    return { bias: this.base + bias / rows, contributions: contributions.map((value) => value / rows) }
  }

  private findAllWays(): Uint8Array {
    const { forest } = this.question
    const nodes = forest.column.length
    const ways = new Uint8Array(nodes * this.background.length)
    this.background.forEach((row, index) =>
      findWays(forest, row, ways.subarray(index * nodes, (index + 1) * nodes)),
    )
    return ways
  }

  /** Adds a tree's contributions against one background row; returns the leaf value of that row. */
  private walkTree(pair: {
    readonly root: number
    readonly row: Float64Array
    readonly background: Float64Array
    readonly ways: Uint8Array | null
    readonly contributions: Float64Array
  }): number {
    const { forest, players } = this.question
    const { values, side, shares, rowWays } = this
    const { row, background, ways, contributions } = pair
    let biasValue = 0
    // Each record's share of the leaves below is returned, each background row's is left here.
    let below = 0
    const walk = (start: number, a: number, b: number): number => {
      let node = start
      for (;;) {
        const column = forest.column[node] ?? -1
        if (column < 0) {
          const value = values[node] ?? 0
          if (a === 0) biasValue = value
          below = b === 0 ? 0 : -value * (shares.table[b * shares.width + a] ?? 0)
          return a === 0 ? 0 : value * (shares.table[a * shares.width + b] ?? 0)
        }
        const player = players[column] ?? 0
        const decided = side[player]
        const isRowYes =
          ways === null
            ? decided !== FROM_BACKGROUND && takesYes(forest, node, row[column] ?? Number.NaN)
            : rowWays[node] === 1
        const isBackgroundYes =
          ways === null
            ? decided !== FROM_RECORD && takesYes(forest, node, background[column] ?? Number.NaN)
            : ways[node] === 1
        const yes = forest.yes[node] ?? 0
        const no = forest.no[node] ?? 0
        if (decided === FROM_RECORD) node = isRowYes ? yes : no
        else if (decided === FROM_BACKGROUND) node = isBackgroundYes ? yes : no
        else if (isRowYes === isBackgroundYes) node = isRowYes ? yes : no
        else {
          side[player] = FROM_RECORD
          const ofRow = walk(isRowYes ? yes : no, a + 1, b)
          const belowRow = below
          side[player] = FROM_BACKGROUND
          const ofBackground = walk(isRowYes ? no : yes, a, b + 1)
          side[player] = UNDECIDED
          contributions[player] = (contributions[player] ?? 0) + ofRow + below
          below += belowRow
          return ofRow + ofBackground
        }
      }
    }
    walk(pair.root, 0, 0)
    return biasValue
  }
}

/** Whether a row takes the true branch, for every node. */
function findWays(forest: Forest, row: Float64Array, into: Uint8Array): void {
  for (let node = 0; node < into.length; node++) {
    const column = forest.column[node] ?? -1
    into[node] = column >= 0 && takesYes(forest, node, row[column] ?? Number.NaN) ? 1 : 0
  }
}
