import type { Request, RequestHandler } from 'express'
import type { Caller, Scope } from '../core/access/access'
import { OWNER } from '../core/access/access'
import type { Keys } from '../core/access/keys'
import { WorkstationError } from '../errors'

/** Names under which this server may be addressed; everything else is a rebound or mistaken host. */
const OWN_HOSTS = ['127.0.0.1', 'localhost', '[::1]']

/**
 * Refuses, on every route, what a page of another origin could send to a server on this computer: a foreign Host
 * (DNS rebinding) gets 421, a foreign Origin gets 403. No route is exempt.
 * @param port the port the server listens on; known once it does
 */
export function guardOrigin(port: () => number): RequestHandler {
  let allowedFor = -1
  let hosts = new Set<string>()
  let origins = new Set<string>()
  return (request, response, next) => {
    if (allowedFor !== port()) {
      allowedFor = port()
      hosts = new Set(OWN_HOSTS.map((host) => `${host}:${allowedFor}`))
      origins = new Set([...hosts].map((host) => `http://${host}`))
    }
    const host = request.headers.host?.toLowerCase() ?? ''
    if (!hosts.has(host)) {
      response
        .status(421)
        .json({ detail: `this server answers to ${[...hosts].join(', ')} only, not to "${host}"` })
      return
    }
    const { origin } = request.headers
    if (origin !== undefined && !origins.has(origin.toLowerCase())) {
      response.status(403).json({ detail: 'requests from pages of another origin are refused' })
      return
    }
    next()
  }
}

/**
 * Who sent a request, by its bearer key.
 * @throws WorkstationError unauthorized, saying what was missing.
 */
export function authenticate(request: Request, keys: Keys, trustLocal: boolean): Caller {
  const { authorization, origin } = request.headers
  if (authorization === undefined) {
    if (trustLocal && origin === undefined) return OWNER
    throw new WorkstationError('unauthorized', 'send an API key: Authorization: Bearer <key>')
  }
  const [scheme, secret] = authorization.split(' ', 2)
  if (scheme?.toLowerCase() !== 'bearer' || secret === undefined || secret === '') {
    throw new WorkstationError('unauthorized', 'the Authorization header must read: Bearer <key>')
  }
  return keys.authenticate(secret)
}

/** @throws WorkstationError forbidden when the caller's key lacks the scope. */
export function requireScope(caller: Caller, scope: Scope): void {
  if (caller.scopes.includes(scope)) return
  throw new WorkstationError(
    'forbidden',
    `this API key has the scopes ${caller.scopes.join(', ')}; the call needs "${scope}"`,
  )
}
