import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { PREDICTION_MIGRATIONS, WORKSTATION_MIGRATIONS } from '../../main/core/migrations'
import { Database } from '../../main/store/database'

it.each([
  ['workstation.db', WORKSTATION_MIGRATIONS],
  ['predictions.db', PREDICTION_MIGRATIONS],
])(
  'numbers the steps of %s without a gap, so that none is passed over by a file between two',
  (_, migrations) => {
    expect(migrations.map(({ id }) => id)).toEqual(migrations.map((_step, index) => index + 1))
  },
)

it('keeps versions, what belongs to them and their files when training data become optional', () => {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-migration-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const path = join(folder, 'workstation.db')
  const open = (newest: number): Database =>
    new Database(path, {
      migrations: WORKSTATION_MIGRATIONS.filter(({ id }) => id <= newest),
      synchronous: 'NORMAL',
    })
  const old = open(7)
  old.run("INSERT INTO project VALUES ('p', 'P', '', 0)")
  for (const file of ['model', 'data']) old.run('INSERT INTO artifact VALUES (?, 1, 0)', [file])
  old.run("INSERT INTO model VALUES ('m', 'p', 'M', '', '', 0, 0)")
  old.run(
    `INSERT INTO model_version (id, model_id, number, task, original_file, original_file_name, original_bytes,
       served_file, training_file, training_file_name, signature, graph, changes, self_test, profile, examples, created_at)
     VALUES ('v', 'm', 1, 'regression', 'model', 'm.onnx', 1, 'model', 'data', 'd.csv', '{}', '{}', '[]', '{}', '{"a":1}', '[]', 0)`,
  )
  old.run("INSERT INTO model_version_quality (version_id, reference) VALUES ('v', '{}')")
  old.close()
  const database = open(8)
  expect(database.get('SELECT * FROM model_version')).toMatchObject({
    training_file: 'data',
    training_file_name: 'd.csv',
    profile: '{"a":1}',
    conversion: null,
    verification: null,
  })
  expect(database.all('SELECT version_id FROM model_version_quality')).toEqual([{ version_id: 'v' }])
  expect(() => database.run("DELETE FROM artifact WHERE sha256 = 'data'")).toThrow(/FOREIGN KEY/)
  database.run('UPDATE model_version SET training_file = NULL, training_file_name = NULL, profile = NULL')
  database.run("DELETE FROM artifact WHERE sha256 = 'data'")
  database.close()
})
