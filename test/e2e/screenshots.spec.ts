// Pictures of every page, written when asked for: PLUMBLINE_SCREENSHOTS names the folder.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { browserTest as test } from './support/doors'
import { chooseScheme, listPages, openPage, SCHEMES } from './support/pages'

const folder = process.env['PLUMBLINE_SCREENSHOTS']
const SIZES = [
  { width: 1280, height: 800 },
  { width: 1920, height: 1080 },
]

test('pictures of every page', async ({ page, workspace }) => {
  test.skip(folder === undefined, 'PLUMBLINE_SCREENSHOTS names no folder')
  test.setTimeout(300_000)
  mkdirSync(folder!, { recursive: true })
  const pages = await listPages(workspace)
  for (const size of SIZES) {
    await page.setViewportSize(size)
    for (const scheme of SCHEMES) {
      await chooseScheme(page, scheme)
      for (const place of pages) {
        await openPage(page, place)
        const name = `${place.name.replaceAll(/[ ,]+/g, '-')}-${scheme}-${size.width}x${size.height}.png`
        await page.screenshot({ path: join(folder!, name), animations: 'disabled' })
      }
    }
  }
})
