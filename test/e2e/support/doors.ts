/** The two ways into the interface; a story that is told with `page` and `workspace` holds for both. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test as base } from '@playwright/test'
import type { ElectronApplication, Page } from '@playwright/test'
import { BROWSER_SWITCHES, browserPath, engine, noBrowser, noDesktop } from './engine'
import { startDesktop, startHeadless, stopProcess } from './workspace'
import type { Desktop, Workspace } from './workspace'

type Story = {
  readonly flags: readonly string[]
  readonly directory: string
  readonly page: Page
  readonly workspace: Workspace
}

const withDirectory = base.extend<{ flags: readonly string[]; directory: string }>({
  flags: [['--sample'], { option: true }],
  directory: async ({}, use) => {
    const directory = mkdtempSync(join(tmpdir(), 'plumbline-e2e-'))
    await use(directory)
    rmSync(directory, { recursive: true, force: true, maxRetries: 5 })
  },
})

/** The desktop window, over IPC. */
export const desktopTest = withDirectory.extend<
  Story & { readonly desktop: Desktop; readonly app: ElectronApplication }
>({
  desktop: async ({ directory, flags }, use, info) => {
    info.skip(noDesktop !== undefined, noDesktop)
    info.annotations.push({ type: 'engine', description: engine.name })
    const desktop = await startDesktop(directory, flags)
    await use(desktop)
    await desktop.app.close()
  },
  app: ({ desktop }, use) => use(desktop.app),
  page: ({ desktop }, use) => use(desktop.page),
  workspace: ({ desktop }, use) => use(desktop.workspace),
})

/** A browser on the headless server, over HTTP. */
export const browserTest = withDirectory.extend<Story>({
  launchOptions: [
    async ({}, use) => {
      await use({
        args: BROWSER_SWITCHES,
        ...(browserPath === undefined ? {} : { executablePath: browserPath }),
      })
    },
    { scope: 'worker' },
  ],
  // The first thing that a story here needs, so that nothing is started in vain.
  directory: async ({ directory }, use, info) => {
    info.skip(noBrowser !== undefined, noBrowser)
    await use(directory)
  },
  colorScheme: null,
  viewport: { width: 1280, height: 800 },
  workspace: async ({ directory, flags, context }, use, info) => {
    const server = await startHeadless(directory, flags)
    info.annotations.push({ type: 'engine', description: `browser (${context.browser()?.version() ?? ''})` })
    signInUrls.set(server.workspace, server.signInUrl)
    await use(server.workspace)
    await stopProcess(server.process)
  },
  page: async ({ workspace, page }, use) => {
    await page.goto(signInUrls.get(workspace)!)
    await use(page)
    // A page that is still open holds its live feed, which the server would wait for.
    await page.close()
  },
})

const signInUrls = new WeakMap<Workspace, string>()

/** Both doors, for stories that are to hold in each. */
export const doors = [
  { door: `in the window (${engine.name})`, test: desktopTest },
  { door: 'in a browser', test: browserTest },
] as const
