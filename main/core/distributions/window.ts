import { WorkstationError } from '../../errors'
import type { DatasetProfile, FeatureProfile } from './profile'
import { findBin, padEdges } from './quantile-bins'
import type { FeatureValue } from './value'
import { isMissing, toCategory, toNumber } from './value'

/*
 * A window is one Float64Array of counters, stored as bytes and merged by addition.
 * Slot 0 counts the rows; each feature then owns a block:
 *   numeric      one slot per bin · MISSING · NON-FINITE · BELOW min · ABOVE max · Σz · Σz²
 *   categorical  one slot per category · MISSING · OTHER · UNSEEN
 *   text         PRESENT · MISSING · Σ length
 * Values below or above the reference range are also in the first or last bin. z is the value in reference
 * standard deviations from the reference mean: sums of raw squares would cancel to noise for a large mean.
 */
type Block = { readonly offset: number; readonly length: number }

export type NumericBlock = Block & {
  readonly kind: 'numeric'
  readonly paddedEdges: Float64Array
  readonly missing: number
  readonly nonFinite: number
  readonly below: number
  readonly above: number
  readonly sum: number
  readonly sumOfSquares: number
  readonly lowest: number
  readonly highest: number
  readonly center: number
  readonly scale: number
}

export type CategoricalBlock = Block & {
  readonly kind: 'categorical'
  readonly slotOf: ReadonlyMap<FeatureValue, number>
  readonly missing: number
  readonly other: number
  readonly unseen: number
}

export type TextBlock = Block & {
  readonly kind: 'text'
  readonly present: number
  readonly missing: number
  readonly totalLength: number
}

/** Where each feature of a profile keeps its counters. Derived, never stored: rebuild it from the profile. */
export type WindowLayout = {
  readonly length: number
  readonly blocks: readonly (NumericBlock | CategoricalBlock | TextBlock)[]
}

/** Derives the layout of a profile's windows. The same profile always gives the same layout. */
export function createLayout(profile: DatasetProfile): WindowLayout {
  const blocks: WindowLayout['blocks'][number][] = []
  let offset = 1
  for (const feature of profile.features) {
    const block = layOut(feature, offset)
    blocks.push(block)
    offset += block.length
  }
  return { length: offset, blocks }
}

/** An empty window. */
export function createWindow(layout: WindowLayout): Float64Array {
  return new Float64Array(layout.length)
}

/** Counts one row, whose values are in the order of the profile's features; absent trailing values are missing. */
export function countRow(layout: WindowLayout, window: Float64Array, row: readonly FeatureValue[]): void {
  increase(window, 0, 1)
  for (let i = 0; i < layout.blocks.length; i += 1) {
    const block = layout.blocks[i]
    if (block === undefined) return
    const value = row[i]
    if (isMissing(value)) increase(window, block.missing, 1)
    else if (block.kind === 'numeric') countNumber(block, window, toNumber(value))
    else if (block.kind === 'categorical') countCategory(block, window, value)
    else countText(block, window, value)
  }
}

/** Adds the counters of `from` to `into`. Both must be windows of one profile; throws `invalid` otherwise. */
export function mergeWindows(into: Float64Array, from: Float64Array): void {
  if (into.length !== from.length) {
    throw new WorkstationError(
      'invalid',
      `windows have ${into.length} and ${from.length} counters; only windows of the same profile can be merged`,
    )
  }
  for (let i = 0; i < into.length; i += 1) increase(into, i, from[i] ?? 0)
}

function increase(window: Float64Array, slot: number, amount: number): void {
  window[slot] = (window[slot] ?? 0) + amount
}

function countNumber(block: NumericBlock, window: Float64Array, value: number): void {
  if (!Number.isFinite(value)) {
    increase(window, block.nonFinite, 1)
    return
  }
  increase(window, block.offset + findBin(block.paddedEdges, value), 1)
  if (value < block.lowest) increase(window, block.below, 1)
  else if (value > block.highest) increase(window, block.above, 1)
  const z = (value - block.center) / block.scale
  increase(window, block.sum, z)
  increase(window, block.sumOfSquares, z * z)
}

function countCategory(
  block: CategoricalBlock,
  window: Float64Array,
  value: number | string | boolean,
): void {
  // The raw value nearly always hits; only another spelling or an unseen category pays for the canonical name.
  const slot = block.slotOf.get(value) ?? block.slotOf.get(toCategory(value)) ?? block.unseen
  increase(window, slot, 1)
}

function countText(block: TextBlock, window: Float64Array, value: number | string | boolean): void {
  increase(window, block.present, 1)
  increase(window, block.totalLength, toCategory(value).length)
}

function layOut(feature: FeatureProfile, offset: number): WindowLayout['blocks'][number] {
  if (feature.kind === 'text') {
    return { kind: 'text', offset, length: 3, present: offset, missing: offset + 1, totalLength: offset + 2 }
  }
  if (feature.kind === 'categorical') {
    const missing = offset + feature.categories.length
    const other = missing + 1
    const slotOf = new Map<FeatureValue, number>()
    feature.categories.forEach((category, index) => slotOf.set(category, offset + index))
    for (const category of feature.otherCategories) slotOf.set(category, other)
    addSpellings(slotOf)
    const length = feature.categories.length + 3
    return { kind: 'categorical', offset, length, slotOf, missing, other, unseen: missing + 2 }
  }
  const missing = offset + feature.counts.length
  return {
    kind: 'numeric',
    offset,
    length: feature.counts.length + 6,
    paddedEdges: padEdges(feature.edges),
    missing,
    nonFinite: missing + 1,
    below: missing + 2,
    above: missing + 3,
    sum: missing + 4,
    sumOfSquares: missing + 5,
    lowest: widen(feature.min ?? -Infinity, -1),
    highest: widen(feature.max ?? Infinity, 1),
    center: feature.mean ?? 0,
    scale: feature.standardDeviation || 1,
  }
}

/** Lets the extremes of the reference, rounded to float32 on their way through a model, stay in range. */
function widen(bound: number, direction: 1 | -1): number {
  return bound + direction * Math.abs(bound) * 1e-6
}

/** Adds the numbers and booleans behind the names, and true for 1 where the names are just those of booleans. */
function addSpellings(slotOf: Map<FeatureValue, number>): void {
  const names = [...slotOf]
  const areBits = names.every(([name]) => name === '0' || name === '1')
  const areBooleans = names.every(([name]) => name === 'false' || name === 'true')
  for (const [name, slot] of names) {
    const isTrue = name === 'true' || (areBits && name === '1')
    const isFalse = name === 'false' || (areBits && name === '0')
    if (isTrue || isFalse) {
      slotOf.set(isTrue, slot)
      if (areBits) slotOf.set(String(isTrue), slot)
      if (areBooleans) slotOf.set(Number(isTrue), slot).set(String(Number(isTrue)), slot)
    }
    const number = Number(name)
    if (String(number) === name) slotOf.set(number, slot)
  }
}
