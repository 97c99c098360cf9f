import type { PiiType } from './pii-type'
import type { PolicySettings, PrivacyAction, Profile, RuleConfig } from './policy'

export type DefaultRule = {
  readonly piiType: PiiType
  readonly action: PrivacyAction
  readonly config: RuleConfig
}

const rules = (
  action: PrivacyAction,
  types: readonly PiiType[],
  config: RuleConfig = {},
): readonly DefaultRule[] => types.map((piiType) => ({ piiType, action, config }))

const SECRETS: readonly PiiType[] = ['password', 'api_key', 'card_cvv']

/** HIPAA safe harbor (45 CFR 164.514(b)(2)): the eighteen identifiers, dates to the year, postal codes to three digits. */
const HIPAA: readonly DefaultRule[] = [
  ...rules('redact', [
    'name',
    'address',
    'city',
    'phone_number',
    'email',
    'ssn',
    'national_id',
    'tax_id',
    'passport_number',
    'drivers_license',
    'license_plate',
    'vin',
    'device_id',
    'mac_address',
    'url',
    'ip_address',
    'biometric_data',
    'photo',
    'signature',
    'username',
    'credit_card',
    'bank_account',
    'iban',
    ...SECRETS,
  ]),
  ...rules('hash', ['medical_record_number', 'health_plan_id', 'employee_id']),
  ...rules('generalize', ['date_of_birth'], { to: 'year' }),
  ...rules('generalize', ['age'], { band: 10 }),
  ...rules('generalize', ['postal_code'], { keep: 3 }),
  ...rules('generalize', ['geo_coordinates'], { decimals: 0 }),
]

/** GDPR: identifiers are pseudonymized (Art. 4(5), 25), special categories (Art. 9, 10) go, the rest gets coarser. */
const GDPR: readonly DefaultRule[] = [
  ...rules('hash', [
    'email',
    'phone_number',
    'username',
    'national_id',
    'ssn',
    'tax_id',
    'passport_number',
    'drivers_license',
    'license_plate',
    'vin',
    'medical_record_number',
    'health_plan_id',
    'employee_id',
    'student_id',
    'device_id',
    'mac_address',
    'cookie_id',
    'iban',
    'bank_account',
    'crypto_address',
  ]),
  ...rules('redact', [
    'name',
    'address',
    'signature',
    'photo',
    'url',
    'ethnicity',
    'religion',
    'political_opinion',
    'sexual_orientation',
    'trade_union',
    'biometric_data',
    'genetic_data',
    'criminal_record',
    'diagnosis',
    'medication',
    'disability',
    ...SECRETS,
  ]),
  ...rules('mask', ['credit_card'], { show_last: 4 }),
  ...rules('generalize', ['date_of_birth'], { to: 'year' }),
  ...rules('generalize', ['age'], { band: 10 }),
  ...rules('generalize', ['postal_code'], { keep: 2 }),
  ...rules('generalize', ['ip_address']),
  ...rules('generalize', ['geo_coordinates'], { decimals: 1 }),
]

/** PCI DSS 4.0: the number at most in part (3.4.1), never the security code (3.3.1), the holder's name protected. */
const PCI_DSS: readonly DefaultRule[] = [
  ...rules('mask', ['credit_card'], { show_last: 4 }),
  ...rules('redact', ['card_cvv', 'card_expiry', 'password', 'api_key']),
  ...rules('mask', ['iban', 'bank_account'], { show_last: 4 }),
  ...rules('redact', ['routing_number', 'name']),
]

/** CCPA (Cal. Civ. Code 1798.140(v), (ae)): identifiers hashed, so that a person's request can be found; sensitive ones go. */
const CCPA: readonly DefaultRule[] = [
  ...rules('hash', [
    'email',
    'phone_number',
    'username',
    'device_id',
    'cookie_id',
    'ip_address',
    'mac_address',
  ]),
  ...rules('redact', [
    'name',
    'address',
    'ssn',
    'national_id',
    'tax_id',
    'passport_number',
    'drivers_license',
    'license_plate',
    'biometric_data',
    'genetic_data',
    'ethnicity',
    'religion',
    'sexual_orientation',
    'diagnosis',
    'medical_record_number',
    'health_plan_id',
    ...SECRETS,
  ]),
  ...rules('mask', ['credit_card', 'iban', 'bank_account'], { show_last: 4 }),
  ...rules('generalize', ['geo_coordinates'], { decimals: 1 }),
  ...rules('generalize', ['date_of_birth'], { to: 'year' }),
]

/** What a new policy of a profile begins with. */
export const PROFILE_RULES: Readonly<Record<Profile, readonly DefaultRule[]>> = {
  hipaa: HIPAA,
  gdpr: GDPR,
  pci_dss: PCI_DSS,
  ccpa: CCPA,
  custom: [],
}

const STANDARD: PolicySettings = { autoDetect: true, confidenceThreshold: 0.7 }
/** Low enough for what a column's name alone suggests, such as an age. */
const CAUTIOUS: PolicySettings = { autoDetect: true, confidenceThreshold: 0.6 }

export const PROFILE_SETTINGS: Readonly<Record<Profile, PolicySettings>> = {
  hipaa: CAUTIOUS,
  gdpr: CAUTIOUS,
  pci_dss: STANDARD,
  ccpa: STANDARD,
  custom: STANDARD,
}
