/** Every page there is, with something on it. */
import { expect } from '@playwright/test'
import type { Page } from '@playwright/test'
import { readRows, SAMPLE } from './sample'
import type { Workspace } from './workspace'

export type Place = { readonly name: string; readonly hash: string; readonly shows: string }

export const SCHEMES = ['light', 'dark'] as const

/** The pages of the sample workspace, after some traffic that has drifted. */
export async function listPages(workspace: Workspace): Promise<readonly Place[]> {
  const { deploymentId, deployment, modelId, model } = SAMPLE.fraud
  for (const file of ['fraud/live/fresh.csv', 'fraud/live/drifted.csv']) {
    await workspace.call('POST', `/api/mlops/deployments/${deploymentId}/predict`, {
      inputs: readRows(file, 'is_fraud'),
    })
  }
  await workspace.call('POST', `/api/mlops/deployments/${deploymentId}/drift/run`)
  const alertId = await raiseAlert(workspace)
  const policy = await workspace.call('POST', '/api/privacy/policies', {
    project_id: SAMPLE.fraud.projectId,
    name: 'Customer records',
    profile: 'gdpr',
  })
  const { id: policyId } = policy.json as { id: string }
  const tabs = (noun: string, id: string, shows: string, names: readonly string[]): Place[] =>
    names.map((name) => ({ name: `${noun} ${name}`, hash: `/${noun}s/${id}/${name}`, shows }))
  return [
    { name: 'models', hash: '/models', shows: 'Models' },
    { name: 'register model', hash: '/models/new', shows: 'Register model' },
    ...tabs('model', modelId, model, ['overview', 'versions', 'graph', 'deployments']),
    { name: 'deployments', hash: '/deployments', shows: 'Deployments' },
    ...tabs('deployment', deploymentId, deployment, [
      'try',
      'log',
      'traffic',
      'drift',
      'importance',
      'history',
    ]),
    { name: 'drift', hash: '/drift', shows: 'Drift' },
    { name: 'drift of a deployment', hash: `/drift/${deploymentId}`, shows: deployment },
    { name: 'alerts', hash: '/alerts', shows: RULE },
    { name: 'alert', hash: `/alerts/${alertId}`, shows: 'Messages' },
    { name: 'alert rules', hash: '/alerts/rules', shows: RULE },
    { name: 'privacy', hash: '/privacy', shows: 'Customer records' },
    { name: 'privacy policy', hash: `/privacy/${policyId}`, shows: 'Customer records' },
    { name: 'settings', hash: '/settings', shows: 'Settings' },
    { name: 'no such page', hash: '/nowhere', shows: 'Page not found' },
  ]
}

const RULE = 'Inputs that drift'

/** Watches the drift there is until an alert about it is open, with a message. */
async function raiseAlert(workspace: Workspace): Promise<string> {
  const project = `/api/mlops/projects/${SAMPLE.fraud.projectId}`
  const rule = { name: RULE, metric: 'drift_psi', condition: 'gte', threshold: 0.1, severity: 'critical' }
  await workspace.call('POST', `${project}/alert-rules`, { ...rule, channels: [{ type: 'desktop' }] })
  const findAlert = async (): Promise<string | undefined> => {
    const { json } = await workspace.call('GET', `${project}/alerts`)
    return (json as { items: readonly { id: string }[] }).items[0]?.id
  }
  await expect.poll(findAlert).toBeDefined()
  return (await findAlert()) ?? ''
}

/** Shows a page and waits until it has loaded what it shows. */
export async function openPage(page: Page, { hash, shows }: Place): Promise<void> {
  await page.evaluate((address) => {
    location.hash = address
  }, hash)
  await expect(page.getByRole('main').getByText(shows, { exact: true }).first()).toBeVisible()
  await expect(page.locator('.mantine-Skeleton-root, [aria-busy=true]')).toHaveCount(0)
  // A picture in the middle of a transition shows neither state.
  await page.evaluate(() =>
    Promise.allSettled(document.getAnimations().map((animation) => animation.finished)),
  )
}

/** Chooses the colours the way a person does. */
export async function chooseScheme(page: Page, scheme: (typeof SCHEMES)[number]): Promise<void> {
  await page.getByRole('button', { name: 'Colour scheme' }).click()
  await page.getByRole('menuitem', { name: scheme === 'light' ? 'Light' : 'Dark' }).click()
  await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', scheme)
  await expect(page.getByRole('menu')).toHaveCount(0)
}
