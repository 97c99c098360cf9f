import { assertNever } from '../../../errors'
import type { PiiType } from '../pii-type'
import type { PrivacyAction, RuleConfig } from '../policy'
import type { PrivacyKeys } from './ciphers'
import { encryptValue, hashText, nameToken } from './ciphers'
import { generalizeText } from './generalize'
import { maskText } from './mask'

/** What an action needs besides the value. */
export type ActionTools = {
  readonly keys: () => PrivacyKeys
  /** Keeps what a token stands for. */
  readonly remember: (token: string, value: string | number | boolean, type: PiiType) => void
}

export type AppliedRule = { readonly action: PrivacyAction; readonly config: RuleConfig }

/** In place of a value whose column is to go. */
export const DROP = Symbol('drop')

/** What stands in place of a redacted value: `[EMAIL]`. */
export const redactionOf = (type: PiiType): string => `[${type.toUpperCase()}]`

/**
 * Carries an action out on one value. A value that cannot be generalized is redacted.
 * @returns the text to keep, or DROP when the whole column is to go
 */
export function applyRule(
  value: string | number | boolean,
  by: { readonly type: PiiType; readonly rule: AppliedRule; readonly tools: ActionTools },
): string | typeof DROP {
  const { type, rule, tools } = by
  const text = String(value)
  switch (rule.action) {
    case 'redact':
      return rule.config.replacement ?? redactionOf(type)
    case 'mask':
      return maskText(text, rule.config)
    case 'hash':
      return hashText(text, tools.keys().hash, rule.config.length)
    case 'generalize':
      return generalizeText(text, type, rule.config) ?? redactionOf(type)
    case 'tokenize': {
      const token = nameToken(text, type, tools.keys().token)
      tools.remember(token, value, type)
      return token
    }
    case 'drop':
      return DROP
    case 'encrypt':
      return encryptValue(value, tools.keys().encryption)
    default:
      return assertNever(rule.action)
  }
}
