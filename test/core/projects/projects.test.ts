import { beforeEach, expect, it } from 'vitest'
import { Events } from '../../../main/core/events'
import { WORKSTATION_MIGRATIONS } from '../../../main/core/migrations'
import { Projects } from '../../../main/core/projects/projects'
import { Database } from '../../../main/store/database'
import { makeFolder, refusalOf } from '../workspace'

let projects: Projects
const list = (search: string, limit = 50, offset = 0): string[] =>
  projects.list({ search, limit, offset }).items.map((project) => project.name)

beforeEach(() => {
  const database = new Database(`${makeFolder()}/workstation.db`, {
    migrations: WORKSTATION_MIGRATIONS,
    synchronous: 'NORMAL',
  })
  projects = new Projects(database, new Events(() => undefined))
  return () => database.close()
})

it('keeps a project with what belongs to it counted', () => {
  const project = projects.create({ name: 'Churn', description: 'who leaves' })
  expect(projects.get(project.id)).toEqual(project)
  expect(project).toMatchObject({
    name: 'Churn',
    description: 'who leaves',
    modelCount: 0,
    deploymentCount: 0,
  })
})

it('refuses a name that is taken, in whatever case, and says what to do', async () => {
  projects.create({ name: 'Churn', description: '' })
  expect(await refusalOf(() => projects.create({ name: 'CHURN', description: '' }))).toEqual({
    code: 'conflict',
    message: 'there is a project named "CHURN" already; choose another name',
  })
})

it('refuses an unknown project', async () => {
  expect(await refusalOf(() => projects.get('nobody'))).toEqual({
    code: 'not_found',
    message: 'no project with id nobody',
  })
})

it('lists in the order of making, searches inside names, and takes no wildcard', () => {
  for (const name of ['Alpha', 'Beta', 'alphabet', '100 %'])
    projects.create({ name, description: '' }, `id ${name}`)
  expect(list('ALPHA').toSorted()).toEqual(['Alpha', 'alphabet'])
  expect(list('%')).toEqual(['100 %'])
  expect(list('_')).toEqual([])
  expect([...list('', 2), ...list('', 2, 2)].toSorted()).toEqual(list('').toSorted())
  expect(projects.list({ search: '', limit: 1, offset: 9 })).toMatchObject({ items: [], total: 4 })
})

it('falls back to the oldest project and makes one when there is none', () => {
  const first = projects.fallback()
  expect(first.name).toBe('Default')
  projects.create({ name: 'Another', description: '' })
  expect(projects.fallback().id).toBe(first.id)
})
