// Import cycles of a tree, type-only imports included: two files that need each other's types are one thing in two files.
import type { Tree } from './source-tree'

/** One cycle per knot of files, each as the paths along it, the first repeated at the end. */
export function findCycles(tree: Tree): string[][] {
  const state = new Map<string, 'open' | 'done'>()
  const trail: string[] = []
  const cycles: string[][] = []

  const visit = (path: string): void => {
    state.set(path, 'open')
    trail.push(path)
    for (const { target } of tree.get(path)?.imports ?? []) {
      if (target === undefined) continue
      if (state.get(target) === 'open') cycles.push([...trail.slice(trail.indexOf(target)), target])
      else if (state.get(target) === undefined) visit(target)
    }
    trail.pop()
    state.set(path, 'done')
  }
  for (const path of [...tree.keys()].sort()) if (state.get(path) === undefined) visit(path)
  return cycles
}
