import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import type { DatabaseOptions, Migration } from '../../main/store/database'
import { Database, isUniqueViolation } from '../../main/store/database'
import { matching } from '../core/workspace'

const TABLE: Migration = {
  id: 1,
  sql: 'CREATE TABLE thing (id INTEGER PRIMARY KEY, name TEXT UNIQUE) STRICT',
}
const COLUMN: Migration = { id: 2, sql: "ALTER TABLE thing ADD COLUMN colour TEXT NOT NULL DEFAULT 'red'" }

function makePath(): string {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-store-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'nested', 'file.db')
}

function open(path: string, migrations: readonly Migration[], more: Partial<DatabaseOptions> = {}): Database {
  const database = new Database(path, { migrations, synchronous: 'NORMAL', ...more })
  onTestFinished(() => database.close())
  return database
}

it('creates the file and its folder and applies all steps in order', () => {
  const database = open(makePath(), [TABLE, COLUMN])
  database.run('INSERT INTO thing (name) VALUES (?)', ['a'])
  expect(database.version()).toBe(2)
  expect(database.all('SELECT * FROM thing')).toEqual([{ id: 1, name: 'a', colour: 'red' }])
})

it('applies only the steps a file has not seen yet and keeps its rows', () => {
  const path = makePath()
  const old = open(path, [TABLE])
  old.run('INSERT INTO thing (name) VALUES (?)', ['kept'])
  old.close()
  const database = open(path, [TABLE, COLUMN])
  expect(database.version()).toBe(2)
  expect(database.all('SELECT name, colour FROM thing')).toEqual([{ name: 'kept', colour: 'red' }])
})

it('keeps nothing of a step that fails, so that it can be applied later', () => {
  const path = makePath()
  const broken: Migration = {
    id: 2,
    sql: 'CREATE TABLE other (id INTEGER) STRICT; INSERT INTO nowhere VALUES (1)',
  }
  expect(() => new Database(path, { migrations: [TABLE, broken], synchronous: 'NORMAL' })).toThrow(/nowhere/)
  const database = open(path, [TABLE])
  expect(database.version()).toBe(1)
  expect(database.get("SELECT name FROM sqlite_master WHERE name = 'other'")).toBeUndefined()
})

it('refuses a file of a newer build and says which schema it has', () => {
  const path = makePath()
  open(path, [TABLE, COLUMN]).close()
  expect(() => open(path, [TABLE])).toThrow(
    expect.objectContaining({
      code: 'not_ready',
      message: matching(/schema 2, this build knows 1.*install the newer/),
    }),
  )
})

it('refuses a file that is no database and names it', () => {
  const path = makePath()
  mkdirSync(dirname(path))
  writeFileSync(path, 'this is a letter to my aunt, not a database\n'.repeat(200))
  expect(() => new Database(path, { migrations: [TABLE], synchronous: 'FULL' })).toThrow(
    expect.objectContaining({ code: 'not_ready', message: matching(/file\.db cannot be opened: ./) }),
  )
})

it('binds positional parameters in order and numbered ones by their number, however often they occur', () => {
  const database = open(makePath(), [TABLE])
  expect(database.get('SELECT ? AS a, ? AS b', [1, 'two'])).toEqual({ a: 1, b: 'two' })
  expect(database.get('SELECT ?2 AS a, ?1 AS b, ?2 AS c', ['one', 'two'])).toEqual({
    a: 'two',
    b: 'one',
    c: 'two',
  })
})

it('carries blobs, nulls and large integers unchanged', () => {
  const database = open(makePath(), [TABLE])
  const row = database.get<{ a: Uint8Array; b: null; c: number }>('SELECT ? AS a, ? AS b, ? AS c', [
    Uint8Array.of(0, 255, 7),
    null,
    Number.MAX_SAFE_INTEGER,
  ])
  expect([...row!.a]).toEqual([0, 255, 7])
  expect(row).toMatchObject({ b: null, c: Number.MAX_SAFE_INTEGER })
})

it('rolls a transaction back as a whole when a transaction inside it fails', () => {
  const database = open(makePath(), [TABLE])
  const insert = (name: string): number => database.run('INSERT INTO thing (name) VALUES (?)', [name])
  expect(() =>
    database.transaction(() => {
      insert('outer')
      database.transaction(() => {
        insert('inner')
        throw new Error('stop')
      })
    }),
  ).toThrow('stop')
  expect(database.all('SELECT * FROM thing')).toEqual([])
  expect(database.transaction(() => database.transaction(() => insert('kept')))).toBe(1)
  expect(database.all('SELECT name FROM thing')).toEqual([{ name: 'kept' }])
})

it('tells a violated UNIQUE from other failures', () => {
  const database = open(makePath(), [TABLE])
  const insert = (): number => database.run('INSERT INTO thing (name) VALUES (?)', ['same'])
  insert()
  const caught = (work: () => unknown): unknown => {
    try {
      return work()
    } catch (error) {
      return error
    }
  }
  expect(isUniqueViolation(caught(insert))).toBe(true)
  expect(isUniqueViolation(caught(() => database.run("INSERT INTO thing (id) VALUES ('text')")))).toBe(false)
})

it('enforces foreign keys', () => {
  const child: Migration = {
    id: 2,
    sql: 'CREATE TABLE part (thing INTEGER NOT NULL REFERENCES thing(id)) STRICT',
  }
  const database = open(makePath(), [TABLE, child])
  expect(() => database.run('INSERT INTO part VALUES (7)')).toThrow(/FOREIGN KEY/)
})

it('copies itself while it stays in use', async () => {
  const path = makePath()
  const database = open(path, [TABLE])
  database.run('INSERT INTO thing (name) VALUES (?)', ['copied'])
  await database.backup(`${path}.copy`)
  database.run('INSERT INTO thing (name) VALUES (?)', ['later'])
  expect(open(`${path}.copy`, [TABLE]).all('SELECT name FROM thing')).toEqual([{ name: 'copied' }])
})

it('leaves one file behind when it is closed', () => {
  const path = makePath()
  const database = new Database(path, { migrations: [TABLE], synchronous: 'NORMAL' })
  database.run('INSERT INTO thing (name) VALUES (?)', ['a'])
  expect(existsSync(`${path}-wal`)).toBe(true)
  database.close()
  expect(existsSync(`${path}-wal`)).toBe(false)
})

it('lets a reader see what was committed and write nothing', () => {
  const path = makePath()
  const writer = open(path, [TABLE])
  const reader = open(path, [TABLE], { readonly: true })
  writer.run('INSERT INTO thing (name) VALUES (?)', ['seen'])
  expect(reader.all('SELECT name FROM thing')).toEqual([{ name: 'seen' }])
  expect(() => reader.run('DELETE FROM thing')).toThrow(/readonly/)
})
