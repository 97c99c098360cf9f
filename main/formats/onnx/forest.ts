import { WorkstationError } from '../../errors'

/** How a node compares; `missing` values of a comparison go where `missingYes` says. Numbered as TreeEnsemble 5 does. */
export const BRANCH = { leq: 0, lt: 1, gte: 2, gt: 3, eq: 4, neq: 5, member: 6 } as const

/**
 * Decision trees in flat arrays, every tree in depth-first order: children stand behind their parents.
 * The arrays lie in shared memory, so that handing a forest to a thread copies nothing.
 */
export type Forest = {
  readonly targets: number
  /** First node of each tree, and one more entry behind the last. */
  readonly roots: Int32Array
  /** Column of the model's input that a node looks at; -1 for a leaf. */
  readonly column: Int32Array
  readonly mode: Uint8Array
  readonly threshold: Float64Array
  /** Whether a missing value takes the true branch. */
  readonly missingYes: Uint8Array
  /** Children of a branch, as node numbers. */
  readonly yes: Int32Array
  readonly no: Int32Array
  /** Weights of leaf `node` stand at `leafStart[node]` up to `leafStart[node + 1]`. */
  readonly leafStart: Int32Array
  readonly leafTarget: Int32Array
  readonly leafWeight: Float64Array
  /** Rows of training data that came by each node; null when the file does not say. */
  readonly cover: Float64Array | null
  /** The sets of `member` nodes, by their threshold. */
  readonly sets: readonly ReadonlySet<number>[]
  /** Added per target. */
  readonly base: Float64Array
  readonly depth: number
}

/** A forest as files write it: nodes in any order, children by position, -1 for a leaf. */
export type LooseForest = {
  readonly targets: number
  readonly roots: readonly number[]
  readonly nodes: readonly LooseNode[]
  readonly sets: readonly (readonly number[])[]
  readonly base: readonly number[]
}

export type LooseNode = {
  readonly column: number
  readonly mode: number
  readonly threshold: number
  readonly missingYes: boolean
  readonly yes: number
  readonly no: number
  readonly cover: number
  readonly weights: readonly (readonly [target: number, weight: number])[]
}

/** Beyond this the walks, which call themselves, could exhaust a thread's stack. */
export const MOST_DEPTH = 2000

const floats = (length: number): Float64Array =>
  new Float64Array(new SharedArrayBuffer(length * Float64Array.BYTES_PER_ELEMENT))
const integers = (length: number): Int32Array =>
  new Int32Array(new SharedArrayBuffer(length * Int32Array.BYTES_PER_ELEMENT))
const bytes = (length: number): Uint8Array => new Uint8Array(new SharedArrayBuffer(length))

const refuse = (why: string): WorkstationError =>
  new WorkstationError('unsupported', `the trees of the ONNX file cannot be walked: ${why}`)

type Placed = { readonly node: LooseNode; readonly at: number; readonly depth: number }

/** Puts the nodes of every tree in depth-first order. @throws WorkstationError unsupported when they are not trees. */
function orderNodes(loose: LooseForest): { placed: Placed[]; roots: number[]; place: Int32Array } {
  const place = new Int32Array(loose.nodes.length).fill(-1)
  const placed: Placed[] = []
  const roots: number[] = []
  for (const root of loose.roots) {
    roots.push(placed.length)
    const stack = [{ at: root, depth: 0 }]
    for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
      const { at, depth } = next
      const node = loose.nodes[at]
      if (node === undefined) throw refuse('a branch leads to a node that is not there')
      if (place[at] !== -1) throw refuse('two branches lead to one node')
      if (depth > MOST_DEPTH) throw refuse(`a tree is deeper than ${MOST_DEPTH} levels`)
      place[at] = placed.length
      placed.push({ node, at, depth })
      if (node.column < 0) continue
      stack.push({ at: node.no, depth: depth + 1 }, { at: node.yes, depth: depth + 1 })
    }
  }
  roots.push(placed.length)
  return { placed, roots, place }
}

/**
 * Lays trees out for walking.
 * @throws WorkstationError unsupported when nodes form no trees (a cycle, a shared branch) or are too deep.
 */
export function layOutForest(loose: LooseForest): Forest {
  const { placed, roots, place } = orderNodes(loose)
  const size = placed.length
  const weights = placed.reduce((sum, { node }) => sum + node.weights.length, 0)
  const forest = {
    targets: loose.targets,
    roots: integers(roots.length),
    column: integers(size),
    mode: bytes(size),
    threshold: floats(size),
    missingYes: bytes(size),
    yes: integers(size),
    no: integers(size),
    leafStart: integers(size + 1),
    leafTarget: integers(weights),
    leafWeight: floats(weights),
    cover: readCovers(placed, place),
    sets: loose.sets.map((set) => new Set(set)),
    base: floats(loose.targets),
    depth: placed.reduce((most, { depth }) => Math.max(most, depth), 0),
  }
  forest.roots.set(roots)
  forest.base.set(Array.from({ length: loose.targets }, (_, target) => loose.base[target] ?? 0))
  let next = 0
  placed.forEach(({ node }, index) => {
    const isLeaf = node.column < 0
    forest.column[index] = node.column
    forest.mode[index] = node.mode
    forest.threshold[index] = node.threshold
    forest.missingYes[index] = Number(node.missingYes)
    forest.yes[index] = isLeaf ? -1 : (place[node.yes] ?? -1)
    forest.no[index] = isLeaf ? -1 : (place[node.no] ?? -1)
    forest.leafStart[index] = next
    for (const [target, weight] of isLeaf ? node.weights : []) {
      if (target < 0 || target >= loose.targets) throw refuse(`a leaf names class or target ${target}`)
      forest.leafTarget[next] = target
      forest.leafWeight[next] = weight
      next++
    }
  })
  forest.leafStart[size] = next
  return forest
}

/** Covers count only where every branch has what its children have together; most converters write 1 everywhere. */
function readCovers(placed: readonly Placed[], place: Int32Array): Float64Array | null {
  const cover = floats(placed.length)
  placed.forEach(({ node }, index) => (cover[index] = node.cover))
  for (const { node } of placed) {
    if (!(node.cover > 0)) return null
    if (node.column < 0) continue
    const children = (cover[place[node.yes] ?? -1] ?? 0) + (cover[place[node.no] ?? -1] ?? 0)
    if (Math.abs(children - node.cover) > 1e-3 * node.cover) return null
  }
  return placed.some(({ node }) => node.column >= 0) ? cover : null
}

/** Whether a value takes the true branch of a node, as onnxruntime decides it. */
export function takesYes(forest: Forest, node: number, value: number): boolean {
  if (value !== value && forest.missingYes[node] === 1) return true
  const threshold = forest.threshold[node] ?? 0
  switch (forest.mode[node]) {
    case BRANCH.leq:
      return value <= threshold
    case BRANCH.lt:
      return value < threshold
    case BRANCH.gte:
      return value >= threshold
    case BRANCH.gt:
      return value > threshold
    case BRANCH.eq:
      return value === threshold
    case BRANCH.neq:
      return value !== threshold
    default:
      return forest.sets[threshold]?.has(value) ?? false
  }
}

/** The value of every leaf: its weights, each times its target's coefficient. Zero for branches. */
export function weighLeaves(forest: Forest, coefficients: ArrayLike<number>): Float64Array {
  const values = new Float64Array(forest.column.length)
  for (let node = 0; node < values.length; node++) {
    let sum = 0
    for (let at = forest.leafStart[node] ?? 0; at < (forest.leafStart[node + 1] ?? 0); at++)
      sum += (forest.leafWeight[at] ?? 0) * (coefficients[forest.leafTarget[at] ?? 0] ?? 0)
    values[node] = sum
  }
  return values
}

/** The same trees with the sums of every target multiplied and moved. */
export function scaleForest(
  forest: Forest,
  change: { readonly factors: readonly number[]; readonly offsets: readonly number[] },
): Forest {
  const leafWeight = floats(forest.leafWeight.length)
  forest.leafWeight.forEach((weight, index) => {
    leafWeight[index] = weight * (change.factors[forest.leafTarget[index] ?? 0] ?? 0)
  })
  const base = floats(forest.base.length)
  forest.base.forEach((value, target) => {
    base[target] = value * (change.factors[target] ?? 0) + (change.offsets[target] ?? 0)
  })
  return { ...forest, leafWeight, base }
}

/** The leaf that a row of model columns reaches. */
export function findLeaf(forest: Forest, root: number, row: ArrayLike<number>): number {
  let node = root
  for (let column = forest.column[node] ?? -1; column >= 0; column = forest.column[node] ?? -1) {
    const next = takesYes(forest, node, row[column] ?? Number.NaN) ? forest.yes[node] : forest.no[node]
    node = next ?? 0
  }
  return node
}
