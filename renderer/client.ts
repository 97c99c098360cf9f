import { createORPCClient, ORPCError } from '@orpc/client'
import { RPCLink as FetchLink } from '@orpc/client/fetch'
import { RPCLink as PortLink } from '@orpc/client/message-port'
import type { InferRouterOutputs, RouterClient } from '@orpc/server'
import type { Problem } from '../main/errors'
import type { Router } from '../main/ipc/router'

/** What the desktop window's preload script exposes; absent in a browser. */
type DesktopBridge = {
  readonly postMessage: (data: unknown) => void
  readonly onMessage: (listener: (data: unknown) => void) => void
}

declare global {
  interface Window {
    readonly plumbline?: DesktopBridge
  }
}

export type Client = RouterClient<Router>
/** What each verb of the workstation answers, by its path. */
export type Answers = InferRouterOutputs<Router>

function createLink(): FetchLink<Record<never, never>> | PortLink<Record<never, never>> {
  const bridge = window.plumbline
  if (bridge === undefined) {
    return new FetchLink({
      url: () => `${location.origin}/ui/rpc`,
      fetch: (request, init) => fetch(request, { ...init, credentials: 'same-origin' }),
    })
  }
  return new PortLink({
    port: {
      postMessage: (data: unknown) => bridge.postMessage(data),
      onMessage: { addListener: (listener) => bridge.onMessage(listener) },
      // The bridge lives as long as the page: a closed window takes both ends with it.
      onDisconnect: { addListener: () => undefined },
    },
  })
}

/** The workstation's verbs: over the desktop bridge in the window, over HTTP in a browser. */
export const client: Client = createORPCClient(createLink())

/** What went wrong with a call, ready to be shown: `message` is written for the person at the screen. */
export type Fault = {
  readonly code: string
  readonly message: string
  readonly problems: readonly Problem[]
}

/** Reads anything that a call threw. Code `OFFLINE` means that no answer came at all. */
export function readFault(error: unknown): Fault {
  if (error instanceof ORPCError) {
    if (error.status === 401) {
      return { code: 'UNAUTHORIZED', message: 'This browser is not signed in.', problems: [] }
    }
    const code = String(error.code)
    const { message } = error
    const problems = readProblems(error.data)
    const [first] = problems
    return {
      code,
      message: code === 'BAD_REQUEST' && first !== undefined ? first.message : message,
      problems,
    }
  }
  if (error instanceof TypeError) {
    return { code: 'OFFLINE', message: 'The workstation does not answer. Is it still running?', problems: [] }
  }
  return {
    code: 'UNKNOWN',
    message: error instanceof Error ? error.message : String(error),
    problems: [],
  }
}

/** What the workstation sent along with a refusal for this interface to show; null for most. */
export function readDetail(error: unknown): object | null {
  const data: unknown = error instanceof ORPCError ? error.data : null
  if (typeof data !== 'object' || data === null || !('detail' in data)) return null
  return typeof data.detail === 'object' ? data.detail : null
}

/** True when a call ended because its caller stopped it. */
export function isAborted(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError'
}

function readProblems(data: unknown): readonly Problem[] {
  if (typeof data !== 'object' || data === null) return []
  if ('problems' in data && Array.isArray(data.problems)) return data.problems.filter(isProblem)
  // A call whose input does not fit the verb's schema answers with the schema's own issues.
  if (!('issues' in data) || !Array.isArray(data.issues)) return []
  return data.issues.flatMap((issue: unknown) => {
    if (typeof issue !== 'object' || issue === null || !('message' in issue)) return []
    const path = 'path' in issue && Array.isArray(issue.path) ? issue.path.map(String).join('.') : ''
    return [{ field: path, message: String(issue.message) }]
  })
}

function isProblem(value: unknown): value is Problem {
  return typeof value === 'object' && value !== null && 'field' in value && 'message' in value
}
