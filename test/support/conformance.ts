/** Holds every answer of the local API against its own OpenAPI schema, whichever test asked for it. */
import { expect } from 'vitest'
import { DIALECTS } from '../../main/http/dialects'
import type { Dialect, Route } from '../../main/http/dialect'

type Documented = { readonly dialect: Dialect; readonly route: Route; readonly pattern: RegExp }

const ROUTES: readonly Documented[] = DIALECTS.flatMap((dialect) =>
  dialect.routes.map((route) => ({
    dialect,
    route,
    pattern: new RegExp(`^${route.path.replaceAll(/:\w+/g, '[^/]+')}$`),
  })),
)

/** Fails when the answer has an undocumented status, or a body that its schema does not allow or does not name. */
export function expectConformance(
  request: { readonly method: string; readonly path: string },
  answer: { readonly status: number; readonly body: unknown },
): void {
  const path = request.path.split('?')[0] ?? ''
  const found = ROUTES.find(
    ({ route, pattern }) => route.method.toUpperCase() === request.method && pattern.test(path),
  )
  if (found === undefined) return
  const { dialect, route } = found
  const { replies } = dialect.documentation[`${request.method} ${route.path}`]!
  const schema = answer.status < 400 ? replies[answer.status] : dialect.errorSchema
  const where = `${request.method} ${route.path} answering ${answer.status}`
  if (schema === undefined) throw new Error(`${where}: this status is not documented`)
  expect(schema.safeParse(answer.body).error?.issues ?? [], where).toEqual([])
  expect(schema.parse(answer.body), `${where}: every field is documented`).toEqual(answer.body)
}
