import * as z from 'zod'

/** A namespace for models and deployments. */
export type Project = {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly modelCount: number
  readonly deploymentCount: number
  readonly createdAt: number
}

export const newProjectSchema = z.object({
  name: z.string().trim().min(1, 'give the project a name').max(100),
  description: z.string().max(2000).default(''),
})

export type NewProject = z.output<typeof newProjectSchema>

export const projectQuerySchema = z.object({
  search: z.string().max(200).default(''),
  limit: z.number().int().min(1).max(500).default(50),
  offset: z.number().int().min(0).default(0),
})

export type ProjectQuery = z.output<typeof projectQuerySchema>
