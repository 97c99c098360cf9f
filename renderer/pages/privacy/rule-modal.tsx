import { Button, Modal, NumberInput, Select, Switch, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import type { PrivacyAction, Rule, RuleConfig } from '../../../main/core/privacy/policy'
import { client } from '../../client'
import { FormFooter } from '../../components/form-footer'
import { showProblems } from '../../components/form-problems'
import { ACTION_LABELS, ACTION_NOTES, usePiiTypes } from '../../components/privacy-vocabulary'

type Props = {
  readonly policyId: string
  /** Kinds that a person has made a rule for already. */
  readonly taken: readonly string[]
  readonly editing: { readonly rule: Rule | null } | null
  readonly onClose: () => void
}

/** Adds a rule, or changes one. */
export function RuleModal({ editing, onClose, ...rest }: Props) {
  return (
    <Modal
      opened={editing !== null}
      onClose={onClose}
      title={editing?.rule === null ? 'Add a rule' : 'Change the rule'}
    >
      {editing !== null && <RuleForm {...rest} rule={editing.rule} onClose={onClose} />}
    </Modal>
  )
}

const ACTIONS: readonly PrivacyAction[] = [
  'redact',
  'mask',
  'hash',
  'generalize',
  'tokenize',
  'drop',
  'encrypt',
]
type Values = { piiType: string; action: PrivacyAction; isEnabled: boolean; config: RuleConfig }
type FormProps = Omit<Props, 'editing'> & { readonly rule: Rule | null }

function RuleForm({ policyId, taken, rule, onClose }: FormProps) {
  const { choices, nameOf } = usePiiTypes()
  const form = useForm<Values>({
    initialValues: {
      piiType: rule?.piiType ?? '',
      action: rule?.action ?? 'redact',
      isEnabled: rule?.isEnabled ?? true,
      config: rule?.config ?? {},
    },
    validate: { piiType: (type) => (type === '' ? 'Choose a kind of personal data' : null) },
  })
  const { values } = form
  const change = useMutation({
    mutationFn: ({ piiType, ...values }: Values) => {
      const known = choices.flatMap(({ items }) => items).find(({ value }) => value === piiType)
      if (rule !== null) return client.privacy.changeRule({ id: rule.id, ...values })
      if (known === undefined) return Promise.reject(new Error('Choose a kind of personal data'))
      return client.privacy.addRule({ id: policyId, piiType: known.value, ...values })
    },
    onSuccess: onClose,
    onError: (error) => showProblems(form, error),
  })
  return (
    <form className="pl-form" onSubmit={form.onSubmit((values) => change.mutate(values))} noValidate>
      {rule === null ? (
        <Select
          label="Kind of personal data"
          required
          searchable
          data-autofocus
          maxDropdownHeight={280}
          data={choices.map(({ group, items }) => ({
            group,
            items: items.filter(({ value }) => !taken.includes(value)),
          }))}
          value={values.piiType === '' ? null : values.piiType}
          onChange={(type) => form.setFieldValue('piiType', type ?? '')}
          error={form.errors['piiType']}
        />
      ) : (
        <TextInput label="Kind of personal data" value={nameOf(rule.piiType)} readOnly />
      )}
      <Select
        label="Action"
        description={ACTION_NOTES[values.action]}
        allowDeselect={false}
        data={ACTIONS.map((action) => ({ value: action, label: ACTION_LABELS[action] }))}
        value={values.action}
        onChange={(next) => {
          form.setFieldValue('action', ACTIONS.find((action) => action === next) ?? 'redact')
          form.setFieldValue('config', {})
        }}
      />
      <ConfigFields
        action={values.action}
        type={values.piiType}
        config={values.config}
        onChange={(config) => form.setFieldValue('config', config)}
      />
      <Switch
        label="On"
        description="A rule that is off leaves its kind as it is"
        checked={values.isEnabled}
        onChange={(event) => form.setFieldValue('isEnabled', event.currentTarget.checked)}
      />
      <FormFooter error={change.error}>
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button type="submit" loading={change.isPending}>
          {rule === null ? 'Add rule' : 'Save'}
        </Button>
      </FormFooter>
    </form>
  )
}

type ConfigProps = {
  readonly action: PrivacyAction
  readonly type: string
  readonly config: RuleConfig
  readonly onChange: (config: RuleConfig) => void
}

type NumberKey = 'show_last' | 'show_first' | 'length' | 'band' | 'step' | 'keep' | 'decimals'

/** The options that an action has for a kind. */
function ConfigFields({ action, type, config, onChange }: ConfigProps) {
  const set = <Key extends keyof RuleConfig>(key: Key, value: RuleConfig[Key] | undefined): void => {
    const { [key]: _former, ...rest } = config
    onChange(value === undefined ? rest : { ...rest, [key]: value })
  }
  const number = (key: NumberKey, label: string, placeholder: string) => (
    <NumberInput
      label={label}
      placeholder={placeholder}
      min={0}
      allowDecimal={key === 'step'}
      value={config[key] ?? ''}
      onChange={(value) => set(key, typeof value === 'number' ? value : undefined)}
    />
  )
  switch (action) {
    case 'redact':
      return (
        <TextInput
          label="Placeholder"
          placeholder={type === '' ? '[EMAIL]' : `[${type.toUpperCase()}]`}
          maxLength={100}
          value={config.replacement ?? ''}
          onChange={({ currentTarget: { value } }) => set('replacement', value === '' ? undefined : value)}
        />
      )
    case 'mask':
      return (
        <div className="pl-config">
          {number('show_first', 'Characters shown first', '0')}
          {number('show_last', 'Characters shown last', '4')}
        </div>
      )
    case 'hash':
      return number('length', 'Hexadecimal digits', '64')
    case 'generalize':
      return <GeneralizeFields type={type} config={config} number={number} set={set} />
    case 'tokenize':
    case 'drop':
    case 'encrypt':
      return null
  }
}

type GeneralizeProps = Pick<ConfigProps, 'type' | 'config'> & {
  readonly number: (key: NumberKey, label: string, placeholder: string) => ReactNode
  readonly set: (key: 'to', value: RuleConfig['to']) => void
}

function GeneralizeFields({ type, config, number, set }: GeneralizeProps) {
  switch (type) {
    case 'date_of_birth':
    case 'card_expiry':
      return (
        <Select
          label="Down to"
          allowDeselect={false}
          data={['month', 'year', 'decade']}
          value={config.to ?? 'year'}
          onChange={(to) => set('to', to === 'month' || to === 'decade' ? to : 'year')}
        />
      )
    case 'age':
      return number('band', 'Years per band', '10')
    case 'income':
    case 'credit_score':
      return number('step', 'Width of a range', 'the power of ten below')
    case 'postal_code':
      return number('keep', 'Characters kept', '3')
    case 'geo_coordinates':
      return number('decimals', 'Decimals kept', '1')
    default:
      return null
  }
}
