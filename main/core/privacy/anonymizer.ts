import type { JsonObject, JsonValue } from '../json'
import { applyRule, DROP } from './actions/apply-rule'
import type { ActionTools, AppliedRule } from './actions/apply-rule'
import type { Finding, Place } from './detection/scanner'
import { LONGEST_TEXT, Scanner } from './detection/scanner'
import type { ScanSettings } from './detection/scanner'
import type { PiiType } from './pii-type'
import { findWiderType } from './pii-type'
import { walkRecord } from './record-walk'
import type { Leaf, RecordVisitor } from './record-walk'

/** Rules by kind; a rule that is off is null. */
export type RuleTable = ReadonlyMap<PiiType, AppliedRule | null>

export type AnonymizerOptions = ScanSettings & {
  /** Empty: everything that is found is redacted. */
  readonly rules: RuleTable
  readonly tools: ActionTools
  /** Writes what the actions have to keep; called after every piece of work. */
  readonly settle: () => void
}

const REDACT: AppliedRule = { action: 'redact', config: {} }
/** How long the event loop may wait for records, in milliseconds. */
const TURN_MS = 5
const MOST_KNOWN_NAMES = 2000

/** Applies a policy to records and texts. Values that hold nothing personal come back as they are. */
export class Anonymizer {
  private readonly options: AnonymizerOptions
  private readonly scanner: Scanner
  private readonly columnNames = new Map<string, string>()
  private readonly visitor: RecordVisitor

  constructor(options: AnonymizerOptions) {
    this.options = options
    this.scanner = new Scanner({
      ...options,
      isWanted: (piiType) => this.ruleFor({ piiType, source: 'content' }) !== undefined,
    })
    this.visitor = {
      leaf: (value, place) => this.cleanLeaf(value, place),
      column: (name) => this.columnName(name),
      isWhole: (place) => this.scanner.mappedType(place) !== undefined,
    }
  }

  /** The records as they may be kept, in order; yields to other work between large numbers of them. */
  async records(records: readonly JsonObject[]): Promise<JsonObject[]> {
    const cleaned: JsonObject[] = []
    let turnEnds = performance.now() + TURN_MS
    for (const record of records) {
      if (performance.now() > turnEnds) {
        await new Promise((resolve) => setImmediate(resolve))
        turnEnds = performance.now() + TURN_MS
      }
      cleaned.push(walkRecord(record, this.visitor))
    }
    this.options.settle()
    return cleaned
  }

  /** A text without a column, e.g. a message that may quote values. */
  text(text: string): string {
    const cleaned = this.cleanText(text, this.scanner.scanText(text))
    this.options.settle()
    return cleaned === DROP ? '' : cleaned
  }

  /** Names of columns are sent by callers as well, and may be values by mistake. */
  columnName(name: string): string {
    const known = this.columnNames.get(name)
    if (known !== undefined) return known
    const cleaned = this.cleanText(name, this.scanner.scanText(name))
    if (this.columnNames.size >= MOST_KNOWN_NAMES) this.columnNames.clear()
    const kept = cleaned === DROP ? '[COLUMN]' : cleaned
    this.columnNames.set(name, kept)
    return kept
  }

  /** The rule for a kind; undefined leaves it alone. What the caller mapped and no rule names is redacted. */
  private ruleFor({ piiType, source }: Pick<Finding, 'piiType' | 'source'>): AppliedRule | undefined {
    const { rules } = this.options
    if (rules.size === 0) return REDACT
    const wider = findWiderType(piiType)
    const own = rules.get(piiType)
    const rule = own === undefined && wider !== undefined ? rules.get(wider) : own
    if (rule === undefined && source === 'column_map') return REDACT
    return rule ?? undefined
  }

  private cleanLeaf(value: Leaf, place: Place): JsonValue | typeof DROP {
    if (typeof value === 'boolean') {
      const type = this.scanner.mappedType(place)
      const rule = type === undefined ? undefined : this.ruleFor({ piiType: type, source: 'column_map' })
      return type === undefined || rule === undefined ? value : this.applyTo(value, { type, rule })
    }
    const findings = this.scanner.scan(value, place)
    if (findings.length === 0) return typeof value === 'string' ? this.cleanText(value, findings) : value
    const text = String(value)
    const [only] = findings
    const isWhole = only !== undefined && findings.length === 1 && only.end - only.start === text.length
    if (!isWhole) return this.cleanText(text, findings)
    const rule = this.ruleFor(only)
    return rule === undefined ? value : this.applyTo(value, { type: only.piiType, rule })
  }

  private applyTo(
    value: Leaf,
    by: { readonly type: PiiType; readonly rule: AppliedRule },
  ): string | typeof DROP {
    return applyRule(value, { ...by, tools: this.options.tools })
  }

  private cleanText(text: string, findings: readonly Finding[]): string | typeof DROP {
    if (text.length > LONGEST_TEXT) return `[TEXT OF ${text.length} CHARACTERS NOT KEPT]`
    let cleaned = ''
    let at = 0
    for (const finding of findings) {
      const { start, end, piiType } = finding
      const rule = this.ruleFor(finding)
      if (rule === undefined) continue
      const kept = this.applyTo(text.slice(start, end), { type: piiType, rule })
      if (kept === DROP) return DROP
      cleaned += text.slice(at, start) + kept
      at = end
    }
    return at === 0 ? text : cleaned + text.slice(at)
  }
}
