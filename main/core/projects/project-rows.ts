import type { Database } from '../../store/database'
import type { Project, ProjectQuery } from './project'

type Row = {
  id: string
  name: string
  description: string
  model_count: number
  deployment_count: number
  created_at: number
}

const SELECT = `SELECT project.id, project.name, project.description, project.created_at,
  (SELECT count(*) FROM model WHERE model.project_id = project.id) AS model_count,
  (SELECT count(*) FROM deployment WHERE deployment.project_id = project.id) AS deployment_count FROM project`

const toProject = (row: Row): Project => ({
  id: row.id,
  name: row.name,
  description: row.description,
  modelCount: row.model_count,
  deploymentCount: row.deployment_count,
  createdAt: row.created_at,
})

/** All SQL about projects. */
export class ProjectRows {
  private readonly database: Database

  constructor(database: Database) {
    this.database = database
  }

  find(id: string): Project | undefined {
    const row = this.database.get<Row>(`${SELECT} WHERE project.id = ?`, [id])
    return row === undefined ? undefined : toProject(row)
  }

  list(query: ProjectQuery): { items: Project[]; total: number } {
    const search = query.search.toLowerCase()
    const rows = this.database.all<Row>(
      `${SELECT} WHERE instr(lower(project.name), ?) > 0 ORDER BY project.rowid LIMIT ? OFFSET ?`,
      [search, query.limit, query.offset],
    )
    const count = this.database.get<{ total: number }>(
      'SELECT count(*) AS total FROM project WHERE instr(lower(name), ?) > 0',
      [search],
    )
    return { items: rows.map(toProject), total: count?.total ?? 0 }
  }

  insert(project: Pick<Project, 'id' | 'name' | 'description' | 'createdAt'>): void {
    this.database.run('INSERT INTO project (id, name, description, created_at) VALUES (?, ?, ?, ?)', [
      project.id,
      project.name,
      project.description,
      project.createdAt,
    ])
  }
}
