import { describe, expect, it } from 'vitest'
import type { Alert } from '../../../main/core/alerts/alert'
import type { Condition } from '../../../main/core/alerts/alert-rule'
import { hasRecovered, holds } from '../../../main/core/alerts/alert-rule'
import { backOff } from '../../../main/core/alerts/deliveries'
import { decideSteps, RECOVERY_MS } from '../../../main/core/alerts/progress'

describe('a condition', () => {
  it.each<[Condition, number, boolean, boolean, boolean]>([
    // below, at and above the threshold of 10
    ['gt', 10, false, false, true],
    ['gte', 10, false, true, true],
    ['lt', 10, true, false, false],
    ['lte', 10, true, true, false],
    ['eq', 10, false, true, false],
    ['neq', 10, true, false, true],
  ])('%s %d holds below: %s, at: %s, above: %s', (condition, threshold, below, at, above) => {
    expect([9, 10, 11].map((value) => holds(condition, value, threshold))).toEqual([below, at, above])
  })

  it('takes sums that differ in the last digits for equal', () => {
    expect(holds('eq', 0.1 + 0.2, 0.3)).toBe(true)
    expect(holds('gt', 0.1 + 0.2, 0.3)).toBe(false)
    expect(holds('gte', 0.3, 0.1 + 0.2)).toBe(true)
  })

  it.each<[Condition, number, boolean]>([
    ['gt', 9.6, false],
    ['gt', 9.5, true],
    ['gte', 9.5, false],
    ['gte', 9.4, true],
    ['lt', 10.4, false],
    ['lt', 10.5, true],
    ['lte', 10.6, true],
    ['eq', 10.1, true],
    ['neq', 10, true],
  ])('%s 10 is over by a margin of 5 %% at %d: %s', (condition, value, isOver) => {
    expect(hasRecovered(condition, value, 10)).toBe(isOver)
  })

  it('on a threshold of zero is over as soon as it does not hold', () => {
    expect(hasRecovered('gt', 0, 0)).toBe(true)
  })
})

describe('the life of an alert', () => {
  const MINUTE = 60_000
  const rule = {
    condition: 'gt',
    threshold: 10,
    cooldownMinutes: 60,
    escalationMinutes: null,
    escalationSeverity: null,
    mutedUntil: null,
  } as const
  const open = { status: 'open', openedAt: 0, recoveringSince: null, isOver: false } as Alert
  const stepsAt = (now: number, value: number | null, latest: Alert | undefined) =>
    decideSteps({ rule, latest, lastNoticeAt: 0, measurement: { value, detail: '' }, now }).map(
      (step) => step.do,
    )

  it('neither begins nor ends without a number', () => {
    expect(stepsAt(0, null, undefined)).toEqual([])
    expect(stepsAt(90 * MINUTE, null, { ...open, recoveringSince: 0 })).toEqual([])
  })

  it('goes on between the threshold and its margin', () => {
    expect(stepsAt(MINUTE, 9.8, { ...open, recoveringSince: 0 })).toEqual(['update', 'recovering'])
  })

  it('ends after two minutes in a row on the good side, and starts over when it swings back', () => {
    expect(stepsAt(MINUTE, 1, open)).toEqual(['update', 'recovering'])
    const recovering = { ...open, recoveringSince: MINUTE }
    expect(stepsAt(MINUTE + RECOVERY_MS - 1, 1, recovering)).toEqual(['update'])
    expect(stepsAt(MINUTE + RECOVERY_MS, 1, recovering)).toEqual(['update', 'resolve'])
    expect(stepsAt(2 * MINUTE, 11, recovering)).toEqual(['update', 'recovering'])
  })

  it('begins again at once after it ended by itself, and after a person ended it when it was over meanwhile', () => {
    const ended = { ...open, status: 'resolved', resolvedAt: 0 } as Alert
    expect(stepsAt(MINUTE, 11, { ...ended, isOver: true })).toEqual(['open'])
    expect(stepsAt(MINUTE, 11, ended)).toEqual([])
    expect(stepsAt(MINUTE, 5, ended)).toEqual(['allow-again'])
    expect(stepsAt(60 * MINUTE, 11, ended)).toEqual(['open'])
  })
})

describe('the pause between attempts', () => {
  it('doubles from half a minute to an hour, half of it left to chance', () => {
    expect([1, 2, 3, 7, 8, 20].map((attempt) => backOff(attempt, 1) / 1000)).toEqual([
      30, 60, 120, 1920, 3600, 3600,
    ])
    expect(backOff(3, 0)).toBe(60_000)
  })
})
