import { NumberInput, Select, Switch, TextInput } from '@mantine/core'
import type { UseFormReturnType } from '@mantine/form'
import { useQuery } from '@tanstack/react-query'
import type { AlertMetric, Condition, Severity } from '../../../main/core/alerts/alert-rule'
import { reads } from '../../queries'
import { CONDITION_CHOICES, METRICS } from './alert-texts'
import type { RuleDraft } from './rule-draft'

type RuleFieldsProps = { readonly form: UseFormReturnType<RuleDraft>; readonly isNew: boolean }

const METRIC_NAMES = Object.keys(METRICS).filter((name): name is AlertMetric => name in METRICS)
const SEVERITY_CHOICES: readonly { readonly value: Severity; readonly label: string }[] = [
  { value: 'info', label: 'Info' },
  { value: 'warning', label: 'Warning' },
  { value: 'critical', label: 'Critical' },
]

/** What a rule watches and when it speaks; only the fields that its metric uses. */
export function RuleFields({ form, isNew }: RuleFieldsProps) {
  const { values } = form
  const metric = METRICS[values.metric]
  return (
    <>
      <TextInput
        label="Name"
        required
        data-autofocus
        maxLength={100}
        placeholder="Too many errors"
        {...form.getInputProps('name')}
      />
      <Subject form={form} isNew={isNew} />
      <div className="pl-rule-line">
        <Select
          label="Watch"
          allowDeselect={false}
          data={METRIC_NAMES.map((value) => ({ value, label: METRICS[value].label }))}
          value={values.metric}
          onChange={(chosen) => {
            const next = METRIC_NAMES.find((name) => name === chosen)
            if (next === undefined) return
            form.setValues({ metric: next, threshold: METRICS[next].threshold })
          }}
        />
        <Select<Condition>
          label="Alert when it is"
          allowDeselect={false}
          data={[...CONDITION_CHOICES]}
          {...form.getInputProps('condition')}
        />
        <NumberInput label="Threshold" suffix={metric.unit} {...form.getInputProps('threshold')} />
      </div>
      <p className="pl-quiet">{metric.explanation}</p>
      {values.metric === 'drift_psi' && (
        <TextInput
          label="Feature"
          description="Left empty, the worst one"
          maxLength={200}
          {...form.getInputProps('feature')}
        />
      )}
      {metric.hasWindow && (
        <div className="pl-rule-pair">
          <NumberInput
            label="Window"
            suffix=" min"
            min={1}
            max={1440}
            allowDecimal={false}
            {...form.getInputProps('windowMinutes')}
          />
          <NumberInput
            label="At least"
            description="With fewer in the window there is no alert"
            suffix=" predictions"
            min={1}
            allowDecimal={false}
            {...form.getInputProps('minimumRequests')}
          />
        </div>
      )}
      <div className="pl-rule-pair">
        <Select<Severity>
          label="Severity"
          allowDeselect={false}
          data={[...SEVERITY_CHOICES]}
          value={values.severity}
          onChange={(severity) => {
            if (severity === null) return
            form.setValues({ severity, ...(severity === 'critical' ? { doesEscalate: false } : {}) })
            if (severity === 'warning') form.setFieldValue('escalationSeverity', 'critical')
          }}
        />
        <NumberInput
          label="Remind every"
          suffix=" min"
          min={1}
          max={1440}
          allowDecimal={false}
          {...form.getInputProps('cooldownMinutes')}
        />
      </div>
      {values.severity !== 'critical' && <Escalation form={form} />}
    </>
  )
}

function Subject({ form, isNew }: RuleFieldsProps) {
  const { projectId } = form.values
  const projects = useQuery(reads.projects())
  const deployments = useQuery({
    ...reads.deployments({ projectId, limit: 500 }),
    enabled: projectId !== '',
  })
  const served = deployments.data?.items.filter(({ stage }) => stage !== 'archived') ?? []
  return (
    <div className="pl-rule-pair">
      <Select
        label="Project"
        required
        disabled={!isNew}
        allowDeselect={false}
        placeholder="Choose a project"
        data={(projects.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }))}
        value={projectId === '' ? null : projectId}
        error={form.errors['projectId']}
        onChange={(id) => form.setValues({ projectId: id ?? '', deploymentId: null })}
      />
      <Select
        label="Deployment"
        clearable
        placeholder="Every serving deployment"
        data={served.map(({ id, name, stage }) => ({ value: id, label: `${name} (${stage})` }))}
        {...form.getInputProps('deploymentId')}
      />
    </div>
  )
}

function Escalation({ form }: Pick<RuleFieldsProps, 'form'>) {
  const { values } = form
  return (
    <>
      <Switch
        label="Raise the severity when nobody acknowledges it"
        {...form.getInputProps('doesEscalate', { type: 'checkbox' })}
      />
      {values.doesEscalate && (
        <div className="pl-rule-pair">
          <NumberInput
            label="After"
            suffix=" min"
            min={1}
            max={1440}
            allowDecimal={false}
            {...form.getInputProps('escalationMinutes')}
          />
          <Select
            label="To"
            allowDeselect={false}
            data={SEVERITY_CHOICES.filter(
              ({ value }) => value === 'critical' || (value === 'warning' && values.severity === 'info'),
            )}
            {...form.getInputProps('escalationSeverity')}
          />
        </div>
      )}
    </>
  )
}
