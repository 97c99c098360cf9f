import { WorkstationError } from '../../errors'
import type { Database } from '../../store/database'
import type { Deployment, DeploymentPrivacy } from '../deployments/deployment'
import type { Deployments } from '../deployments/deployments'
import type { Events } from '../events'
import type { JsonObject, JsonValue } from '../json'
import type { Projects } from '../projects/projects'
import type { WorkspaceFacts } from '../workspace-facts'
import { decryptValue, REVERSIBLE } from './actions/ciphers'
import { Anonymizer } from './anonymizer'
import type { RuleTable } from './anonymizer'
import { detectInRecords, detectInText } from './detect'
import type { Detection } from './detect'
import type { PiiType } from './pii-type'
import { isPiiType, PII_KINDS, PII_TYPES } from './pii-type'
import { Policies } from './policies'
import type { Policy, Profile } from './policy'
import { ACTIONS, PROFILES } from './policy'
import { PROFILE_RULES, PROFILE_SETTINGS } from './profiles'
import type { PrivacyOverride, RequestPrivacy } from './request-privacy'
import { TokenRows } from './token-rows'
import { TokenVault } from './token-vault'
import { WorkspaceSecret } from './workspace-secret'

export type PrivacyOptions = {
  readonly database: Database
  readonly dataDirectory: string
  readonly facts: WorkspaceFacts
  readonly events: Events
  readonly projects: Projects
  readonly deployments: Deployments
}

/** How values are to be looked at: by a policy, by what the caller knows of the columns, from which confidence on. */
export type Reading = {
  readonly policyId?: string | undefined
  readonly columnMap?: Readonly<Record<string, PiiType>> | undefined
  readonly threshold?: number | undefined
}

const STANDARD_THRESHOLD = PROFILE_SETTINGS.custom.confidenceThreshold
const MOST_ANONYMIZERS = 200
const UNCHANGED: RequestPrivacy = { log: null, response: null }

/** Keeps personal data where it belongs: finds it, and applies policies to records, logs and answers. */
export class Privacy {
  readonly policies: Policies
  private readonly secret: WorkspaceSecret
  private readonly vault: TokenVault
  /** By policy, column map and threshold; emptied by every change of a policy. */
  private readonly anonymizers = new Map<string, Anonymizer>()

  constructor(options: PrivacyOptions) {
    const { database, events, projects, deployments } = options
    this.policies = new Policies({ database, events, projects })
    this.secret = new WorkspaceSecret(options.dataDirectory, options.facts)
    this.vault = new TokenVault(new TokenRows(database), () => this.secret.keys())
    deployments.checkPrivacy((projectId, privacy) => this.checkAttachment(projectId, privacy))
    events.subscribe((event) => {
      if (event.type === 'privacy.changed') this.anonymizers.clear()
    })
  }

  /**
   * Whether a deployment of a project may be given these settings.
   * @throws WorkstationError not_found for an unknown policy, mismatch for another project's, invalid for a column
   * that is mapped to no known kind.
   */
  private checkAttachment(projectId: string, privacy: DeploymentPrivacy): void {
    if (privacy.policyId !== null) this.policyOf(privacy.policyId, projectId)
    const unknown = Object.entries(privacy.columnMap).filter(([, type]) => !isPiiType(type))
    if (unknown.length === 0) return
    const problems = unknown.map(([column, type]) => ({
      field: `privacy_column_map.${column}`,
      message: `"${type}" is no kind of personal data; expected one of ${PII_TYPES.join(', ')}`,
    }))
    throw new WorkstationError(
      'invalid',
      problems.map(({ field, message }) => `${field}: ${message}`).join('; '),
      { problems },
    )
  }

  private policyOf(id: string, projectId: string): Policy {
    const policy = this.policies.get(id)
    if (policy.projectId === projectId) return policy
    throw new WorkstationError(
      'mismatch',
      `privacy_policy_id: "${policy.name}" belongs to another project; make a policy in this one`,
    )
  }

  /**
   * How a request to a deployment treats personal data; what the request says goes before what the deployment says.
   * @throws WorkstationError not_found, mismatch for a policy that the request names.
   */
  forRequest(deployment: Deployment, override: PrivacyOverride): RequestPrivacy {
    const { privacy } = deployment
    const named = override.policyId
    // A policy that comes with the request alone is meant to be applied to something.
    const isNamedAlone = named !== undefined && privacy.policyId === null
    const cleansLog = override.anonymizeLogs ?? (privacy.anonymizeLogs || isNamedAlone)
    const cleansResponse = override.anonymizeResponse ?? privacy.anonymizeResponse
    if (named !== undefined) this.policyOf(named, deployment.projectId)
    if (!cleansLog && !cleansResponse) return UNCHANGED
    const cleaner = this.anonymizer(named ?? privacy.policyId, privacy.columnMap, privacy.threshold)
    return { log: cleansLog ? cleaner : null, response: cleansResponse ? cleaner : null }
  }

  private anonymizer(
    policyId: string | null,
    columnMap: Readonly<Record<string, string>>,
    threshold: number | null,
  ): Anonymizer {
    const key = JSON.stringify([policyId, threshold, columnMap])
    const known = this.anonymizers.get(key)
    if (known !== undefined) return known
    const policy = policyId === null ? undefined : this.policies.getAttached(policyId)
    const anonymizer = new Anonymizer({
      threshold: threshold ?? policy?.settings.confidenceThreshold ?? STANDARD_THRESHOLD,
      columnMap: toColumnMap(columnMap),
      isAutomatic: policy?.settings.autoDetect ?? true,
      rules: policy === undefined ? new Map() : this.tableOf(policy.id),
      tools: {
        keys: () => this.secret.keys(),
        remember: (token, value, type) => this.vault.remember(token, value, type),
      },
      settle: () => this.vault.flush(),
    })
    if (this.anonymizers.size >= MOST_ANONYMIZERS) this.anonymizers.clear()
    this.anonymizers.set(key, anonymizer)
    return anonymizer
  }

  private tableOf(policyId: string): RuleTable {
    return new Map(
      this.policies
        .rules(policyId)
        .map(({ piiType, action, config, isEnabled }) => [piiType, isEnabled ? { action, config } : null]),
    )
  }

  /** Personal data in records, by place; nothing is kept. @throws WorkstationError not_found */
  detect(records: readonly JsonObject[], reading: Reading): Promise<Detection> {
    return detectInRecords(records, this.settingsOf(reading))
  }

  /** Personal data in a text; nothing is kept. @throws WorkstationError not_found */
  detectText(text: string, reading: Reading): Detection {
    return detectInText(text, this.settingsOf(reading))
  }

  private settingsOf({ policyId, columnMap = {}, threshold }: Reading) {
    const policy = policyId === undefined ? undefined : this.policies.get(policyId)
    return {
      threshold: threshold ?? policy?.settings.confidenceThreshold ?? STANDARD_THRESHOLD,
      columnMap: toColumnMap(columnMap),
      isAutomatic: policy?.settings.autoDetect ?? true,
    }
  }

  /** Records as a policy leaves them. @throws WorkstationError not_found */
  transform(
    policyId: string,
    records: readonly JsonObject[],
    reading: Omit<Reading, 'policyId'> = {},
  ): Promise<JsonObject[]> {
    const policy = this.policies.get(policyId)
    return this.anonymizer(policy.id, reading.columnMap ?? {}, reading.threshold ?? null).records(records)
  }

  /**
   * Puts the values back behind tokens and encrypted values of this workspace, wherever they stand; what is neither,
   * or belongs to another workspace, stays as it is.
   */
  reveal(value: JsonValue): JsonValue {
    if (typeof value === 'string') return this.revealText(value)
    if (value === null || typeof value !== 'object') return value
    if (isList(value)) return value.map((element) => this.reveal(element))
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, this.reveal(inner)]))
  }

  private revealText(text: string): JsonValue {
    const whole = this.open(text)
    if (whole !== undefined) return JSON.parse(whole) as JsonValue
    return text.replace(REVERSIBLE, (sealed) => {
      const opened = this.open(sealed)
      return opened === undefined ? sealed : String(JSON.parse(opened))
    })
  }

  /** The JSON behind a token or an encrypted value. */
  private open(text: string): string | undefined {
    if (text.startsWith('tok_')) return this.vault.find(text)
    return text.startsWith('enc:') ? decryptValue(text, this.secret.keys().encryption) : undefined
  }

  /** Words that a person chooses from: kinds of personal data, actions, and profiles with what they begin with. */
  vocabulary(): PrivacyVocabulary {
    return {
      types: PII_TYPES.map((type) => ({ type, ...PII_KINDS[type] })),
      actions: ACTIONS,
      profiles: PROFILES.map((profile) => ({
        profile,
        settings: PROFILE_SETTINGS[profile],
        rules: PROFILE_RULES[profile],
      })),
    }
  }
}

export type PrivacyVocabulary = {
  readonly types: readonly {
    readonly type: PiiType
    readonly label: string
    readonly group: string
    readonly within?: string
  }[]
  readonly actions: typeof ACTIONS
  readonly profiles: readonly {
    readonly profile: Profile
    readonly settings: (typeof PROFILE_SETTINGS)[Profile]
    readonly rules: (typeof PROFILE_RULES)[Profile]
  }[]
}

const isList = (value: readonly JsonValue[] | JsonObject): value is readonly JsonValue[] =>
  Array.isArray(value)

function toColumnMap(map: Readonly<Record<string, string>>): ReadonlyMap<string, PiiType> {
  return new Map(Object.entries(map).flatMap(([column, type]) => (isPiiType(type) ? [[column, type]] : [])))
}
