import type { PrivacyAction, RuleConfig } from '../../../main/core/privacy/policy'

/** The options of a rule in a few words; empty when there are none. */
export function describeConfig(action: PrivacyAction, config: RuleConfig): string {
  switch (action) {
    case 'redact':
      return config.replacement === undefined ? '' : `as "${config.replacement}"`
    case 'mask': {
      const first = config.show_first === undefined ? '' : `first ${config.show_first}`
      const last =
        config.show_last === undefined && config.show_first !== undefined
          ? ''
          : `last ${config.show_last ?? 4}`
      return `all but the ${[first, last].filter((part) => part !== '').join(' and ')}`
    }
    case 'hash':
      return config.length === undefined ? '' : `${config.length} digits`
    case 'generalize': {
      const parts = [
        config.to && `to the ${config.to}`,
        config.band && `bands of ${config.band} years`,
        config.step && `ranges of ${config.step}`,
        config.keep !== undefined && `first ${config.keep} characters`,
        config.decimals !== undefined && `${config.decimals} decimals`,
      ]
      return parts.filter((part) => typeof part === 'string' && part !== '').join(', ')
    }
    case 'tokenize':
    case 'drop':
    case 'encrypt':
      return ''
  }
}
