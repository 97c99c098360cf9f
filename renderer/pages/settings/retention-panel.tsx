import { Button, NumberInput } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Retention } from '../../../main/core/predictions/log-retention'
import { client } from '../../client'
import { confirm } from '../../components/confirm'
import { FormFooter } from '../../components/form-footer'
import { Panel, TextSkeleton } from '../../components/layout'
import { notifyDone } from '../../components/notify'
import { FaultState } from '../../components/states'
import { formatBytes } from '../../format'
import { reads } from '../../queries'

/** How long and how much of the prediction log is kept. */
export function RetentionPanel() {
  const query = useQuery(reads.retention())
  return (
    <Panel title="Prediction log">
      {query.data === undefined &&
        (query.isError ? (
          <FaultState error={query.error} onRetry={() => void query.refetch()} />
        ) : (
          <TextSkeleton lines={3} />
        ))}
      {query.data !== undefined && (
        <RetentionForm retention={query.data.retention} usedBytes={query.data.usedBytes} />
      )}
    </Panel>
  )
}

const numberOrNull = (value: string | number): number | null => (typeof value === 'number' ? value : null)

function RetentionForm({
  retention,
  usedBytes,
}: {
  readonly retention: Retention
  readonly usedBytes: number
}) {
  const queries = useQueryClient()
  const [days, setDays] = useState<string | number>(retention.days ?? '')
  const [gigabytes, setGigabytes] = useState<string | number>(retention.gigabytes ?? '')
  const saving = useMutation({
    mutationFn: () => client.retention.set({ days: numberOrNull(days), gigabytes: numberOrNull(gigabytes) }),
    onSuccess: (job) => {
      notifyDone(job === null ? 'Saved. There is nothing to remove.' : 'Saved. Old lines are being removed.')
      void queries.invalidateQueries({ queryKey: ['retention'] })
    },
  })
  const askToRemove = (): void =>
    confirm({
      title: 'Remove old lines of the log?',
      action: 'Save and remove',
      children: (
        <p>
          Lines beyond the limits are removed now and from then on, of every deployment. It cannot be undone;
          export them before if you need them.
        </p>
      ),
      onConfirm: () => saving.mutate(),
    })
  return (
    <form
      className="pl-form"
      onSubmit={(event) => {
        event.preventDefault()
        if (days === '' && gigabytes === '') saving.mutate()
        else askToRemove()
      }}
    >
      <p className="pl-quiet">
        The log takes {formatBytes(usedBytes)}. Lines beyond these limits are removed for good, the oldest
        first. Drift over time is kept.
      </p>
      <NumberInput
        label="Keep lines for (days)"
        placeholder="for ever"
        min={1}
        max={36_500}
        allowDecimal={false}
        value={days}
        onChange={setDays}
      />
      <NumberInput
        label="Keep at most (GB)"
        placeholder="without limit"
        min={0.001}
        max={100_000}
        decimalScale={3}
        value={gigabytes}
        onChange={setGigabytes}
      />
      <FormFooter error={saving.error}>
        <Button type="submit" loading={saving.isPending}>
          Save
        </Button>
      </FormFooter>
    </form>
  )
}
