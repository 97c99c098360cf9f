import { defineConfig } from '@playwright/test'

export default defineConfig({
  testDir: 'test/e2e',
  workers: 1,
  fullyParallel: false,
  forbidOnly: process.env['CI'] !== undefined,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  outputDir: 'test-results',
  reporter: [
    ['line'],
    ['json', { outputFile: process.env['PLUMBLINE_E2E_REPORT'] ?? 'test-results/e2e.json' }],
  ],
  use: { trace: 'retain-on-failure', screenshot: 'only-on-failure' },
})
