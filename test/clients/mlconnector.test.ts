/** Every example of the MLConnector reference, verbatim, twice in a row, without a key. */
import { execFile } from 'node:child_process'
import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, it } from 'vitest'
import { importedFile } from '../support/imports'
import { readCurlCommands, readPythonSnippets } from '../support/mlconnector'
import type { Python } from '../support/python'
import { findPython } from '../support/python'
import { makeFolder, openWorkstation, removeFolder } from '../support/workstation'

const run = promisify(execFile)
const FLAGS = ['--sample', '--trust-local']
const isMissing = await run('bash', ['-c', 'command -v curl']).then(
  () => false,
  () => true,
)
let python: Python = { reason: 'not looked for' }
beforeAll(async () => {
  python = await findPython()
}, 150_000)

describe.skipIf(isMissing)('curl in bash', { timeout: 60_000 }, () => {
  it('gets an answer from every command of the reference, each twice in a row', async () => {
    const { url } = await openWorkstation({ flags: FLAGS })
    const commands = readCurlCommands()
    expect(commands).toHaveLength(7)
    for (const command of commands) {
      for (const time of ['first', 'second']) {
        const pasted = `${command.replaceAll('BASE_URL', url)} --silent --write-out '\\n%{http_code}'`
        const { stdout } = await run('bash', ['-c', pasted], { timeout: 20_000 })
        const status = Number(stdout.split('\n').at(-1))
        const where = `${time}: ${command}\n${stdout}`
        if (command.includes('/mltraining/')) expect([201, 400], where).toContain(status)
        else expect(status, where).toBe(/\/(add|operation)"/.test(command) ? 201 : 200)
      }
    }
    const predicted = commands.at(-1)!.replaceAll('BASE_URL', url)
    const { stdout } = await run('bash', ['-c', `${predicted} --silent`])
    const importance: unknown = expect.arrayContaining(
      Array.from({ length: 4 }, () => expect.any(Number) as unknown),
    )
    expect(JSON.parse(stdout)).toMatchObject({
      prediction: ['setosa'],
      explanation: { feature_importance: importance, method: 'shap' },
    })
  })
})

describe('Python with requests', { timeout: 90_000 }, () => {
  it('runs every snippet of the reference, each twice in a row', async ({ skip }) => {
    if ('reason' in python) skip(python.reason)
    const { url } = await openWorkstation({ flags: FLAGS })
    const folder = await makeFolder()
    try {
      await copyFile(importedFile('ridge.pkl'), join(folder, 'model.pkl'))
      const snippets = readPythonSnippets()
      expect(snippets).toHaveLength(11)
      const told = 'print(resp.status_code)'
      const program = snippets
        .flatMap((snippet) => [snippet, snippet])
        .map((snippet) => `${snippet}\n${told}`.replaceAll('BASE_URL', url))
        .join('\n')
      const { stdout } = await run('path' in python ? python.path : '', ['-c', program], {
        cwd: folder,
        timeout: 60_000,
      })
      const statuses = stdout.split('\n').filter((line) => /^\d{3}$/.test(line))
      const isTraining = (status: string): boolean => status === '400'
      expect(statuses.length).toBeGreaterThanOrEqual(22)
      expect(statuses.filter((status) => !isTraining(status) && !status.startsWith('20'))).toEqual([])
      expect(statuses.filter(isTraining).length).toBeLessThanOrEqual(2)
    } finally {
      await removeFolder(folder)
    }
  })
})
