import type { ModelInspection } from '../../../main/core/models/model'
import type { Feature } from '../../../main/core/signatures/signature'
import { DataTable } from '../../components/data-table'
import type { Column } from '../../components/data-table'
import { FactList, Panel } from '../../components/layout'
import { NONE, formatQuantity } from '../../format'

type Conversion = NonNullable<ModelInspection['conversion']>
type Signature = NonNullable<ModelInspection['signature']>

const MOST_CATEGORIES = 8

const COLUMNS: readonly Column<Feature>[] = [
  { key: 'name', header: 'Column', render: ({ name }) => <strong>{name}</strong> },
  { key: 'type', header: 'Type', render: ({ type }) => (type === 'string' ? 'text' : type) },
  {
    key: 'missing',
    header: 'Missing values',
    render: ({ acceptsMissing }) => (acceptsMissing ? 'accepted' : <span className="pl-quiet">refused</span>),
  },
  {
    key: 'categories',
    header: 'Values',
    render: ({ categories }) =>
      categories === undefined ? <span className="pl-quiet">any</span> : listCategories(categories),
  },
]

function listCategories(categories: readonly (string | number)[]) {
  const shown = categories.slice(0, MOST_CATEGORIES).map(String).join(', ')
  const more = categories.length - MOST_CATEGORIES
  return (
    <span className="pl-wrap" title={categories.slice(0, 200).map(String).join(', ')}>
      only {shown}
      {more > 0 && <span className="pl-quiet"> and {more} more</span>}
    </span>
  )
}

/** What a file was recognised as, and what the model made from it takes and answers. */
export function ConversionPanel({
  conversion,
  signature,
}: {
  readonly conversion: Conversion
  readonly signature: Signature | null
}) {
  const { library, libraryVersion, estimator, packing, place, notes, hasNames } = conversion
  const isClassifier = signature?.task === 'classification'
  return (
    <>
      <Panel title="Model" aside={packing}>
        <div className="pl-stack">
          <FactList
            columns={2}
            facts={[
              { label: 'Estimator', value: estimator },
              { label: 'Library', value: `${library} ${libraryVersion ?? ''}`.trim() },
              { label: 'Task', value: signature === null ? NONE : signature.task },
              ...(place === '' ? [] : [{ label: 'Place in the file', value: <code>{place}</code> }]),
              ...(isClassifier
                ? [{ label: 'Classes', value: signature.classLabels.slice(0, 20).join(', ') }]
                : []),
            ]}
          />
          {notes.length > 0 && (
            <ul className="pl-changes pl-quiet">
              {notes.map((note) => (
                <li key={note}>{note}</li>
              ))}
            </ul>
          )}
        </div>
      </Panel>
      {signature !== null && (
        <Panel
          title="What callers send"
          aside={`${formatQuantity(signature.features.length, 'column')}${hasNames ? '' : ', numbered by place'}`}
          isFlush
        >
          <DataTable
            label="Columns the model takes"
            columns={COLUMNS}
            rows={signature.features}
            rowKey={({ name }) => name}
          />
        </Panel>
      )}
    </>
  )
}
