import { Button, Select, Switch } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { MethodState } from '../../../main/core/monitoring/method-drift'
import { client } from '../../client'
import { notifyFault } from '../../components/notify'
import { reads } from '../../queries'
import { METHOD_NAMES } from './method-text'

type Method = MethodState['method']

const METHODS: readonly Method[] = ['mean_shift', 'mmd', 'kolmogorov_smirnov']
const OPTIONS = METHODS.map((value) => ({ value, label: METHOD_NAMES[value] }))

const SOURCES: Readonly<Record<MethodState['source'], string>> = {
  deployment: 'Set for this deployment.',
  model: 'As the model asks.',
  default: 'The model asks for nothing.',
}

/** Whether a deployment is compared every day, and by which method for numbers. */
export function MethodSettings({ state }: { readonly state: MethodState }) {
  const queries = useQueryClient()
  const { deploymentId: id, isOn, method, source } = state
  const saving = useMutation({
    mutationFn: (setting: { readonly isOn: boolean; readonly method: Method } | null) =>
      client.drift.method.set({ id, setting }),
    onSuccess: (saved) => queries.setQueryData(reads.methodDrift(id).queryKey, saved),
    onError: (error) => notifyFault('The setting was not saved', error),
  })
  return (
    <div className="pl-method-settings">
      <Switch
        label="Compare every 24 hours"
        checked={isOn}
        disabled={saving.isPending}
        onChange={(event) => saving.mutate({ isOn: event.currentTarget.checked, method })}
      />
      <Select
        aria-label="Method for numbers"
        size="xs"
        w={190}
        data={OPTIONS}
        value={method}
        allowDeselect={false}
        disabled={saving.isPending}
        onChange={(value) => {
          const chosen = METHODS.find((each) => each === value)
          if (chosen !== undefined) saving.mutate({ isOn, method: chosen })
        }}
      />
      <span className="pl-quiet pl-small">{SOURCES[source]}</span>
      {source === 'deployment' && (
        <Button size="compact-xs" variant="subtle" onClick={() => saving.mutate(null)}>
          Leave it to the model
        </Button>
      )}
    </div>
  )
}
