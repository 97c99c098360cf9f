import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { ResidentThread } from '../../main/processes/resident-thread'
import { FIXTURES } from '../support/workstation'
import { workerPath } from '../support/worker-path'

const path = join(FIXTURES, 'explanations/ridge.onnx')

function openThread(idleMs?: number): ResidentThread {
  const thread = new ResidentThread(workerPath('analysis-worker'), idleMs)
  onTestFinished(() => thread.close())
  return thread
}

it('answers many tasks, each with its own answer', async () => {
  const thread = openThread()
  const answers = await Promise.all(Array.from({ length: 5 }, () => thread.run('examine-model', { path })))
  for (const answer of answers) expect(answer).toMatchObject({ graph: { family: 'linear' } })
})

it('passes on why a task failed, and goes on', async () => {
  const thread = openThread()
  const notOnnx = join(FIXTURES, 'onnx/not-onnx.onnx')
  await expect(thread.run('examine-model', { path: notOnnx })).rejects.toMatchObject({ code: 'invalid' })
  await expect(thread.run('examine-model', { path })).resolves.toBeDefined()
})

it('starts again after it rested', async () => {
  const thread = openThread(1)
  await thread.run('examine-model', { path })
  await new Promise((resolve) => setImmediate(resolve))
  await expect(thread.run('examine-model', { path })).resolves.toBeDefined()
})

it('fails what is under way when it is closed, and takes nothing more', async () => {
  const thread = openThread()
  const running = thread.run('examine-model', { path })
  const refused = expect(running).rejects.toMatchObject({ code: 'not_ready' })
  await thread.close()
  await refused
  await expect(thread.run('examine-model', { path })).rejects.toMatchObject({ code: 'not_ready' })
})
