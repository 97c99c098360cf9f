/** What the interface shows about the workstation it talks to. */
export type WorkspaceInformation = {
  readonly version: string
  readonly dataDirectory: string
  /** Address of the local API, e.g. http://127.0.0.1:8888. */
  readonly url: string
  readonly hasSample: boolean
  readonly platform: string
  readonly limits: { readonly maxModelBytes: number; readonly maxDataBytes: number }
  /** The key that was made on this first start, in clear, until it is dismissed or the process ends; otherwise null. */
  readonly firstKey: string | null
}
