// Every page, in both colour schemes, without a violation that keeps someone out.
import { AxeBuilder } from '@axe-core/playwright'
import { expect } from '@playwright/test'
import { browserTest as test } from './support/doors'
import { chooseScheme, listPages, openPage, SCHEMES } from './support/pages'

test('no page keeps anyone out, in light or in dark', async ({ page, workspace }) => {
  test.setTimeout(180_000)
  const pages = await listPages(workspace)
  for (const scheme of SCHEMES) {
    await chooseScheme(page, scheme)
    for (const place of pages) {
      await test.step(`${place.name}, ${scheme}`, async () => {
        await openPage(page, place)
        const { violations } = await new AxeBuilder({ page })
          .options({ resultTypes: ['violations'] })
          .analyze()
        const serious = violations
          .filter(({ impact }) => impact === 'serious' || impact === 'critical')
          .map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`)
        expect.soft(serious, `${place.name}, ${scheme}`).toEqual([])
      })
    }
  }
})
