import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import type { Migration } from '../../main/store/database'
import { Database } from '../../main/store/database'
import { SqliteWriter } from '../../main/store/writer'
import type { WriteStatement } from '../../main/store/writer-messages'
import { workerPath } from '../support/worker-path'
import { matching } from '../core/workspace'

const MIGRATIONS: readonly Migration[] = [
  { id: 1, sql: 'CREATE TABLE line (id INTEGER PRIMARY KEY, text TEXT) STRICT' },
]

const lines = (...ids: readonly number[]): WriteStatement => ({
  sql: 'INSERT INTO line (id, text) VALUES (?, ?)',
  rows: ids.map((id) => [id, `line ${id}`]),
})

function makePath(): string {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-writer-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'log.db')
}

async function open(path: string, migrations = MIGRATIONS): Promise<SqliteWriter> {
  const writer = await SqliteWriter.open(workerPath('sqlite-writer'), { path, migrations })
  onTestFinished(() => writer.close())
  return writer
}

function read(path: string): number[] {
  const database = new Database(path, { migrations: [], synchronous: 'NORMAL', readonly: true })
  onTestFinished(() => database.close())
  return database.all<{ id: number }>('SELECT id FROM line ORDER BY id').map((row) => row.id)
}

it('has committed a batch when it says so', async () => {
  const path = makePath()
  const writer = await open(path)
  await writer.write([lines(1, 2), lines(3)])
  expect(read(path)).toEqual([1, 2, 3])
})

it('keeps nothing of a batch that fails, says why, and goes on with the others', async () => {
  const path = makePath()
  const writer = await open(path)
  const settled = await Promise.allSettled([
    writer.write([lines(1)]),
    writer.write([lines(10, 11), lines(1)]),
    writer.write([lines(2)]),
  ])
  expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  expect(settled[1]).toMatchObject({
    reason: { code: 'internal', message: matching(/could not be written: UNIQUE/) },
  })
  expect(read(path)).toEqual([1, 2])
})

it('keeps the order in which batches were handed over', async () => {
  const path = makePath()
  const writer = await open(path)
  const update = (text: string): WriteStatement => ({
    sql: 'UPDATE line SET text = ? WHERE id = 1',
    rows: [[text]],
  })
  await Promise.all([
    writer.write([lines(1)]),
    ...Array.from({ length: 50 }, (_, turn) => writer.write([update(`turn ${turn}`)])),
  ])
  const database = new Database(path, { migrations: [], synchronous: 'NORMAL', readonly: true })
  onTestFinished(() => database.close())
  expect(database.get('SELECT text FROM line')).toEqual({ text: 'turn 49' })
})

it('finishes what was handed over before it closes, and folds the write-ahead log in', async () => {
  const path = makePath()
  const writer = await open(path)
  const writes = Array.from({ length: 20 }, (_, id) => writer.write([lines(id)]))
  await writer.close()
  await expect(Promise.all(writes)).resolves.toHaveLength(20)
  expect(existsSync(`${path}-wal`)).toBe(false)
  expect(read(path)).toHaveLength(20)
})

it('refuses to write once it is closed, and closing again changes nothing', async () => {
  const writer = await open(makePath())
  await Promise.all([writer.close(), writer.close()])
  await writer.close()
  await expect(writer.write([lines(1)])).rejects.toMatchObject({ code: 'not_ready' })
})

it('refuses to open a file of a newer build', async () => {
  const path = makePath()
  await (await open(path, [...MIGRATIONS, { id: 2, sql: 'SELECT 1' }])).close()
  await expect(open(path)).rejects.toMatchObject({
    code: 'not_ready',
    message: matching(/newer version/),
  })
})
