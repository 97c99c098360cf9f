// @vitest-environment happy-dom
import { os } from '@orpc/server'
import { createElement } from 'react'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import * as z from 'zod'
import type { MethodResult, MethodRun, MethodState } from '../../main/core/monitoring/method-drift'
import { MethodPanel } from '../../renderer/pages/drift/method-panel'
import { answerCalls, clearScreen, click, findByText, prepareDocument, render, waitFor } from './screen'

const run: MethodRun = {
  id: 'run',
  deploymentId: 'd',
  modelId: 'm',
  modelVersionId: 'v',
  method: 'mmd',
  outcome: 'compared',
  operations: 1200,
  referenceRows: 5000,
  features: 2,
  drifted: 1,
  leftOut: [{ feature: 'comment', reason: 'identifiers and free text are not compared' }],
  at: 1_790_000_000_000,
}
const result = (id: number, change: Partial<MethodResult>): MethodResult => ({
  id,
  runId: 'run',
  modelId: 'm',
  feature: 'amount',
  kind: 'numerical',
  method: 'mmd',
  statistic: 0.31,
  pValue: 1e-9,
  isDrift: true,
  at: run.at,
  ...change,
})
const results = [
  result(1, {}),
  result(2, {
    feature: 'colour',
    kind: 'categorical',
    method: 'chi_squared',
    statistic: 1.5,
    pValue: 0.4724,
    isDrift: false,
  }),
]
const off: MethodState = {
  deploymentId: 'd',
  isOn: false,
  method: 'mmd',
  source: 'model',
  lastRun: null,
  nextRunAt: null,
  leastOperations: 10,
}

async function show(state: MethodState, saved: unknown[] = []): Promise<string> {
  answerCalls({
    drift: {
      method: {
        get: os.handler(() => state),
        results: os.handler(() => ({ items: results, total: 2, limit: 50, offset: 0 })),
        set: os.input(z.unknown()).handler(({ input }) => {
          saved.push(input)
          return { ...state, isOn: true, source: 'deployment' }
        }),
      },
    },
  })
  await render(createElement(MethodPanel, { deploymentId: 'd' }))
  await waitFor(() => document.querySelector('.pl-method-settings'))
  return document.body.textContent ?? ''
}

beforeEach(prepareDocument)
afterEach(clearScreen)

describe("drift by the model's own method", () => {
  it('shows the statistic, p and verdict of every feature, and what was left out', async () => {
    await show({ ...off, lastRun: run })
    await waitFor(() => findByText('td', 'amount') ?? findByText('td span', 'amount'))
    const rows = [...document.querySelectorAll('tbody tr')].map((row) =>
      [...row.children].map((cell) => cell.textContent),
    )
    expect(rows).toEqual([
      ['amount', 'numerical', 'Discrepancy (MMD)', '0.31', '<0.001', 'Drift'],
      ['colour', 'categorical', 'χ²', '1.5', '0.472', 'No drift'],
    ])
    expect(document.body.textContent).toContain('1 of 2 features drifts: p is below 0.05.')
    expect(document.body.textContent).toContain('comment (identifiers and free text are not compared)')
    expect(document.body.textContent).toContain('against 5,000 in training')
  })

  it('says how many operations there are when they are too few', async () => {
    const few: MethodRun = { ...run, outcome: 'few_operations', operations: 9, features: 0, drifted: 0 }
    const text = await show({ ...off, lastRun: few })
    expect(text).toContain('There are 9 kept operations since the last change of version; 10 are needed.')
    expect(document.querySelector('table')).toBeNull()
  })

  it('says what it takes before the first run', async () => {
    expect(await show(off)).toContain('It takes 10 operations and the training data.')
  })

  it('says that there is nothing to compare with', async () => {
    const bare: MethodRun = { ...run, outcome: 'no_training_data' }
    expect(await show({ ...off, lastRun: bare })).toContain('registered without training data')
  })

  it('says whose setting it is, and takes another', async () => {
    const saved: unknown[] = []
    expect(await show(off, saved)).toContain('As the model asks.')
    await click(document.querySelector('input[type=checkbox]')!)
    await waitFor(() => findByText('button', 'Leave it to the model'))
    expect(saved).toEqual([{ id: 'd', setting: { isOn: true, method: 'mmd' } }])
  })
})
