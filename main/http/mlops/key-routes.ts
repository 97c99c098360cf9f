import * as z from 'zod'
import type { ApiKey } from '../../core/access/access'
import { SCOPES } from '../../core/access/access'
import type { Route, RouteDocumentation } from '../dialect'
import { pathParameter } from '../dialect'
import { parseBody } from '../parse'
import { okReply } from './replies'
import { toTime } from './translate'

const KEYS = '/api/auth/api-keys'
const KEY = `${KEYS}/:key_id`

const createKeyBody = z.object({
  name: z.string('expected a name for the key').trim().min(1, 'expected a name for the key').max(100),
  scopes: z
    .array(z.enum(SCOPES, `expected ${SCOPES.join(', ')}`), 'expected a list of scopes')
    .min(1, 'expected at least one scope')
    .default(['read', 'write', 'predict']),
})

const key = z.object({
  id: z.string(),
  name: z.string(),
  prefix: z.string(),
  scopes: z.array(z.enum(SCOPES)),
  created_at: z.string(),
  last_used_at: z.string().nullable(),
})

const toKey = (stored: ApiKey): z.input<typeof key> => ({
  id: stored.id,
  name: stored.name,
  prefix: stored.prefix,
  scopes: [...stored.scopes],
  created_at: toTime(stored.createdAt),
  last_used_at: stored.lastUsedAt === null ? null : toTime(stored.lastUsedAt),
})

/** API keys with their scopes; only a key with the scope admin may make or revoke others. */
export const keyRoutes: readonly Route[] = [
  {
    method: 'get',
    path: KEYS,
    scope: 'admin',
    handle: ({ core }) => ({ status: 200, body: { items: core.keys.listKeys().map(toKey) } }),
  },
  {
    method: 'post',
    path: KEYS,
    scope: 'admin',
    handle: ({ core, request }) => {
      const created = core.keys.createKey(parseBody(createKeyBody, request))
      return { status: 201, body: { id: created.key.id, api_key: created.secret, key: toKey(created.key) } }
    },
  },
  {
    method: 'delete',
    path: KEY,
    scope: 'admin',
    handle: ({ core, request }) => {
      core.keys.revokeKey(pathParameter(request, 'key_id'))
      return { status: 200, body: { ok: true } }
    },
  },
]

export const keyDocumentation: Readonly<Record<string, RouteDocumentation>> = {
  [`GET ${KEYS}`]: {
    summary: 'List API keys; their secrets are not kept',
    replies: { 200: z.object({ items: z.array(key) }) },
  },
  [`POST ${KEYS}`]: {
    summary: 'Make an API key; its secret is in this answer and nowhere else',
    body: createKeyBody,
    replies: { 201: z.object({ id: z.string(), api_key: z.string(), key }) },
  },
  [`DELETE ${KEY}`]: { summary: 'Revoke an API key; it is refused from then on', replies: { 200: okReply } },
}
