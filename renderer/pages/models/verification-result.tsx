import type { Verification, VerifiedAnswer } from '../../../main/core/models/model'
import { DataTable } from '../../components/data-table'
import type { Column } from '../../components/data-table'
import { Tile } from '../../components/layout'
import { NONE, formatCount, formatNumber, formatQuantity } from '../../format'
import { VerificationBadge } from './version-badges'

const COLUMNS: readonly Column<VerifiedAnswer>[] = [
  { key: 'row', header: 'Row', render: ({ row }) => formatCount(row) },
  { key: 'column', header: 'Compared', render: ({ column }) => <code>{column}</code> },
  { key: 'expected', header: 'Original', align: 'right', render: ({ expected }) => showAnswer(expected) },
  { key: 'actual', header: 'Here', align: 'right', render: ({ actual }) => showAnswer(actual) },
  {
    key: 'difference',
    header: 'Difference',
    align: 'right',
    render: ({ difference }) => (difference === null ? 'other label' : formatNumber(difference)),
  },
]

const showAnswer = (answer: number | string): string =>
  typeof answer === 'number' ? String(Number(answer.toPrecision(9))) : answer

/** How the converted model's answers compare with the original's: the verdict, the differences, the worst rows. */
export function VerificationResult({ verification }: { readonly verification: Verification }) {
  const { rows, maxDifference, meanDifference, labelFlips, worst, tolerance, columns } = verification
  // Numbers are compared with labels only where there are probabilities beside them.
  const hasLabels =
    columns.includes('prediction') &&
    (maxDifference === null || columns.some((name) => name.startsWith('proba_')))
  return (
    <div className="pl-stack">
      <div className="pl-verdict">
        <VerificationBadge verification={verification} isConverted isShort />
        <span className="pl-quiet">
          {formatQuantity(rows, 'row')} of {verification.fileName}: {columns.join(', ')}
        </span>
      </div>
      <div className="pl-tiles">
        <Tile label="Rows" value={formatCount(rows)} />
        <Tile
          label="Max difference"
          value={maxDifference === null ? NONE : formatNumber(maxDifference)}
          note={`allowed ${tolerance}`}
        />
        <Tile label="Mean difference" value={meanDifference === null ? NONE : formatNumber(meanDifference)} />
        {hasLabels && <Tile label="Labels that differ" value={formatCount(labelFlips)} />}
      </div>
      {worst.length > 0 && (
        <div>
          <p className="pl-quiet pl-small">The answers that differ most</p>
          <DataTable
            label="The answers that differ most"
            columns={COLUMNS}
            rows={worst}
            rowKey={({ row, column }) => `${row} ${column}`}
          />
        </div>
      )}
    </div>
  )
}
