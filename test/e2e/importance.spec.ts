// The importance of features: started, watched and read in the app, with the dependence of a chosen feature.
import { AxeBuilder } from '@axe-core/playwright'
import { expect } from '@playwright/test'
import { browserTest as test } from './support/doors'
import { openPage } from './support/pages'
import { SAMPLE } from './support/sample'

test('computes which features matter, and shows what one of them does', async ({ page }) => {
  const { deploymentId } = SAMPLE.fraud
  await openPage(page, {
    name: 'importance',
    hash: `/deployments/${deploymentId}/importance`,
    shows: 'Not computed yet',
  })
  await page.getByRole('button', { name: 'Compute importance' }).click()
  const ranking = page.getByRole('list', { name: 'Features by importance' })
  await expect(ranking.getByRole('button')).toHaveCount(3)
  await expect(ranking.getByRole('button').first()).toContainText('amount')
  await expect(page.getByText('100 rows of the training data').first()).toBeVisible()
  await ranking.getByRole('button', { name: /^hour/ }).press('Enter')
  await expect(page.getByRole('heading', { name: 'What hour contributes' })).toBeVisible()
  await expect(
    page.getByRole('img', { name: /^Contribution of hour by its value, 100 points/ }),
  ).toBeVisible()
  const { violations } = await new AxeBuilder({ page }).include('.pl-importance').analyze()
  expect(violations.map(({ id }) => id)).toEqual([])
})
