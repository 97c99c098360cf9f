// What a person does with Plumbline, from the first start to drift; the same in the window and in a browser.
import { expect } from '@playwright/test'
import type { Locator, Page } from '@playwright/test'
import { doors } from './support/doors'
import { dropFiles, readGivenFile } from './support/files'
import { readRows, SAMPLE } from './support/sample'

const goTo = (page: Page, place: string): Promise<void> =>
  page
    .getByRole('navigation', { name: 'Main' })
    .getByRole('link', { name: place === 'Drift' ? /^Drift/ : place, exact: true })
    .click()

const openDeployment = async (page: Page, name: string): Promise<void> => {
  await goTo(page, 'Deployments')
  await page.getByRole('table', { name: 'Deployments' }).getByRole('link', { name, exact: true }).click()
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible()
}

/** Presses Tab until the focus has come to the element. */
const tabTo = async (page: Page, target: Locator): Promise<void> => {
  await target.waitFor()
  for (let presses = 0; presses < 60; presses++) {
    if (await target.evaluate((element) => element === document.activeElement)) return
    await page.keyboard.press('Tab')
  }
  throw new Error('the focus never came there')
}

for (const { door, test } of doors) {
  test.describe(door, () => {
    test('the first start shows the sample, and its deployment answers', async ({ page }) => {
      const models = page.getByRole('table', { name: 'Models' })
      for (const name of [SAMPLE.fraud.model, SAMPLE.iris.model, 'diabetes-progression']) {
        await expect(models.getByRole('link', { name })).toBeVisible()
      }
      await openDeployment(page, SAMPLE.fraud.deployment)
      for (const [name, value] of Object.entries(SAMPLE.fraud.record)) {
        await page.getByLabel(name, { exact: true }).fill(String(value))
      }
      await page.getByRole('button', { name: 'Predict' }).click()
      await expect(page.getByText('is_fraud')).toBeVisible()
      const shares = page.getByRole('list', { name: 'Probabilities' }).getByRole('listitem')
      await expect(shares).toHaveCount(2)
      await expect(shares.first()).toContainText('%')
    })

    test('a model is dropped, registered, deployed and called, and its log says so', async ({ page }) => {
      const [model, training] = SAMPLE.iris.files.map(readGivenFile)
      await dropFiles(page.getByRole('heading', { level: 1, name: 'Models' }), [
        { ...model!, name: 'meadow.onnx' },
        training!,
      ])
      await expect(page.getByRole('heading', { level: 1, name: 'Register model' })).toBeVisible()
      await expect(page.getByLabel('received')).toHaveCount(2)
      await expect(page.getByRole('textbox', { name: 'Name' })).toHaveValue('meadow')
      await page.getByRole('button', { name: 'Register model' }).click()
      await expect(page.getByText('meadow v1 is ready to serve')).toBeVisible()

      await page.getByRole('button', { name: 'Deploy it' }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByRole('button', { name: 'Deploy', exact: true }).click()
      await expect(page.getByRole('heading', { level: 1, name: 'meadow' })).toBeVisible()

      for (const [name, value] of Object.entries(SAMPLE.iris.record)) {
        await page.getByLabel(name, { exact: true }).fill(String(value))
      }
      await page.getByRole('button', { name: 'Predict' }).click()
      await expect(
        page.getByRole('list', { name: 'Probabilities' }).getByRole('listitem').first(),
      ).toContainText('setosa')

      await page.getByRole('tab', { name: 'Log' }).click()
      const log = page.getByRole('table', { name: 'Predictions of meadow' })
      await expect(log.getByRole('row').filter({ hasText: 'setosa' })).toHaveCount(1)
      await expect(log).toContainText('sepal_length=5.1')
    })

    test('a truncated file is refused in words, and nothing of it is kept', async ({ page }) => {
      const [model, training] = SAMPLE.iris.files.map(readGivenFile)
      await page.getByRole('link', { name: 'Register model' }).click()
      await page.locator('input[type=file]').setInputFiles([
        {
          name: 'broken.onnx',
          mimeType: '',
          buffer: model!.bytes.subarray(0, Math.floor(model!.bytes.length / 2)),
        },
        { name: 'training.csv', mimeType: 'text/csv', buffer: training!.bytes },
      ])
      await expect(page.getByRole('alert').filter({ hasText: 'cannot be served' })).toContainText(
        /truncated|ends|cut/i,
      )
      await expect(page.getByRole('button', { name: 'Register model' })).toBeDisabled()
      await goTo(page, 'Models')
      await expect(page.getByRole('table', { name: 'Models' }).getByRole('link')).toHaveCount(3)
      await expect(page.getByRole('link', { name: 'broken' })).toHaveCount(0)
    })

    test('drift shows by itself while drifted rows come in from a program', async ({ page, workspace }) => {
      await goTo(page, 'Drift')
      const loadedAt = await page.evaluate(() => performance.timeOrigin)
      const path = `/api/mlops/deployments/${SAMPLE.fraud.deploymentId}/predict`
      const send = async (file: string): Promise<void> => {
        expect((await workspace.call('POST', path, { inputs: readRows(file, 'is_fraud') })).status).toBe(200)
      }
      await send('fraud/live/fresh.csv')
      await expect(page.getByText('Stable').first()).toBeVisible()
      await send('fraud/live/drifted.csv')
      await expect(page.getByText(/^(Moderate|High) drift$/).first()).toBeVisible()
      await expect(page.getByLabel('1 with drift')).toBeVisible()
      expect(await page.evaluate(() => performance.timeOrigin)).toBe(loadedAt)
    })

    test('promoting a deployment archives the one before it', async ({ page, workspace }) => {
      const { projectId, deployment } = SAMPLE.fraud
      const made = await workspace.call('POST', `/api/mlops/projects/${projectId}/deployments`, {
        model_id: SAMPLE.fraud.modelId,
        name: 'fraud-before',
        stage: 'production',
      })
      expect(made.status).toBe(201)
      await openDeployment(page, deployment)
      await page.getByRole('button', { name: 'Promote' }).click()
      const dialog = page.getByRole('dialog')
      await expect(dialog).toContainText('fraud-before')
      await dialog.getByRole('button', { name: 'Promote' }).click()
      await expect(page.getByRole('main').getByText('Production', { exact: true })).toBeVisible()

      await openDeployment(page, 'fraud-before')
      await expect(page.getByText('This deployment is archived')).toBeVisible()
      await expect(page.getByRole('button', { name: 'Predict' })).toBeDisabled()
    })

    test('the colours that were chosen stay after a reload', async ({ page }) => {
      const scheme = (): Promise<string | null> =>
        page.locator('html').getAttribute('data-mantine-color-scheme')
      for (const [choice, expected] of [
        ['Dark', 'dark'],
        ['Light', 'light'],
      ] as const) {
        await page.getByRole('button', { name: 'Colour scheme' }).click()
        await page.getByRole('menuitem', { name: choice }).click()
        await expect.poll(scheme).toBe(expected)
        await page.reload()
        await expect(page.getByRole('navigation', { name: 'Main' })).toBeVisible()
        expect(await scheme()).toBe(expected)
      }
    })

    test('everything can be reached and done with the keyboard', async ({ page }) => {
      await expect(page.getByRole('table', { name: 'Models' }).getByRole('link')).toHaveCount(3)
      const navigation = page.getByRole('navigation', { name: 'Main' })
      await tabTo(page, navigation.getByRole('link', { name: 'Deployments' }))
      await page.keyboard.press('Enter')
      await expect(page.getByRole('heading', { level: 1, name: 'Deployments' })).toBeVisible()
      await expect(page.getByRole('main')).toBeFocused()

      await page.keyboard.press('Control+k')
      await expect(page.getByRole('textbox', { name: 'Search and commands' })).toBeFocused()
      await page.keyboard.type(SAMPLE.fraud.deployment)
      await expect(page.getByRole('button', { name: SAMPLE.fraud.deployment })).toBeVisible()
      await page.keyboard.press('ArrowDown')
      await page.keyboard.press('Enter')
      await expect(page.getByRole('heading', { level: 1, name: SAMPLE.fraud.deployment })).toBeVisible()

      await tabTo(page, page.getByLabel('amount', { exact: true }))
      for (const value of Object.values(SAMPLE.fraud.record)) {
        await page.keyboard.type(String(value))
        await page.keyboard.press('Tab')
      }
      await page.keyboard.press('Shift+Tab')
      await page.keyboard.press('Control+Enter')
      await expect(page.getByRole('list', { name: 'Probabilities' })).toBeVisible()
    })
  })
}
