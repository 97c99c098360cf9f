// A pickle on its way in: dropped, looked into, converted, verified, deployed, called with text, and explained.
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import { expect } from '@playwright/test'
import type { Page } from '@playwright/test'
import { doors } from './support/doors'
import { root } from './support/engine'
import type { GivenFile } from './support/files'
import { dropFiles, readGivenFile } from './support/files'
import { chooseScheme, SCHEMES } from './support/pages'

const PICKLES = join(root, 'test/fixtures/pickles')
const pickle = (name: string): GivenFile => readGivenFile(join(PICKLES, 'core', name))

const folder = process.env['PLUMBLINE_SCREENSHOTS']

/** Pictures in both schemes, written when PLUMBLINE_SCREENSHOTS names a folder. */
const takePictures = async (page: Page, name: string): Promise<void> => {
  for (const scheme of folder === undefined ? [] : SCHEMES) {
    mkdirSync(folder!, { recursive: true })
    await chooseScheme(page, scheme)
    await page.screenshot({ path: join(folder!, `${name}-${scheme}.png`), animations: 'disabled' })
  }
}

const drop = async (page: Page, files: readonly GivenFile[]): Promise<void> => {
  await dropFiles(page.getByRole('heading', { level: 1, name: 'Models' }), files)
  await expect(page.getByRole('heading', { level: 1, name: 'Register model' })).toBeVisible()
  await expect(page.getByLabel('received')).toHaveCount(files.length)
}

const hostile = (path: string): GivenFile => ({
  name: 'churn.pkl',
  bytes: Buffer.from(
    `\x80\x02cposix\nsystem\nX${String.fromCharCode(path.length + 6)}\0\0\0touch ${path}\x85R.`,
    'latin1',
  ),
})

for (const { door, test } of doors) {
  /** Read in the browser only: the reader opens a page of its own, which a window does not let it. */
  const expectNoViolations = async (page: Page, part: string): Promise<void> => {
    if (door !== 'in a browser') return
    const { violations } = await new AxeBuilder({ page }).include(part).analyze()
    expect(violations.map(({ id }) => id)).toEqual([])
  }

  test.describe(door, () => {
    test('a pickled pipeline is looked into, converted, verified, deployed, called with text and explained', async ({
      page,
    }) => {
      await drop(page, ['columns.pkl', 'columns.csv', 'columns-verify.csv'].map(pickle))
      const tree = page.getByRole('list', { name: 'Estimators' })
      await expect(tree).toContainText('ColumnTransformer')
      await expect(tree.getByText('OneHotEncoder', { exact: true })).toBeVisible()
      await tree.getByText('LogisticRegression', { exact: true }).click()
      await expect(tree.getByText('14 parameters')).toBeVisible()
      const columns = page.getByRole('table', { name: 'Columns the model takes' })
      await expect(columns.getByRole('row', { name: /city.*text.*only Bonn, Köln, Ulm/ })).toBeVisible()
      await expect(page.getByText('only classes and functions of well-known libraries')).toBeVisible()
      await expectNoViolations(page, 'main')
      await takePictures(page, 'import')

      await page.getByRole('button', { name: 'Register model' }).click()
      await expect(page.getByText('columns v1 is ready to serve')).toBeVisible()
      await expect(page.getByText(/Verified on 30 rows, max difference/)).toBeVisible()
      await takePictures(page, 'import-verified')
      await page.getByRole('button', { name: 'Deploy it' }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'Deploy', exact: true }).click()
      await expect(page.getByRole('heading', { level: 1, name: 'columns' })).toBeVisible()

      for (const [name, choice] of [
        ['city', 'Ulm'],
        ['plan', 'pro'],
      ] as const) {
        await page.getByRole('combobox', { name, exact: true }).click()
        await page.getByRole('option', { name: choice, exact: true }).click()
      }
      await page.getByLabel('size', { exact: true }).fill('50')
      await page.getByRole('button', { name: 'Predict' }).click()
      await expect(page.getByRole('list', { name: 'Probabilities' }).getByRole('listitem')).toHaveCount(2)
      await page.getByRole('switch', { name: 'Why?' }).click()
      const why = page.getByRole('region', { name: 'Why this answer' })
      await expect(why.getByRole('img', { name: /moves it most/ })).toBeVisible()
      await why.getByText('Table').click()
      await expect(why.getByRole('table', { name: 'Contributions' })).toContainText('city')
    })

    test('a pickle that would run a program is told in red, and nothing of it is run', async ({
      page,
      directory,
    }) => {
      const trap = join(directory, 'trapped')
      await drop(page, [hostile(trap)])
      const alert = page.getByRole('alert').filter({ hasText: 'Loading this file with Python runs this' })
      await expect(alert).toContainText(`posix.system("touch ${trap}")`)
      await expect(alert).toContainText('Nothing was run here')
      await expect(page.getByRole('button', { name: 'Register model' })).toBeDisabled()
      await expect(page.getByRole('button', { name: /Convert with Python/ })).toHaveCount(0)
      await expectNoViolations(page, 'main')
      await takePictures(page, 'import-hostile')
      expect(() => readFileSync(trap)).toThrow(/ENOENT/)
    })

    test('a pickle without a converter says why, and asks before its code is run', async ({ page }) => {
      await drop(page, [readGivenFile(join(PICKLES, 'matrix/sk19/refused-gaussian-process.pkl'))])
      const alert = page.getByRole('alert').filter({ hasText: 'This file cannot be converted' })
      await expect(alert).toContainText('GaussianProcessRegressor')
      await expect(page.getByRole('button', { name: 'Register model' })).toBeDisabled()
      const offer = alert.getByRole('button', { name: 'Convert with Python…' })
      const absent = alert.getByText(/Install Python/)
      await expect(offer.or(absent)).toBeVisible()
      await takePictures(page, 'import-refused')
      if (await absent.isVisible()) return
      await offer.click()
      const dialog = page.getByRole('dialog', { name: /^Run the code in/ })
      await expect(dialog).toContainText('runs whatever code is in it')
      await page.keyboard.press('Escape')
      await expect(dialog).toHaveCount(0)
      await expect(page.getByRole('button', { name: 'Register model' })).toBeDisabled()
    })

    test('rows that differ from the original ask before the model is registered', async ({ page }) => {
      const rows = pickle('ridge-verify.csv').bytes.toString('utf8').trimEnd().split('\n')
      const wrong = rows.map((row, index) => (index === 2 ? row.replace(/[^,]*$/, '99') : row)).join('\n')
      await drop(page, [pickle('ridge.pkl'), { name: 'check.csv', bytes: Buffer.from(wrong) }])
      await page.getByRole('button', { name: 'Register model' }).click()
      const dialog = page.getByRole('dialog', { name: 'The answers differ from the original' })
      await expect(dialog.getByRole('row', { name: /^2 prediction 99/ })).toBeVisible()
      await expectNoViolations(page, '[role=dialog]')
      await dialog.getByRole('button', { name: 'Register anyway' }).click()
      await expect(page.getByText('ridge v1 is ready to serve')).toBeVisible()

      await page.getByRole('link', { name: 'Open the model' }).click()
      await expect(page.getByText('Differs from the original', { exact: true }).first()).toBeVisible()
      await page.getByRole('button', { name: 'Verify version 1' }).click()
      const verify = page.getByRole('dialog', { name: 'Verify version 1' })
      await verify.locator('input[type=file]').setInputFiles(join(PICKLES, 'core/ridge-verify.csv'))
      await verify.getByRole('button', { name: 'Verify', exact: true }).click()
      await expect(verify.getByText('Verified', { exact: true })).toBeVisible()
      await verify.getByRole('button', { name: 'Done' }).click()
      await expect(page.getByText(/Verified on \d+ rows, max difference/).first()).toBeVisible()

      await page.getByRole('button', { name: 'Add training data to version 1' }).click()
      const add = page.getByRole('dialog', { name: 'Add training data to version 1' })
      await add.locator('input[type=file]').setInputFiles(join(PICKLES, 'core/ridge.csv'))
      await add.getByRole('button', { name: 'Add them' }).click()
      await expect(page.getByText(/\d+ training rows/)).toBeVisible()
      await expect(page.getByRole('button', { name: /Add training data/ })).toHaveCount(0)
      await expectNoViolations(page, 'main')
    })
  })
}
