import { WorkstationError } from '../../errors'
import type { Database } from '../../store/database'
import { isUniqueViolation } from '../../store/database'
import type { Events } from '../events'
import { newId } from '../identifiers'
import type { Page } from '../page'
import type { NewProject, Project, ProjectQuery } from './project'
import { ProjectRows } from './project-rows'

/** Namespaces of models and deployments. */
export class Projects {
  private readonly rows: ProjectRows
  private readonly events: Events

  constructor(database: Database, events: Events) {
    this.rows = new ProjectRows(database)
    this.events = events
  }

  /** @throws WorkstationError not_found */
  get(id: string): Project {
    const project = this.rows.find(id)
    if (project === undefined) throw new WorkstationError('not_found', `no project with id ${id}`)
    return project
  }

  list(query: ProjectQuery): Page<Project> {
    return { ...this.rows.list(query), limit: query.limit, offset: query.offset }
  }

  /** @throws WorkstationError conflict when the name is taken. */
  create(input: NewProject, id = newId()): Project {
    try {
      this.rows.insert({ id, name: input.name, description: input.description, createdAt: Date.now() })
    } catch (error) {
      if (!isUniqueViolation(error)) throw error
      throw new WorkstationError(
        'conflict',
        `there is a project named "${input.name}" already; choose another name`,
      )
    }
    this.events.emit({ type: 'project.changed', projectId: id })
    return this.get(id)
  }

  /** The project of this name, made if there is none. */
  named(name: string, description: string): Project {
    const { items } = this.rows.list({ search: name, limit: 500, offset: 0 })
    return (
      items.find((project) => project.name.toLowerCase() === name.toLowerCase()) ??
      this.create({ name, description })
    )
  }

  /** The project to use when a caller names none: the oldest one, made if there is none yet. */
  fallback(): Project {
    const [first] = this.rows.list({ search: '', limit: 1, offset: 0 }).items
    return first ?? this.create({ name: 'Default', description: '' })
  }
}
