/** How many elements an array of this shape has; Infinity when no number can say. */
export function countElements(shape: readonly number[]): number {
  return shape.includes(0) ? 0 : shape.reduce((product, size) => product * size, 1)
}

/** How far apart neighbours along each dimension lie, in elements. */
export function stepsOf(shape: readonly number[], isFortran: boolean): number[] {
  return shape.map((_, axis) => countElements(isFortran ? shape.slice(0, axis) : shape.slice(axis + 1)))
}

/**
 * Visits all elements of an array in C order: `place` is where the element lies by `steps`, `index` counts them.
 * Takes the same time per element whatever the number of dimensions.
 */
export function visitElements(
  shape: readonly number[],
  steps: readonly number[],
  visit: (place: number, index: number) => void,
): void {
  const axes = shape
    .map((size, axis) => ({ size, step: steps[axis] ?? 0, at: 0 }))
    .filter(({ size }) => size !== 1)
    .reverse()
  const count = countElements(shape)
  let place = 0
  for (let index = 0; index < count; index++) {
    visit(place, index)
    for (const axis of axes) {
      place += axis.step
      if (++axis.at < axis.size) break
      place -= axis.size * axis.step
      axis.at = 0
    }
  }
}

/** The elements of `from`, `size` bytes each, laid out anew in C order. */
export function layInOrder(
  from: Uint8Array,
  shape: readonly number[],
  { steps, size }: { readonly steps: readonly number[]; readonly size: number },
): Uint8Array {
  const bytes = new Uint8Array(countElements(shape) * size)
  visitElements(shape, steps, (place, index) => {
    for (let i = 0; i < size; i++) bytes[index * size + i] = from[place * size + i] ?? 0
  })
  return bytes
}
