import * as z from 'zod'

export const SCOPES = ['read', 'write', 'predict', 'admin'] as const
export type Scope = (typeof SCOPES)[number]

/** A stored API key. The key itself is shown once, when it is made; only its hash is kept. */
export type ApiKey = {
  readonly id: string
  readonly name: string
  /** The first characters, enough to recognise the key. */
  readonly prefix: string
  readonly scopes: readonly Scope[]
  readonly createdAt: number
  readonly lastUsedAt: number | null
}

/** Who makes a call: the owner at this computer, or a script with a key. */
export type Caller = { readonly name: string; readonly scopes: readonly Scope[] }

export const OWNER: Caller = { name: 'owner', scopes: SCOPES }

export const newKeySchema = z.object({
  name: z.string().trim().min(1, 'give the key a name').max(100),
  scopes: z.array(z.enum(SCOPES)).min(1, 'choose at least one scope').default(['read', 'write', 'predict']),
})

export type NewKey = z.output<typeof newKeySchema>
