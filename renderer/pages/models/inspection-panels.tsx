import { Alert } from '@mantine/core'
import { IconAlertCircle, IconChevronRight, IconWand } from '@tabler/icons-react'
import type { DataColumn, ModelInspection } from '../../../main/core/models/model'
import type { Feature } from '../../../main/core/signatures/signature'
import { DataTable } from '../../components/data-table'
import type { Column } from '../../components/data-table'
import { Panel } from '../../components/layout'
import { formatCount, formatQuantity, formatShare } from '../../format'
import { ConversionPanel } from './conversion-panel'
import { GraphFacts, ValueTable } from './graph-facts'
import './inside.css'
import { Refusal } from './refusal'
import { Dangers, WhatIsInside } from './what-is-inside'

type MappedColumn = DataColumn & {
  readonly rows: number
  readonly feature: Feature | undefined
  readonly isTarget: boolean
}

const COLUMNS: readonly Column<MappedColumn>[] = [
  { key: 'name', header: 'Column', render: (column) => <strong>{column.name}</strong> },
  { key: 'type', header: 'Type', render: (column) => column.type },
  {
    key: 'missing',
    header: 'Missing',
    align: 'right',
    render: (column) =>
      column.missing === 0 ? (
        <span className="pl-quiet">none</span>
      ) : (
        formatShare(column.missing / Math.max(1, column.rows))
      ),
  },
  { key: 'distinct', header: 'Distinct', align: 'right', render: (column) => formatCount(column.distinct) },
  {
    key: 'use',
    header: 'Goes to',
    render: (column) => {
      if (column.isTarget) return <span className="pl-chip">target</span>
      if (column.feature === undefined) return <span className="pl-quiet">not used</span>
      return (
        <code>
          {column.feature.input}[{column.feature.column}]
        </code>
      )
    },
  },
  {
    key: 'examples',
    header: 'First values',
    render: (column) => (
      <span className="pl-quiet pl-examples pl-truncate">{column.examples.slice(0, 3).join(', ')}</span>
    ),
  },
]

/** Whether the alert about what Python would run says all there is to say about a refusal. */
function isHostile({ refusal, mayRunCode, contents }: ModelInspection): boolean {
  return refusal !== null && !mayRunCode && contents?.pickle.verdict === 'dangerous'
}

/** What the files of a registration hold: changes that will be made, columns and where they go, the graph. */
export function InspectionPanels({ inspection }: { readonly inspection: ModelInspection }) {
  const { data, graph, changes, conversion, contents, signature } = inspection
  return (
    <div className="pl-stack">
      {isHostile(inspection) ? null : <Refusal inspection={inspection} />}
      {contents !== null && <Dangers inside={contents.pickle} isRefused={isHostile(inspection)} />}
      {data !== null && data.problem !== null && (
        <Alert
          color="red"
          variant="light"
          icon={<IconAlertCircle size={16} />}
          title="The data do not fit the model"
          role="alert"
        >
          {data.problem}
        </Alert>
      )}
      {changes.length > 0 && (
        <Alert
          color="indigo"
          variant="light"
          icon={<IconWand size={16} />}
          title={conversion === null ? 'Changed on the copy that is served' : 'What will be served'}
        >
          <ul className="pl-changes">
            {changes.map((change) => (
              <li key={change}>{change}</li>
            ))}
          </ul>
        </Alert>
      )}
      {conversion !== null && <ConversionPanel conversion={conversion} signature={signature} />}
      {data !== null && (
        <Panel title="Training data" aside={formatQuantity(data.rows, 'row')} isFlush>
          <DataTable
            label="Columns of the training data"
            columns={COLUMNS}
            rows={data.columns.map((column) => ({
              ...column,
              rows: data.rows,
              feature: data.signature?.features.find((feature) => feature.name === column.name),
              isTarget: column.name === data.targetColumn,
            }))}
            rowKey={(column) => column.name}
          />
        </Panel>
      )}
      {contents !== null && <WhatIsInside inside={contents.pickle} />}
      {graph !== null && <GraphPanels graph={graph} isFolded={conversion !== null} />}
    </div>
  )
}

/** The graph that is served; folded away where it was only made from the file. */
function GraphPanels({
  graph,
  isFolded,
}: {
  readonly graph: NonNullable<ModelInspection['graph']>
  readonly isFolded: boolean
}) {
  const panels = (
    <div className="pl-stack">
      <Panel title="Graph">
        <GraphFacts graph={graph} />
      </Panel>
      <div className="pl-two">
        <Panel title="Inputs" isFlush>
          <ValueTable label="Graph inputs" values={graph.inputs} />
        </Panel>
        <Panel title="Outputs" isFlush>
          <ValueTable label="Graph outputs" values={graph.outputs} />
        </Panel>
      </div>
    </div>
  )
  if (!isFolded) return panels
  return (
    <details className="pl-unfold">
      <summary>
        <IconChevronRight size={13} className="pl-tree-arrow" aria-hidden />
        The ONNX graph that was made of it
      </summary>
      {panels}
    </details>
  )
}
