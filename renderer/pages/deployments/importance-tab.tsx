import { Button, Select } from '@mantine/core'
import { IconChartBar } from '@tabler/icons-react'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Deployment } from '../../../main/core/deployments/deployment'
import type { Importance, ImportanceSummary, SampleSource } from '../../../main/core/importance/importance'
import { client } from '../../client'
import { RankBars } from '../../components/charts/rank-bars'
import { Panel, TextSkeleton } from '../../components/layout'
import { notifyFault } from '../../components/notify'
import { RelativeTime } from '../../components/relative-time'
import { EmptyState, FaultState } from '../../components/states'
import { formatAbsolute, formatCount } from '../../format'
import { reads } from '../../queries'
import { DependencePanel } from './dependence-panel'
import { ImportanceJob } from './importance-job'
import { describeImportance, rankFeatures } from './importance-text'
import './importance.css'

const SHOWN = 15
const ALL = 'all classes'

const SOURCES: readonly { readonly value: SampleSource; readonly label: string }[] = [
  { value: 'training', label: 'Training data' },
  { value: 'log', label: 'Last predictions' },
]

/** How important each feature is to a deployment's model, and what its values do. */
export function ImportanceTab({ deployment }: { readonly deployment: Deployment }) {
  const { id } = deployment
  const [chosen, setChosen] = useState<string | undefined>(undefined)
  const [source, setSource] = useState<SampleSource | null>(null)
  const [started, setStarted] = useState<string | null>(null)
  const query = useQuery(reads.importance(id, chosen))
  const history = useQuery(reads.importances(id))
  const jobs = useQuery(reads.importanceJobs(id))
  const start = useMutation({
    mutationFn: () => client.importance.start({ id, ...(source === null ? {} : { source }) }),
    onSuccess: (job) => {
      setStarted(job.id)
      setChosen(undefined)
    },
    onError: (error) => notifyFault('The computation was not started', error),
  })
  const jobId = started ?? jobs.data?.id ?? null
  if (query.isError && query.data === undefined) {
    return <FaultState error={query.error} onRetry={() => void query.refetch()} />
  }
  const compute = (
    <Button size="xs" loading={start.isPending} onClick={() => start.mutate()}>
      {query.data === null ? 'Compute importance' : 'Compute again'}
    </Button>
  )
  return (
    <div className="pl-stack">
      <Panel
        title="Feature importance"
        aside={
          <>
            {(history.data?.length ?? 0) > 1 && (
              <HistorySelect items={history.data ?? []} chosen={chosen} onChoose={setChosen} />
            )}
            <Select
              size="xs"
              aria-label="Rows to explain"
              placeholder="Rows: automatic"
              clearable
              data={SOURCES}
              value={source}
              onChange={(value) => setSource(SOURCES.find((each) => each.value === value)?.value ?? null)}
            />
            {query.data !== null && compute}
          </>
        }
      >
        <div className="pl-stack">
          {jobId !== null && <ImportanceJob jobId={jobId} />}
          {query.data === undefined && <TextSkeleton lines={6} />}
          {query.data === null && (
            <EmptyState
              icon={<IconChartBar size={22} stroke={1.5} />}
              title="Not computed yet"
              actions={compute}
            >
              Explains some hundred rows and shows which features move the answers most, and which way.
            </EmptyState>
          )}
          {query.data !== undefined && query.data !== null && (
            <Ranking key={query.data.id} importance={query.data} deployment={deployment} />
          )}
        </div>
      </Panel>
    </div>
  )
}

function HistorySelect(props: {
  readonly items: readonly ImportanceSummary[]
  readonly chosen: string | undefined
  readonly onChoose: (id: string) => void
}) {
  const { items, chosen, onChoose } = props
  return (
    <Select
      size="xs"
      aria-label="Result shown"
      w={290}
      allowDeselect={false}
      data={items.map(({ id, createdAt, rows, source }) => ({
        value: id,
        label: `${formatAbsolute(createdAt)}, ${formatCount(rows)} rows, ${source === 'training' ? 'training' : 'log'}`,
      }))}
      value={chosen ?? items[0]?.id ?? null}
      onChange={(value) => value !== null && onChoose(value)}
    />
  )
}

function Ranking({
  importance,
  deployment,
}: {
  readonly importance: Importance
  readonly deployment: Deployment
}) {
  const [label, setLabel] = useState<string | null>(null)
  const [isWhole, setIsWhole] = useState(false)
  const bars = rankFeatures(importance, label)
  const [picked, setPicked] = useState<string | null>(null)
  const feature = picked ?? bars[0]?.key ?? null
  const labels = importance.classes.flatMap((each) => each.label ?? [])
  const shown = isWhole ? bars : bars.slice(0, SHOWN)
  return (
    <div className="pl-importance">
      <div className="pl-stack">
        <div className="pl-importance-head">
          <p className="pl-quiet pl-small">
            {describeImportance(importance)} Computed <RelativeTime at={importance.createdAt} />
            {importance.modelVersionId === deployment.modelVersionId
              ? ''
              : ', for another version of the model'}
            .
          </p>
          {labels.length > 1 && (
            <Select
              size="xs"
              aria-label="Class"
              allowDeselect={false}
              data={[ALL, ...labels]}
              value={label ?? ALL}
              onChange={(value) => setLabel(value === ALL ? null : value)}
            />
          )}
        </div>
        <RankBars
          bars={shown}
          selected={feature}
          onSelect={setPicked}
          label={`Features by importance${label === null ? '' : ` for ${label}`}`}
        />
        {bars.length > SHOWN && (
          <Button variant="subtle" size="compact-sm" onClick={() => setIsWhole(!isWhole)}>
            {isWhole ? `Show the first ${SHOWN}` : `Show all ${bars.length}`}
          </Button>
        )}
      </div>
      {feature !== null && <DependencePanel importance={importance} feature={feature} label={label} />}
    </div>
  )
}
