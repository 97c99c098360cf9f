import type { Request, Response } from 'express'
import type * as z from 'zod'
import type { Scope } from '../core/access/access'
import type { Caller } from '../core/access/access'
import type { Core } from '../core/core'
import type { ExportedFile } from '../core/predictions/log-export'
import type { Settings } from '../settings'

export type CallContext = {
  readonly core: Core
  readonly settings: Settings
  readonly caller: Caller
  readonly request: Request
  /** A signal that aborts when the client goes away before it was answered; made when it is asked for. */
  readonly signal: () => AbortSignal
}

/** What a handler answers; the body is sent as compact JSON, and an undefined one is empty. */
export type Reply = { readonly status: number; readonly body: unknown }

/** A handler's answer that is streamed from a file. */
export type FileReply = { readonly status: 200; readonly file: ExportedFile }

export type Route = {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete'
  /** Express path with the dialect's own parameter names. */
  readonly path: string
  readonly scope: Scope
  /** Reads the text of a plain JSON body where a dialect's callers send what is almost JSON. */
  readonly parseText?: (text: string) => unknown
  readonly handle: (context: CallContext) => Promise<Reply | FileReply> | Reply | FileReply
}

/** What a call is for, takes and answers; the schemas are the very ones it is parsed and translated by. */
export type RouteDocumentation = {
  readonly summary: string
  readonly query?: z.ZodObject<Record<string, z.ZodType>>
  readonly body?: z.ZodType
  readonly form?: {
    readonly fields: z.ZodObject
    readonly files: readonly string[]
    readonly optionalFiles?: readonly string[]
  }
  /** Schema of the body per successful status. */
  readonly replies: Readonly<Record<number, z.ZodType>>
  /** Content types of a file that the call answers with, instead of a body. */
  readonly files?: readonly string[]
  /** Further statuses of a refusal, besides those that follow from the call itself. */
  readonly refusals?: readonly number[]
}

/** One foreign API: its paths, and how it words an error. */
export type Dialect = {
  readonly name: string
  /** Its name for people. */
  readonly title: string
  /** The first segments of its paths; an unknown path below one of them is answered in this dialect. */
  readonly bases: readonly string[]
  readonly routes: readonly Route[]
  /** What each route is for, by method and path. */
  readonly documentation: Readonly<Record<string, RouteDocumentation>>
  readonly errorSchema: z.ZodType
  /** Whether its callers may send JSON without saying so. */
  readonly readsUntypedJson?: boolean
  readonly toError: (error: unknown) => Reply
  /** Headers of every refusal for want of a key. */
  readonly challenge: string
}

/** A path parameter, which Express has decoded once. */
export function pathParameter(request: Request, name: string): string {
  const value = request.params[name]
  return typeof value === 'string' ? value : ''
}

/** Sends a reply as compact JSON. */
export function send(response: Response, reply: Reply): void {
  if (reply.body === undefined) {
    response.writeHead(reply.status, { 'Content-Length': 0 }).end()
    return
  }
  const body = JSON.stringify(reply.body)
  response.writeHead(reply.status, {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
  })
  response.end(body)
}
