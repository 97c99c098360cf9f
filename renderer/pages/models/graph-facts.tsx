import type { OnnxSummary, OnnxValue } from '../../../main/formats/onnx/summary'
import { DataTable } from '../../components/data-table'
import type { Column } from '../../components/data-table'
import { FactList } from '../../components/layout'
import { NONE, formatCount } from '../../format'

const COLUMNS: readonly Column<OnnxValue>[] = [
  { key: 'name', header: 'Name', render: (value) => <code>{value.name}</code> },
  {
    key: 'type',
    header: 'Type',
    render: (value) => (value.kind === 'tensor' ? (value.elementType ?? 'tensor') : value.kind),
  },
  { key: 'shape', header: 'Shape', render: (value) => <code>{formatShape(value)}</code> },
]

function formatShape({ shape }: OnnxValue): string {
  if (shape === null) return NONE
  return `[${shape.map((size) => size ?? '?').join(', ')}]`
}

/** The inputs or outputs of a graph. */
export function ValueTable({
  label,
  values,
}: {
  readonly label: string
  readonly values: readonly OnnxValue[]
}) {
  return <DataTable label={label} columns={COLUMNS} rows={values} rowKey={(value) => value.name} />
}

/** What a graph says about itself, and the operators in it. */
export function GraphFacts({ graph }: { readonly graph: OnnxSummary }) {
  const producer = [graph.producer.name, graph.producer.version].filter((part) => part !== '').join(' ')
  return (
    <div className="pl-stack">
      <FactList
        columns={2}
        facts={[
          { label: 'Producer', value: producer === '' ? NONE : producer },
          {
            label: 'Opsets',
            value: graph.opsets.map(({ domain, version }) => `${domain} ${version}`).join(', '),
          },
          { label: 'Kind', value: graph.modelType === '' ? graph.family : graph.modelType },
          { label: 'IR version', value: graph.irVersion },
          { label: 'Nodes', value: formatCount(graph.nodeCount) },
          { label: 'Parameters', value: formatCount(graph.parameterCount) },
        ]}
      />
      <ul className="pl-chips pl-plain-list" aria-label="Operators">
        {graph.operators.map((operator) => (
          <li key={`${operator.domain} ${operator.type}`} className="pl-chip" title={operator.domain}>
            {operator.type}
            {operator.count > 1 && <span className="pl-quiet"> × {formatCount(operator.count)}</span>}
          </li>
        ))}
      </ul>
      {graph.classLabels !== null && (
        <div>
          <p className="pl-quiet pl-small">Class labels</p>
          <ul className="pl-chips pl-plain-list" aria-label="Class labels">
            {graph.classLabels.labels.map((label) => (
              <li key={label} className="pl-chip">
                {label}
              </li>
            ))}
          </ul>
        </div>
      )}
    </div>
  )
}
