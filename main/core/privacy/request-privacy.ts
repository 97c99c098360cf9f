import type { JsonObject } from '../json'

/** What one request asks for over what its deployment says; undefined leaves that as it is. */
export type PrivacyOverride = {
  readonly policyId?: string | undefined
  readonly anonymizeLogs?: boolean | undefined
  readonly anonymizeResponse?: boolean | undefined
}

/** Keeps personal data out of records and texts. */
export type Cleaner = {
  readonly records: (records: readonly JsonObject[]) => Promise<JsonObject[]>
  readonly text: (text: string) => string
  readonly columnName: (name: string) => string
}

/** How one request treats personal data; null where values are kept as they are. */
export type RequestPrivacy = { readonly log: Cleaner | null; readonly response: Cleaner | null }
