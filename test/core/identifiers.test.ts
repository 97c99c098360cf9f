import { expect, it } from 'vitest'
import { TimeOrderedIds, formatUuid, lowestIdAt } from '../../main/core/identifiers'

const NOW = Date.UTC(2026, 4, 1)
const bytesOf = (id: string | Uint8Array): Uint8Array =>
  typeof id === 'string' ? Buffer.from(id.replaceAll('-', ''), 'hex') : id
const isBefore = (left: string | Uint8Array, right: string | Uint8Array): boolean =>
  Buffer.compare(bytesOf(left), bytesOf(right)) < 0

it('writes identifiers as version 7 UUIDs whose first 48 bits are the time', () => {
  const text = new TimeOrderedIds().next(NOW)
  expect(text).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  expect(Number.parseInt(text.replaceAll('-', '').slice(0, 12), 16)).toBe(NOW)
})

it('grows strictly within one millisecond', () => {
  const ids = new TimeOrderedIds()
  let last = ids.next(NOW)
  let isGrowing = true
  for (let turn = 0; turn < 100_000; turn++) {
    const next = ids.next(NOW)
    isGrowing &&= last < next
    last = next
  }
  expect(isGrowing).toBe(true)
  expect(isBefore(last, lowestIdAt(NOW + 1))).toBe(true)
})

it('grows across the border of its two counting parts', () => {
  const ids = new TimeOrderedIds()
  let last = ids.next(NOW)
  let isGrowing = true
  for (let turn = 0; turn < 2 ** 20 + 10; turn++) {
    const next = ids.next(NOW)
    isGrowing &&= last < next
    last = next
  }
  expect(isGrowing).toBe(true)
})

it('holds the newest time when the clock goes back, and still grows', () => {
  const ids = new TimeOrderedIds()
  const first = ids.next(NOW)
  const second = ids.next(NOW - 3600_000)
  const third = ids.next(NOW - 1)
  expect(isBefore(first, second) && isBefore(second, third)).toBe(true)
  expect(third.slice(0, 13)).toBe(first.slice(0, 13))
  expect(ids.timeAt(NOW - 1)).toBe(NOW)
  expect(ids.timeAt(NOW + 1)).toBe(NOW + 1)
})

it('does not repeat what another process made in the same millisecond', () => {
  const texts = Array.from({ length: 1000 }, () => new TimeOrderedIds().next(NOW))
  expect(new Set(texts).size).toBe(1000)
})

it.each([0, 1, 255, 256, NOW, 2 ** 48 - 1])(
  'bounds millisecond %d from below and keeps out the one before',
  (at) => {
    const own = new TimeOrderedIds().next(at)
    expect(isBefore(lowestIdAt(at), own)).toBe(true)
    expect(isBefore(own, lowestIdAt(at + 1))).toBe(at < 2 ** 48 - 1)
    if (at > 0) expect(isBefore(new TimeOrderedIds().next(at - 1), lowestIdAt(at))).toBe(true)
  },
)

it('bounds times before the epoch and beyond the last identifier by the nearest there is', () => {
  expect([...lowestIdAt(-5)]).toEqual([...lowestIdAt(0)])
  expect(isBefore(new TimeOrderedIds().next(NOW), lowestIdAt(1e18))).toBe(true)
})

it('writes bytes as the text they came from', () => {
  const id = new TimeOrderedIds().next(NOW)
  expect(formatUuid(bytesOf(id))).toBe(id)
  expect(formatUuid(new Uint8Array(20).subarray(2, 18))).toBe('00000000-0000-0000-0000-000000000000')
})
