// @vitest-environment happy-dom
import { os } from '@orpc/server'
import { createElement } from 'react'
import { afterEach, beforeEach, expect, it } from 'vitest'
import * as z from 'zod'
import type { Job } from '../../main/core/jobs/job'
import type { Prediction } from '../../main/core/predictions/prediction'
import { LogTab } from '../../renderer/pages/deployments/log-tab'
import { createQueryClient } from '../../renderer/queries'
import { deployment, version } from './sample-nouns'
import {
  answerCalls,
  clearScreen,
  click,
  findByText,
  prepareDocument,
  press,
  readScreen,
  render,
  type,
  waitFor,
} from './screen'

const line = (n: number): Prediction => ({
  id: `line ${n}`,
  deploymentId: deployment.id,
  requestId: 'r',
  inputs: { amount: n },
  prediction: '0',
  probabilities: null,
  statusCode: 200,
  error: null,
  latencyMs: 1,
  createdAt: 0,
})

type Asked = { readonly filter: object; readonly cursor?: string }
type Answer = {
  readonly items: readonly Prediction[]
  readonly nextCursor?: string | null
  readonly total?: number
}

const job = (change: Partial<Job>): Job => ({
  id: 'j1',
  type: 'inference_log_export',
  subject: deployment.id,
  status: 'running',
  progress: 0.42,
  message: '',
  result: null,
  error: null,
  createdAt: 0,
  startedAt: 0,
  finishedAt: null,
  ...change,
})

/** A workstation with this log; remembers what it was asked. */
function answerLog(answer: (asked: Asked) => Answer): {
  asked: Asked[]
  exports: unknown[]
  state: { job: Job }
} {
  const asked: Asked[] = []
  const exports: unknown[] = []
  const state = { job: job({}) }
  answerCalls({
    models: { versions: os.input(z.unknown()).handler(() => [version]) },
    deployments: {
      predictions: os.input(z.unknown()).handler(({ input }) => {
        const query = input as Asked
        asked.push(query)
        const { items, nextCursor = null, total = items.length } = answer(query)
        const offset = query.cursor === undefined ? 0 : 50
        return { items, total, limit: 50, offset, isEstimate: total !== items.length, nextCursor }
      }),
      exportLog: os.input(z.unknown()).handler(({ input }) => {
        exports.push(input)
        return state.job
      }),
    },
    jobs: {
      get: os.input(z.unknown()).handler(() => state.job),
      cancel: os.input(z.unknown()).handler(() => (state.job = job({ status: 'cancelled' }))),
    },
  })
  return { asked, exports, state }
}

const open = (queries = createQueryClient()) => render(createElement(LogTab, { deployment }), queries)
const field = (label: string): Promise<HTMLInputElement> =>
  waitFor(() => document.querySelector<HTMLInputElement>(`input[aria-label="${label}"]`))

beforeEach(prepareDocument)
afterEach(clearScreen)

it('asks for what the filters say, a number between bounds and other columns by their value', async () => {
  const { asked } = answerLog(() => ({ items: [line(1)] }))
  await open()
  await waitFor(() => findByText('button', 'Details'))
  await type(await field('Answer'), '1')
  await type(await field('Input column'), 'amount')
  await type(await field('Smallest amount'), '10.5')
  await waitFor(() => asked.some(({ filter }) => 'min' in filter))
  expect(asked.at(-1)!.filter).toEqual({ prediction: '1', feature: 'amount', min: 10.5 })
  await type(await field('Input column'), 'customer')
  await type(await field('Value of customer'), 'C-7')
  await waitFor(() => asked.some(({ filter }) => 'value' in filter))
  expect(asked.at(-1)!.filter).toEqual({ prediction: '1', feature: 'customer', value: 'C-7' })
})

it('says when nothing matches, and shows everything again when the filters are cleared', async () => {
  answerLog(({ filter }) => ({ items: 'prediction' in filter ? [] : [line(1)] }))
  await open()
  await type(await field('Answer'), 'nothing')
  await waitFor(() => readScreen().includes('No predictions match these filters'))
  await click(await waitFor(() => findByText('button', 'Clear filters')))
  await waitFor(() => findByText('button', 'Details'))
  expect((await field('Answer')).value).toBe('')
})

it('tells a log without lines from one that is too long to be searched at once', async () => {
  answerLog(({ filter, cursor }) => ({
    items: cursor === undefined ? [] : [line(9)],
    nextCursor: 'prediction' in filter && cursor === undefined ? 'further' : null,
  }))
  await open()
  await waitFor(() => readScreen().includes('No predictions yet'))
  await type(await field('Answer'), '1')
  await waitFor(() => readScreen().includes('None found so far'))
  await click(await waitFor(() => findByText('button', 'Next page')))
  await waitFor(() => readScreen().includes('amount=9'))
})

it('goes on by cursor and back, and says that a total is estimated', async () => {
  const { asked } = answerLog(({ cursor }) => ({
    items: [line(cursor === undefined ? 1 : 2)],
    nextCursor: cursor === undefined ? 'second' : null,
    total: 312_000,
  }))
  await open()
  await waitFor(() => /of about 312.000 predictions/.test(readScreen()))
  await click(await waitFor(() => findByText('button', 'Next page')))
  await waitFor(() => readScreen().includes('amount=2'))
  expect(asked.at(-1)).toMatchObject({ cursor: 'second' })
  await click(findByText('button', 'Previous page')!)
  await waitFor(() => readScreen().includes('amount=1'))
})

it('exports what the filters show, by keyboard, with progress, and hands the file out', async () => {
  const queries = createQueryClient()
  const { exports, state } = answerLog(() => ({ items: [line(1)] }))
  await open(queries)
  const button = await waitFor(() => findByText('button', 'Export'))
  button.focus()
  await click(button)
  const item = await waitFor(() =>
    [...document.querySelectorAll<HTMLElement>('[role=menuitem]')].find((each) =>
      each.textContent?.startsWith('Parquet'),
    ),
  )
  item.focus()
  await press('ArrowUp')
  expect(document.activeElement?.textContent).toMatch(/^JSON Lines/)
  await click(item)
  await waitFor(() => /Writing… 42/.test(readScreen()))
  expect(exports).toEqual([{ id: deployment.id, format: 'parquet', filter: {} }])
  state.job = job({ status: 'succeeded', result: { file: 'fraud.parquet', rows: 1234, bytes: 2048 } })
  await queries.invalidateQueries({ queryKey: ['job', 'j1'] })
  const link = await waitFor(() => findByText('a', 'Download'))
  expect(link.getAttribute('href')).toBe('/ui/exports/j1')
  expect(readScreen()).toMatch(/1.234 lines, 2 KiB/)
})

it('cancels an export, and says why one failed', async () => {
  const queries = createQueryClient()
  const { state } = answerLog(() => ({ items: [line(1)] }))
  await open(queries)
  await click(await waitFor(() => findByText('button', 'Export')))
  await click(await waitFor(() => document.querySelector('[role=menuitem]')))
  await click(await waitFor(() => findByText('button', 'Cancel export')))
  await queries.invalidateQueries({ queryKey: ['job', 'j1'] })
  await waitFor(() => readScreen().includes('Cancelled'))
  state.job = job({ status: 'failed', error: 'the disk is full' })
  await queries.invalidateQueries({ queryKey: ['job', 'j1'] })
  await waitFor(() => readScreen().includes('Failed: the disk is full'))
})
