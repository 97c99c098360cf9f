// "Why?" beside an answer: the contributions as a waterfall and as a table, without another prediction in the log.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import { expect } from '@playwright/test'
import { browserTest as test } from './support/doors'
import { chooseScheme, openPage, SCHEMES } from './support/pages'
import { SAMPLE } from './support/sample'

const folder = process.env['PLUMBLINE_SCREENSHOTS']

test('shows why a deployment answers what it answers', async ({ page, workspace }) => {
  const { deploymentId, record } = SAMPLE.fraud
  await openPage(page, { name: 'try', hash: `/deployments/${deploymentId}/try`, shows: 'Record' })
  for (const [name, value] of Object.entries(record))
    await page.getByLabel(name, { exact: true }).fill(String(value))
  await page.getByRole('button', { name: 'Predict' }).click()
  await page.getByRole('switch', { name: 'Why?' }).click()
  const why = page.getByRole('region', { name: 'Why this answer' })
  const chart = why.getByRole('img', {
    name: /^From -?\d.* on average to .* for this record; .* moves it most/,
  })
  await expect(chart).toBeVisible()
  await expect(why).toContainText('log-odds of “1”')
  await expect(why).toContainText('100 rows of the training data')
  for (const scheme of folder === undefined ? [] : SCHEMES) {
    mkdirSync(folder!, { recursive: true })
    await chooseScheme(page, scheme)
    await page.screenshot({ path: join(folder!, `why-${scheme}.png`), fullPage: true })
  }
  const { violations } = await new AxeBuilder({ page }).include('.pl-why').analyze()
  expect(violations.map(({ id }) => id)).toEqual([])
  await why.getByText('Table').click()
  const table = why.getByRole('table', { name: 'Contributions' })
  await expect(table.getByRole('row')).toHaveCount(6)
  await expect(table).toContainText('Average (BiasTerm)')
  const log = await workspace.call('GET', `/api/mlops/deployments/${deploymentId}/inference-logs`)
  expect(log.json).toMatchObject({ total: 1 })
})
