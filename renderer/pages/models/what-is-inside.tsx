import { Alert } from '@mantine/core'
import {
  IconAlertTriangle,
  IconChevronRight,
  IconCircleCheck,
  IconCircleDashed,
  IconHelpCircle,
  IconShieldX,
} from '@tabler/icons-react'
import type { ModelInspection } from '../../../main/core/models/model'
import { DataTable } from '../../components/data-table'
import type { Column } from '../../components/data-table'
import { Panel } from '../../components/layout'
import { Mark } from '../../components/status'
import { formatBytes, formatCount, formatQuantity } from '../../format'
import { EstimatorTree } from './estimator-tree'
import './inside.css'

type Inside = NonNullable<ModelInspection['contents']>['pickle']
type Name = Inside['globals'][number]

const VERDICTS: Record<Name['verdict'], Parameters<typeof Mark>[0]['look']> = {
  data: { label: 'Data', tone: 'neutral', icon: IconCircleDashed },
  known: { label: 'Known library', tone: 'good', icon: IconCircleCheck },
  unknown: { label: 'Unknown code', tone: 'watch', icon: IconHelpCircle },
  dangerous: { label: 'Dangerous', tone: 'bad', icon: IconAlertTriangle },
}

const COLUMNS: readonly Column<Name>[] = [
  {
    key: 'name',
    header: 'Name in the file',
    render: ({ module, name, verdict }) => (
      <code className={verdict === 'dangerous' ? 'pl-bad pl-wrap' : 'pl-wrap'}>
        {module}.{name}
      </code>
    ),
  },
  { key: 'count', header: 'Times', align: 'right', render: ({ count }) => formatCount(count) },
  {
    key: 'verdict',
    header: 'Verdict',
    render: ({ verdict }) => <Mark look={VERDICTS[verdict]} isPlain />,
  },
  { key: 'reason', header: 'Why', render: ({ reason }) => <span className="pl-wrap">{reason}</span> },
]

/** What lies in a pickle: its estimators, and every name that it mentions with what Python would make of it. */
export function WhatIsInside({ inside }: { readonly inside: Inside }) {
  const packing = [
    inside.wrapper,
    ...(inside.compression === 'none' ? [] : [inside.compression]),
    `protocol ${inside.protocol}`,
    ...(inside.trailingBytes === 0 ? [] : [`${formatBytes(inside.trailingBytes)} behind its end`]),
  ].join(', ')
  return (
    <>
      <Panel title="What is inside" aside={packing}>
        <div className="pl-stack">
          {inside.problem !== null && (
            <Alert color="yellow" variant="light" icon={<IconAlertTriangle size={16} />}>
              The file could not be read to its end: {inside.problem}
            </Alert>
          )}
          {inside.estimators.length > 0 ? (
            <EstimatorTree estimators={inside.estimators} />
          ) : (
            <p>
              No estimator; the file is <code>{inside.root}</code>.
            </p>
          )}
          <Contents inside={inside} />
          {inside.isShortened && (
            <p className="pl-quiet pl-small">There is more; this shows its beginning.</p>
          )}
        </div>
      </Panel>
      <Panel title="Names the file mentions" aside={formatQuantity(inside.globalCount, 'name')}>
        <div className="pl-stack">
          <p className="pl-quiet">{inside.advice}</p>
          {inside.globals.length > 0 && (
            <details
              className="pl-unfold"
              open={inside.verdict === 'dangerous' || inside.verdict === 'unknown'}
            >
              <summary>
                <IconChevronRight size={13} className="pl-tree-arrow" aria-hidden />
                What Python would make of each; none was looked up here
              </summary>
              <DataTable
                label="Names the file mentions"
                columns={COLUMNS}
                rows={inside.globals}
                rowKey={({ module, name }) => `${module}.${name}`}
              />
            </details>
          )}
        </div>
      </Panel>
    </>
  )
}

/** What a dict, list or tuple around the model holds. */
function Contents({ inside: { contents, root } }: { readonly inside: Inside }) {
  if (contents.length === 0) return null
  return (
    <details className="pl-unfold" open={contents.length <= 12}>
      <summary>
        <IconChevronRight size={13} className="pl-tree-arrow" aria-hidden />
        The file is a <code>{root}</code> with {formatQuantity(contents.length, 'thing')} in it
      </summary>
      <dl className="pl-unfold-list">
        {contents.map(({ name, type, shape }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{shape === null ? type : `${type} [${shape.join(' × ')}]`}</dd>
          </div>
        ))}
      </dl>
    </details>
  )
}

type DangersProps = {
  readonly inside: Inside
  /** Whether that is why the file is refused. */
  readonly isRefused: boolean
}

/** What Python would run or reach when it loads the file, as it stands there. */
export function Dangers({ inside, isRefused }: DangersProps) {
  const dangers = inside.globals.filter(({ verdict }) => verdict === 'dangerous')
  if (dangers.length === 0) return null
  return (
    <Alert
      color="red"
      variant="light"
      icon={<IconShieldX size={16} />}
      title={
        isRefused ? 'Loading this file with Python runs this' : 'This file mentions what a model rarely needs'
      }
      role="alert"
    >
      <ul className="pl-dangers">
        {dangers.map(({ module, name, calls, reason }) => (
          <li key={`${module}.${name}`}>
            {(calls.length > 0 ? calls : [`${module}.${name}`]).map((call) => (
              <code key={call}>{call}</code>
            ))}
            <span className="pl-quiet">{reason}</span>
          </li>
        ))}
      </ul>
      <p>
        Nothing was run here.{' '}
        {isRefused && 'The file cannot be converted and is not registered; do not load it with Python.'}
      </p>
    </Alert>
  )
}
