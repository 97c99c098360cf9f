import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findViolations } from './architecture/rules'
import { parseTree, readSources } from './architecture/source-tree'

const root = resolve(import.meta.dirname, '..')

/** The complaints about an invented tree: path → content. */
const complain = (files: Record<string, string>): string[] =>
  findViolations(parseTree(new Map(Object.entries(files))))

/** A file that does nothing but import one thing. */
const uses = (specifier: string): string => `import { x } from '${specifier}'\nx()\n`
const usesType = (specifier: string): string =>
  `import type { X } from '${specifier}'\nexport const x: X = 1\n`
const something = 'export const x = () => 1\n'

describe('the source tree', () => {
  it('keeps to the design', () => {
    const sources = readSources(root, ['main', 'preload', 'renderer', 'test'])
    expect(sources.size).toBeGreaterThan(10)
    expect(findViolations(parseTree(sources)).join('\n')).toBe('')
  })
})

describe('the checker', () => {
  it('accepts a tree in good order', () => {
    const files = {
      'main/core/core.ts': uses('./deployments/deployments'),
      'main/core/events.ts': something,
      'main/core/deployments/deployment.ts': something,
      'main/core/deployments/deployments.ts': `${uses('./deployment-rows')}${usesType('../models/model')}`,
      'main/core/deployments/deployment-rows.ts': uses('../../store/database'),
      'main/core/models/model.ts': uses('../events'),
      'main/core/models/models.ts': 'export class Models {}\n',
      'main/store/database.ts': uses('better-sqlite3'),
      'main/http/mlops/routes.ts': usesType('../../core/deployments/deployments'),
      'main/main.ts': uses('electron'),
      'renderer/client.ts': usesType('../main/ipc/router'),
      'main/ipc/router.ts': usesType('../core/core'),
      'preload/preload.ts': uses('electron'),
    }
    expect(complain(files)).toEqual([])
  })

  it.each(['express', 'electron', 'onnxruntime-node', 'better-sqlite3'])('keeps %s out of core', (name) => {
    const complaints = complain({ 'main/core/models/models.ts': uses(name) })
    expect(complaints).toHaveLength(1)
    expect(complaints[0]).toMatch(`main/core/models/models.ts:1: imports ${name}, but `)
  })

  it.each([
    ['core from the doors', 'main/core/models/models.ts', 'main/http/server.ts', /never knows the doors/],
    ['core from IPC', 'main/core/models/models.ts', 'main/ipc/router.ts', /never knows the doors/],
    ['core from the root', 'main/core/models/models.ts', 'main/workstation.ts', /below the entries/],
    [
      'features in their order',
      'main/core/models/models.ts',
      'main/core/sync/sync.ts',
      /models stands left of sync/,
    ],
    ['features from core.ts', 'main/core/models/models.ts', 'main/core/core.ts', /above every feature/],
    ['events from features', 'main/core/events.ts', 'main/core/models/models.ts', /below every feature/],
    [
      'SQL in its feature',
      'main/core/sync/sync.ts',
      'main/core/models/model-rows.ts',
      /SQL belongs to models/,
    ],
    [
      'private rules private',
      'main/http/mlops/routes.ts',
      'main/core/deployments/autoscale.ts',
      /private to/,
    ],
    ['inner folders private', 'main/core/sync/sync.ts', 'main/core/monitoring/drift/psi.ts', /private to/],
    ['the store from core', 'main/store/database.ts', 'main/core/models/models.ts', /a mechanism/],
    ['formats from HTTP', 'main/formats/onnx/read.ts', 'main/http/server.ts', /a mechanism/],
    ['dialects apart', 'main/http/mlops/routes.ts', 'main/http/zenml/wire.ts', /another dialect/],
    ['pages apart', 'renderer/pages/models/list.tsx', 'renderer/pages/drift/chart.tsx', /another page/],
    [
      'components from pages',
      'renderer/components/table.tsx',
      'renderer/pages/drift/chart.tsx',
      /import a page/,
    ],
    ['the renderer from main', 'renderer/client.ts', 'main/errors.ts', /only `import type`/],
    ['the preload from main', 'preload/preload.ts', 'main/errors.ts', /only `import type`/],
    ['main from the renderer', 'main/window.ts', 'renderer/client.ts', /stands below/],
    ['the product from tests', 'main/errors.ts', 'test/support/clock.ts', /never imports its tests/],
  ])('keeps %s', (_, from, to, message) => {
    const climb = '../'.repeat(from.split('/').length - 1)
    const files = { [from]: uses(`${climb}${to.replace(/\.tsx?$/, '')}`), [to]: something }
    expect(complain(files).join('\n')).toMatch(message)
  })

  it('sees through dynamic imports, re-exports, require and types in place', () => {
    const ways = [
      "export const load = () => import('electron')\n",
      "export { app } from 'electron'\nexport const x = 1\n",
      "export const app = require('electron')\n",
      "export type App = import('electron').App\n",
    ]
    for (const text of ways) expect(complain({ 'main/settings.ts': text }).join()).toMatch(/imports electron/)
  })

  it('finds electron behind several imports of a headless entry', () => {
    const files = {
      'main/cli.ts': uses('./workstation'),
      'main/workstation.ts': uses('./window'),
      'main/window.ts': uses('electron'),
    }
    expect(complain(files).join('\n')).toMatch(/main\/cli\.ts → main\/workstation\.ts → main\/window\.ts/)
    expect(complain({ ...files, 'main/workstation.ts': usesType('./window') })).toEqual([])
  })

  it('finds a cycle, of types too', () => {
    const files = { 'main/a.ts': usesType('./b'), 'main/b.ts': uses('./c'), 'main/c.ts': uses('./a') }
    expect(complain(files)).toEqual([
      'main/a.ts: an import cycle: main/a.ts → main/b.ts → main/c.ts → main/a.ts',
    ])
  })

  it('refuses barrels, grown files and names that say nothing', () => {
    expect(
      complain({ 'main/index.ts': "export * from './errors'\n", 'main/errors.ts': something }).join(),
    ).toMatch(/only re-exports/)
    const long = something + '// more\n'.repeat(400)
    expect(complain({ 'main/long.ts': long }).join()).toMatch(/401 lines/)
    expect(complain({ 'main/generated/long.ts': long })).toEqual([])
    for (const name of ['utils', 'date-helpers', 'common/dates', 'job-manager', 'misc']) {
      expect(complain({ [`main/${name}.ts`]: something }).join()).toMatch(/says nothing/)
    }
  })

  it('refuses silenced types in the product and lets tests be', () => {
    const [ignore, disable] = ['@ts-' + 'ignore', 'eslint-' + 'disable']
    const offences = [
      'export const x = (y: any) => y\n',
      `// ${ignore}\nexport const x = 1\n`,
      `/* ${disable} */\nexport const x = 1\n`,
      "export const x = '1' as unknown as number\n",
      'export default 1\n',
    ]
    for (const text of offences) {
      expect(complain({ 'main/x.ts': text }).join()).toMatch(/no place in the product/)
      expect(complain({ 'test/x.ts': text })).toEqual([])
    }
    expect(complain({ 'main/x.ts': "export const any = 'any'\n" })).toEqual([])
  })

  it('wants every feature in the order', () => {
    expect(complain({ 'main/core/weather/weather.ts': something }).join()).toMatch(
      /no place in the feature order/,
    )
  })
})
