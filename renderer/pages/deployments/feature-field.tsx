import { Checkbox, NumberInput, Select, TextInput } from '@mantine/core'
import type { Feature } from '../../../main/core/signatures/signature'
import type { FeatureProfile } from '../../../main/core/distributions/profile'
import type { SentValue } from '../../components/json'
import { describeRange, sortCategories } from '../../components/profile-text'

type FeatureFieldProps = {
  readonly feature: Feature
  /** What training data looked like, for hints and choices. */
  readonly profile: FeatureProfile | undefined
  readonly value: SentValue | undefined
  readonly onChange: (value: SentValue | undefined) => void
  readonly fault: string | undefined
}

/** The input for one feature: a checkbox, a choice of the known categories, a number or a text. */
export function FeatureField({ feature, profile, value, onChange, fault }: FeatureFieldProps) {
  const about = {
    label: feature.name,
    required: !feature.acceptsMissing,
    withAsterisk: false,
    error: fault,
  }
  if (feature.type === 'boolean') {
    return (
      <Checkbox
        className="pl-checkbox-field"
        label={feature.name}
        error={fault}
        checked={value === true || value === 1}
        indeterminate={value === undefined || value === null}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
    )
  }
  const isNumber = feature.type === 'number' || feature.type === 'integer'
  if (profile?.kind === 'categorical' && profile.distinct <= profile.categories.length) {
    return (
      <Select
        {...about}
        searchable
        clearable={feature.acceptsMissing}
        placeholder={feature.acceptsMissing ? 'missing' : 'Choose'}
        nothingFoundMessage="Not in the training data; use JSON to send it"
        data={addOwn(sortCategories(profile.categories), value)}
        value={value === undefined || value === null ? null : toText(value)}
        onChange={(chosen) => onChange(chosen === null ? undefined : isNumber ? Number(chosen) : chosen)}
      />
    )
  }
  const hint = profile === undefined ? undefined : describeRange(profile)
  if (isNumber) {
    return (
      <NumberInput
        {...about}
        description={hint}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        placeholder={feature.acceptsMissing ? 'missing' : ''}
        allowDecimal={feature.type === 'number'}
        hideControls
        value={typeof value === 'number' || typeof value === 'string' ? value : ''}
        onChange={(entered) => onChange(entered === '' ? undefined : entered)}
      />
    )
  }
  return (
    <TextInput
      {...about}
      description={hint}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      placeholder={feature.acceptsMissing ? 'missing' : ''}
      value={typeof value === 'string' ? value : ''}
      onChange={(event) => onChange(event.currentTarget.value === '' ? undefined : event.currentTarget.value)}
    />
  )
}

/** The choices, with a value among them that came from elsewhere. */
function addOwn(categories: readonly string[], value: SentValue | undefined): string[] {
  if (value === undefined || value === null || categories.includes(toText(value))) return [...categories]
  return [...categories, toText(value)]
}

function toText(value: SentValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
