// Many decision trees as one forest: their mean, or the mean of their class shares.
import type { LooseNode } from '../../onnx/forest'
import { addForest } from '../../onnx/write-forest'
import { addComplement } from '../../onnx/write-links'
import type { Conversion } from '../conversion'
import type { Estimator } from '../estimator'
import { addRounding } from '../scores'
import type { TreeNodes } from './tree-nodes'
import { appendTree, readTreeNodes } from './tree-nodes'

/** A decision tree in an ensemble. */
export type TreeMember = {
  readonly estimator: Estimator
  readonly nodes: TreeNodes
  /** Columns of the ensemble's input that it was fitted on; null for all of them. */
  readonly columns: ArrayLike<number> | null
  /** Classes of the ensemble that its own classes are; null when they are the same. */
  readonly classes: readonly number[] | null
}

/** The numbers that an ensemble looks at, [N, width]. */
export type TreeInput = { readonly value: string; readonly width: number }

const TREE_CLASSES = /^(Decision|Extra)Tree(Classifier|Regressor)$/

export const isDecisionTree = (estimator: Estimator): boolean =>
  estimator.library === 'sklearn' && TREE_CLASSES.test(estimator.name)

/** @throws WorkstationError unsupported like `readTreeNodes` */
export const readMember = (
  estimator: Estimator,
  place: Partial<Pick<TreeMember, 'columns' | 'classes'>> = {},
): TreeMember => ({ estimator, nodes: readTreeNodes(estimator), columns: null, classes: null, ...place })

/** Every fitted tree is its own; a crafted file names one a million times, to make a large graph of a small file. */
function refuseRepeats(members: readonly TreeMember[]): void {
  const seen = new Set<TreeNodes>()
  for (const { estimator, nodes } of members) {
    if (seen.has(nodes)) estimator.refuse('the file names one and the same tree several times')
    seen.add(nodes)
  }
}

/** Adds up what the leaves of trees give; scikit-learn's trees see their input in single precision. */
export function addTreeSums(
  { builder }: Conversion,
  input: TreeInput,
  forest: {
    readonly targets: number
    readonly members: readonly TreeMember[]
    /** Base added per target; zeros when left out. */
    readonly base?: readonly number[]
    /** What leaf `node` of the tree at `position` adds. */
    readonly leaf: (
      member: TreeMember,
      node: number,
      position: number,
    ) => readonly (readonly [target: number, weight: number])[]
  },
): string {
  refuseRepeats(forest.members)
  const nodes: LooseNode[] = []
  const roots = forest.members.map((member, position) =>
    appendTree(nodes, member, {
      width: input.width,
      columns: member.columns,
      leaf: (node) => forest.leaf(member, node, position),
    }),
  )
  return addForest(builder, addRounding(builder, input.value), {
    targets: forest.targets,
    roots,
    nodes,
    sets: [],
    base: forest.base ?? [],
  })
}

/** Sums divided by the number of trees, as libraries do it last: dividing the leaves would move ties. */
const divide = ({ builder }: Conversion, sums: string, by: number): string =>
  by === 1 ? sums : builder.add('Div', [sums, builder.numbers([by])])

/** The mean of the trees' values, [N, 1]. */
export function addTreeMean(
  conversion: Conversion,
  input: TreeInput,
  members: readonly TreeMember[],
): string {
  const sums = addTreeSums(conversion, input, {
    targets: 1,
    members,
    leaf: ({ nodes }, node) => [[0, nodes.values[node] ?? 0]],
  })
  return divide(conversion, sums, members.length)
}

/** Class shares of every node, [size, width]. Fractions, which may miss one by rounding, stay as they are added up. */
export function readShares({ values, width, size }: TreeNodes): Float64Array {
  const shares = Float64Array.from(values)
  for (let node = 0; node < size; node++) {
    let sum = 0
    for (let at = node * width; at < (node + 1) * width; at++) sum += values[at] ?? 0
    if (Math.abs(sum - 1) < 1e-12 || sum === 0) continue
    for (let at = node * width; at < (node + 1) * width; at++) shares[at] = (values[at] ?? 0) / sum
  }
  return shares
}

/** Beyond this, forests of two classes are written once, and a tie of two classes may fall to the other one. */
const MOST_WRITTEN_TWICE = 200_000

/** One target says all about two classes where that changes no tie: where every leaf holds one class only. */
function isOneTargetEnough(members: readonly TreeMember[], shares: readonly Float64Array[]): boolean {
  if (members.some(({ classes }) => classes !== null)) return false
  const size = members.reduce((sum, { nodes }) => sum + nodes.size, 0)
  const isPure = ({ nodes }: TreeMember, position: number): boolean =>
    nodes.left.every((child, node) => {
      const share = shares[position]?.[node * nodes.width + 1] ?? 0
      return child >= 0 || share === 0 || share === 1
    })
  return size > MOST_WRITTEN_TWICE || members.every(isPure)
}

/** The mean of the trees' class shares, [N, classes]. */
export function addTreeShares(
  conversion: Conversion,
  input: TreeInput,
  forest: { readonly members: readonly TreeMember[]; readonly classes: number },
): string {
  const { members, classes } = forest
  const shares = members.map(({ nodes }) => readShares(nodes))
  const isOneTarget = classes === 2 && isOneTargetEnough(members, shares)
  const sums = addTreeSums(conversion, input, {
    targets: isOneTarget ? 1 : classes,
    members,
    leaf: (member, node, position) => {
      const { width } = member.nodes
      const first = node * width
      const own = shares[position]
      if (isOneTarget) return [[0, own?.[first + 1] ?? 0]]
      const weights: [number, number][] = []
      for (let place = 0; place < width; place++) {
        const share = own?.[first + place] ?? 0
        if (share !== 0) weights.push([member.classes?.[place] ?? place, share])
      }
      return weights
    },
  })
  const means = divide(conversion, sums, members.length)
  return isOneTarget ? addComplement(conversion.builder, means) : means
}
