import { spawn } from 'node:child_process'
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { lockDataDirectory } from '../../main/data-lock'
import { makeFolder, refusalOf } from './workspace'

const lockOf = (folder: string): string => join(folder, 'workstation.lock')

/** A process number that was in use a moment ago. */
async function findDeadProcess(): Promise<number> {
  const child = spawn(process.execPath, ['-e', ''])
  await new Promise((resolve) => child.once('exit', resolve))
  return child.pid!
}

it('gives a folder to one workstation and names it to the next', async () => {
  const folder = join(makeFolder(), 'new', 'workspace')
  const unlock = await lockDataDirectory(folder)
  const refusal = await refusalOf(() => lockDataDirectory(folder))
  expect(refusal.code).toBe('conflict')
  expect(refusal.message).toContain(folder)
  expect(refusal.message).toMatch(
    new RegExp(`process ${process.pid}\\); close it or choose another folder with --data-dir`),
  )
  unlock()
  ;(await lockDataDirectory(folder))()
  expect(readdirSync(folder)).toEqual([])
})

it('takes over what a killed process left', async () => {
  const folder = makeFolder()
  writeFileSync(lockOf(folder), `${await findDeadProcess()}\n12345\n`)
  const unlock = await lockDataDirectory(folder)
  expect(readFileSync(lockOf(folder), 'utf8')).toMatch(new RegExp(`^${process.pid}\\n`))
  unlock()
  expect(existsSync(lockOf(folder))).toBe(false)
})

it.runIf(process.platform === 'linux')(
  'tells a reused process number from the process that held the folder',
  async () => {
    const folder = makeFolder()
    writeFileSync(lockOf(folder), `${process.pid}\n1\n`)
    ;(await lockDataDirectory(folder))()
  },
)

it('takes over a lock that says nothing', async () => {
  const folder = makeFolder()
  writeFileSync(lockOf(folder), '')
  ;(await lockDataDirectory(folder))()
})
