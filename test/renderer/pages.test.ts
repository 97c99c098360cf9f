// @vitest-environment happy-dom
import { ORPCError, os } from '@orpc/server'
import { createElement } from 'react'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Model } from '../../main/core/models/model'
import type { MethodState } from '../../main/core/monitoring/method-drift'
import * as z from 'zod'
import { App } from '../../renderer/app'
import { useConnection } from '../../renderer/live'
import { TryIt } from '../../renderer/pages/deployments/try-it'
import { DriftPage } from '../../renderer/pages/drift/drift-page'
import { ModelsPage } from '../../renderer/pages/models/models-page'
import { createQueryClient } from '../../renderer/queries'
import { deployment, featureDrift, model, snapshot, version, workspace } from './sample-nouns'
import {
  answerCalls,
  clearScreen,
  click,
  findByText,
  prepareDocument,
  press,
  render,
  renderBare,
  type,
  waitFor,
} from './screen'

const pageOf = <T>(items: readonly T[]) => ({ items, total: items.length, limit: 50, offset: 0 })

const answerModels = (models: readonly Model[], asked: unknown[] = []): void =>
  answerCalls({
    workspace: { get: os.handler(() => workspace) },
    models: {
      list: os.input(z.unknown()).handler(({ input }) => {
        asked.push(input)
        return pageOf(models)
      }),
    },
  })

beforeEach(() => {
  prepareDocument()
  useConnection.setState({ status: 'connecting' })
})
afterEach(clearScreen)

describe('the list of models', () => {
  it('offers two ways to begin when it is empty', async () => {
    answerModels([])
    await render(createElement(ModelsPage))
    await waitFor(() => findByText('a', 'Register a model'))
    await waitFor(() => findByText('button', 'Load the sample workspace'))
  })

  it('can be walked through with the arrow keys', async () => {
    answerModels([model('first'), model('second'), model('third')])
    await render(createElement(ModelsPage))
    const first = await waitFor(() => findByText('tbody a', 'first'))
    first.focus()
    await press('ArrowDown')
    expect(document.activeElement?.textContent).toBe('second')
    await press('End')
    expect(document.activeElement?.textContent).toBe('third')
    await press('ArrowDown')
    expect(document.activeElement?.textContent).toBe('third')
    await press('ArrowUp')
    expect(document.activeElement?.textContent).toBe('second')
  })

  it('opens a model by a click anywhere on its row', async () => {
    answerModels([model('fraud')])
    await render(createElement(ModelsPage))
    const cell = await waitFor(() => findByText('tbody td', 'GBM'))
    await click(cell)
    expect(location.hash).toBe('#/models/id-of-fraud')
  })

  it('asks the workstation for another order and says so to screen readers', async () => {
    const asked: unknown[] = []
    answerModels([model('fraud')], asked)
    await render(createElement(ModelsPage))
    await click(await waitFor(() => findByText('th button', 'Name')))
    await waitFor(() => asked.some((input) => JSON.stringify(input).includes('"sort":"name"')))
    expect(findByText('th', 'Name')?.getAttribute('aria-sort')).toBe('ascending')
  })

  it('shows the reason when it cannot be read, and another try', async () => {
    answerCalls({
      models: {
        list: os.handler(() => {
          throw new ORPCError('INTERNAL', { message: 'the disk is full' })
        }),
      },
    })
    await render(createElement(ModelsPage))
    const alert = await waitFor(() => document.querySelector('[role=alert]'))
    expect(alert.textContent).toContain('the disk is full')
    expect(findByText('button', 'Try again')).toBeDefined()
  })
})

it('asks to sign in from the terminal when this browser may not look in', async () => {
  globalThis.fetch = () => Promise.resolve(new Response('{}', { status: 401 }))
  await renderBare(createElement(App, { queries: createQueryClient() }))
  await waitFor(() =>
    document.body.textContent?.includes('Open the address printed in the terminal to sign in'),
  )
})

describe('trying a deployment', () => {
  const answerPredictions = (predict: () => unknown, sent: unknown[] = []): void =>
    answerCalls({
      workspace: { get: os.handler(() => workspace) },
      models: { profile: os.handler(() => ({ features: { features: [] }, predictions: { features: [] } })) },
      deployments: {
        examples: os.handler(() => [{ amount: 29.99, hour: 14 }]),
        predict: os.input(z.unknown()).handler(({ input }) => {
          sent.push(input)
          return predict()
        }),
      },
    })

  it('shows the answer with its probabilities, most likely first', async () => {
    const sent: unknown[] = []
    const probabilities = { '0': 0.02, '1': 0.98 }
    answerPredictions(
      () => ({ answers: [{ id: 'a1', prediction: '1', probabilities }], warnings: [], latencyMs: 3 }),
      sent,
    )
    await render(createElement(TryIt, { deployment, version }))
    const amount = await waitFor(() => document.querySelector<HTMLInputElement>('.pl-try-fields input'))
    await type(amount, '29.99')
    await click(findByText('button', 'Predict')!)
    const shares = await waitFor(() => document.querySelector('[aria-label=Probabilities]'))
    expect([...shares.querySelectorAll('li')].map((line) => line.textContent)).toEqual(['198%', '02%'])
    expect(sent).toEqual([{ id: 'd1', records: [{ amount: 29.99 }] }])
  })

  it('puts a refusal at the field that it names', async () => {
    const problems = [{ field: 'inputs.hour', message: 'is missing; expected a whole number' }]
    answerPredictions(() => {
      throw new ORPCError('INVALID', { message: 'inputs.hour is missing', data: { problems } })
    })
    await render(createElement(TryIt, { deployment, version }))
    await click(await waitFor(() => findByText('button', 'Predict')))
    const field = await waitFor(() => document.querySelector('input[aria-invalid=true]'))
    expect(field.closest('.mantine-InputWrapper-root')?.textContent).toContain(
      'is missing; expected a whole number',
    )
    expect(document.querySelectorAll('input[aria-invalid=true]')).toHaveLength(1)
  })

  it('does not call a deployment that is archived', async () => {
    answerPredictions(() => null)
    await render(createElement(TryIt, { deployment: { ...deployment, stage: 'archived' }, version }))
    const button = await waitFor(() => findByText('button', 'Predict'))
    expect(button.hasAttribute('disabled')).toBe(true)
  })
})

describe('drift', () => {
  const methodState: MethodState = {
    deploymentId: deployment.id,
    isOn: false,
    method: 'mean_shift',
    source: 'default',
    lastRun: null,
    nextRunAt: null,
    leastOperations: 10,
  }
  const show = async (drift: ReturnType<typeof snapshot>): Promise<void> => {
    const { features: _, predictions: __, ...short } = drift
    answerCalls({
      deployments: { get: os.handler(() => deployment) },
      drift: {
        overview: os.handler(() => [{ deployment, drift: short }]),
        get: os.handler(() => drift),
        history: os.handler(() => []),
        method: { get: os.handler(() => methodState) },
      },
    })
    await render(createElement(DriftPage, { id: null }))
    await waitFor(() => document.querySelector('.pl-drift-words'))
  }

  it('shows the prediction first and the features by their PSI', async () => {
    await show(
      snapshot({
        features: [featureDrift('calm'), featureDrift('moved', { psi: 0.4, status: 'high' })],
        predictions: [featureDrift('prediction', { psi: 0.01 })],
      }),
    )
    const names = [...document.querySelectorAll('tbody .pl-feature-name')].map((name) => name.textContent)
    expect(names).toEqual(['Prediction', 'moved', 'calm'])
  })

  it('looks neutral while there are not enough data, and says how many are needed', async () => {
    const few = featureDrift('amount', { status: 'insufficient_data', psi: 0.9, requiredRows: 87 })
    await show(snapshot({ overallStatus: 'insufficient_data', meanPsi: null, features: [few] }))
    expect(document.body.textContent).toContain('about 87 are needed')
    expect(document.querySelectorAll('.pl-mark[data-tone=bad], .pl-mark[data-tone=watch]')).toHaveLength(0)
  })

  it('gives the numbers of a chart as a table', async () => {
    await show(snapshot())
    await click(findByText('label', 'Table')!)
    await click(document.querySelector<HTMLInputElement>('input[value=table]')!)
    const table = await waitFor(() => document.querySelector('table[aria-label="Distribution of amount"]'))
    expect(table.textContent).toContain('+10.0 pts')
  })
})
