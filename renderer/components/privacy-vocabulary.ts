import { useQuery } from '@tanstack/react-query'
import type { PiiType } from '../../main/core/privacy/pii-type'
import type { PrivacyAction, Profile } from '../../main/core/privacy/policy'
import { reads } from '../queries'

export const PROFILE_LABELS: Readonly<Record<Profile, string>> = {
  hipaa: 'HIPAA',
  gdpr: 'GDPR',
  pci_dss: 'PCI DSS',
  ccpa: 'CCPA',
  custom: 'Custom',
}

export const PROFILE_NOTES: Readonly<Record<Profile, string>> = {
  hipaa: 'The identifiers of the safe harbor go; dates become years, ages bands, postal codes three digits.',
  gdpr: 'Identifiers become stable hashes, special categories go, dates, ages and places become coarser.',
  pci_dss: 'Card numbers keep their last four digits; security codes and expiry dates go.',
  ccpa: 'Identifiers become stable hashes; sensitive ones go.',
  custom: 'No rules to begin with. Until there is one, everything that is found is redacted.',
}

export const ACTION_LABELS: Readonly<Record<PrivacyAction, string>> = {
  redact: 'Redact',
  mask: 'Mask',
  hash: 'Hash',
  generalize: 'Generalize',
  tokenize: 'Tokenize',
  drop: 'Drop column',
  encrypt: 'Encrypt',
}

export const ACTION_NOTES: Readonly<Record<PrivacyAction, string>> = {
  redact: 'A placeholder such as [EMAIL] takes its place.',
  mask: 'Letters and digits become *, except a few at the ends.',
  hash: 'The same value always becomes the same hash of this workspace; nobody can undo it.',
  generalize: 'A coarser value: the year of a date, a band of ages, a network. What has none is redacted.',
  tokenize: 'A token that an administrator of this workspace can turn back.',
  drop: 'The whole column is left out.',
  encrypt: 'Encrypted with the key of this workspace; an administrator can decrypt it.',
}

type TypeChoice = { readonly value: PiiType; readonly label: string }

const GROUP_LABELS: Readonly<Record<string, string>> = {
  contact: 'Contact',
  identity: 'Person',
  special: 'Special categories',
  government: 'Official numbers',
  financial: 'Money',
  health: 'Health',
  technical: 'Technical',
}

/** Kinds of personal data as the choices of a select, in groups, and their names. */
export function usePiiTypes(): {
  readonly choices: readonly { readonly group: string; readonly items: TypeChoice[] }[]
  readonly nameOf: (type: string) => string
} {
  const { data } = useQuery(reads.privacyVocabulary())
  const types = data?.types ?? []
  return {
    choices: Object.entries(GROUP_LABELS).map(([group, label]) => ({
      group: label,
      items: types
        .filter((kind) => kind.group === group)
        .map(({ type, label: name }) => ({ value: type, label: name })),
    })),
    nameOf: (type) => types.find((kind) => kind.type === type)?.label ?? type,
  }
}
